"""Frame -> what is drawn of a GAN: its layers, its diagram, its curves."""

import numpy as np

from playground.core.config import Config
from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import (
    Arrows,
    Chart,
    Contour,
    Diagram,
    Heatmap,
    Layer,
    Mesh,
    Node,
    Paths,
    Points,
    Scene,
    Series,
)
from playground.data.dataset import dataset_of

from . import pictures, stations
from .config import PICTURES, GanConfig
from .stations import ABOUT, BEATS, EDGES, EQUILIBRIUM, aside, percent, probe

__all__ = ["EQUILIBRIUM", "charts", "opacity", "scene"]


def scene(frame: Frame, config: Config) -> Scene:
    """What is drawn of a frame of a `GanExperiment`: see `views` for the arrays."""
    if config.data in PICTURES:
        return pictures.scene(frame, config)
    low, high = dataset_of(config).bounds
    extent = (low, high, low, high)
    a = frame.arrays
    layers = (
        Heatmap(
            name="belief",
            title=N_("What the discriminator believes"),
            role="field",
            values=a["belief"],
            extent=extent,
            low_title=N_("generated"),
            high_title=N_("real"),
        ),
        Contour(
            name="boundary",
            title=N_("Where it cannot decide"),
            role="field",
            values=a["belief"],
            levels=(0.5,),
            extent=extent,
        ),
        *_manifold(a.get("manifold")),
        Points(name="data", title=N_("Real samples"), role="data", xy=a["data"]),
        Arrows(
            name="gradients",
            title=N_("Where the generator is told to go"),
            role="gradient",
            xy=a["fake"][: len(a["gradients"])],
            uv=a["gradients"],
            length=0.3,
            tween=True,
        ),
        Points(name="fake", title=N_("Generated samples"), role="generated", xy=a["fake"], tween=True),
        *aside(a, config),
    )
    return Scene(
        layers,
        extent=extent,
        diagram=_diagram(config, extent),
        legend=N_(
            "Each dot is a [data:real] or a [generated:generated] sample. The background says what the "
            "[field:discriminator] believes; [gradient:arrows] show where it sends the generator."
        ),
        words=N_(
            "At step {step} the discriminator takes {real} percent of the real and {fake} percent of the "
            "generated samples for real."
        ),
        values={"step": str(frame.step), "real": str(percent(a["d_real"])), "fake": str(percent(a["d_fake"]))},
    )


def charts(config: Config) -> tuple[Chart, ...]:
    """The curves, with what theory says about them."""
    if config.data in PICTURES:
        return pictures.charts(config)
    curves = [
        *stations.curves(config),
        Chart(
            "distance",
            N_("Distance to the estimate of your data (sliced Wasserstein)")
            if config.data == "own"
            else N_("Distance to the data (sliced Wasserstein)"),
            (Series("sliced_w2", N_("distance"), "generated"),),
            low=0.0,
        ),
    ]
    modes = dataset_of(config).modes
    if modes is not None:
        curves += [
            Chart(
                "modes",
                N_("Modes found"),
                (Series("modes_covered", N_("modes"), "generated"),),
                low=0.0,
                high=len(modes) + 0.5,
                guides=((float(len(modes)), N_("all of them")),),
            ),
            Chart(
                "quality",
                N_("Samples close to a mode"),
                (Series("high_quality", N_("share within 3 σ"), "generated"),),
                low=0.0,
                high=1.0,
            ),
        ]
    return tuple(curves)


def _manifold(grid: np.ndarray | None) -> tuple[Layer, ...]:
    """The noise carried through the generator: a woven sheet, or a thread; more than two dimensions: nothing."""
    title = N_("The generator's manifold")
    if grid is None:
        return ()
    if len(grid) == 1:
        return (Paths(name="manifold", title=title, role="generated", shown=False, tween=True, xy=grid),)
    return (
        Mesh(name="manifold", title=title, role="generated", shown=False, tween=True, xy=grid, weights=opacity(grid)),
    )


def opacity(grid: np.ndarray) -> np.ndarray:
    """Opacity of each cell of a carried grid (r, c, 2) whose cells hold equal mass: (r - 1, c - 1).

    The density is mass by area; it grows without bound where the sheet is folded together, so it is
    drawn as p / (p + p0) with p0 a little under the density of a ring.
    """
    across, down = grid[1:, 1:] - grid[:-1, :-1], grid[1:, :-1] - grid[:-1, 1:]  # the two diagonals
    area = np.abs(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]) / 2
    mass = 1 / area.size
    return (mass / (mass + 0.15 * area)).astype(np.float32)


def _diagram(config: GanConfig, extent) -> Diagram:
    carried = "fake" if config.noise_dim > 2 else "manifold"
    return Diagram(
        nodes=(
            ABOUT["noise"],
            Node(
                "generator",
                N_("Generator"),
                N_(
                    "A network that turns noise into samples. The sheet is the noise's square, carried along; "
                    "darker where more samples fall."
                ),
                (carried,),
                (1, 0),
                extent=extent,
                role="generated",
            ),
            Node(
                "samples",
                N_("Generated samples"),
                N_("What it made of the noise, and where the discriminator sends each sample."),
                ("gradients", "fake"),
                (2, 0),
                extent=extent,
                role="generated",
            ),
            Node(
                "data",
                N_("Real samples"),
                N_("What the generator is to imitate, but never sees itself."),
                ("data",),
                (0, 1),
                extent=extent,
                role="data",
            ),
            Node(
                "discriminator",
                N_("Discriminator"),
                N_("A network that says for any place how real a sample there looks."),
                ("belief", "boundary"),
                (1, 1),
                extent=extent,
                role="field",
            ),
            ABOUT["predictions"],
            ABOUT["d_loss"],
            ABOUT["g_loss"],
        ),
        edges=EDGES,
        beats=BEATS,
        probe=probe(config),
    )
