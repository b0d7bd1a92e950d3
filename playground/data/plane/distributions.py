"""The plane's classics in one frame, about [-3, 3]^2, by the names of the command line.

Every one has an exact density: import `get`, or the classes to choose other parameters.
"""

from playground.core.errors import UserError
from playground.core.i18n import N_

from .curves import Curve, Line, Moons, SCurve, Spiral, SwissRoll
from .densities import Checkerboard, Isotropic, Mixture, Pinwheel, Rings, circle, grid
from .distribution import Distribution

__all__ = [
    "Checkerboard", "Curve", "DISTRIBUTIONS", "Distribution", "Isotropic", "Line", "Mixture", "Moons",
    "Pinwheel", "Rings", "SCurve", "Spiral", "SwissRoll", "circle", "get", "grid",
]  # fmt: skip

DISTRIBUTIONS: dict[str, Distribution] = {
    d.name: d
    for d in (
        Moons(name="moons", title=N_("Two moons")),
        Rings(radii=(2.0,), noise=0.1, name="ring", title=N_("Ring")),
        circle(8, radius=2.0, std=0.2, name="8gaussians", title=N_("Eight Gaussians")),
        circle(2, radius=1.5, std=0.4, name="2gaussians", title=N_("Two Gaussians")),
        grid(5, step=1.1, std=0.1, name="25gaussians", title=N_("Grid of 25 Gaussians")),
        Rings(radii=(0.6, 1.2, 1.8, 2.4), noise=0.064, name="rings", title=N_("Four rings")),
        Pinwheel(name="pinwheel", title=N_("Pinwheel")),
        SwissRoll(name="swissroll", title=N_("Swiss roll")),
        Spiral(name="spiral", title=N_("Two spirals")),
        Checkerboard(name="checkerboard", title=N_("Checkerboard")),
        SCurve(name="scurve", title=N_("S curve")),
        Line(name="line", title=N_("Line")),
        # The literature's hard cases for mode collapse (Metz et al. 2017; Lin et al. 2018, PacGAN).
        circle(8, radius=2.0, std=0.02, name="8narrow", title=N_("Eight narrow modes")),
        grid(5, step=2.0, std=0.05, half_width=5.0, name="25narrow", title=N_("Grid of 25 narrow modes")),
    )
}


def get(name: str) -> Distribution:
    """The distribution called `name`. Raises UserError, with the choices, when there is none."""
    try:
        return DISTRIBUTIONS[name]
    except KeyError:
        raise UserError(
            N_("There is no distribution called “{name}”; choose one of {choices}."),
            name=name,
            choices=", ".join(DISTRIBUTIONS),
        ) from None
