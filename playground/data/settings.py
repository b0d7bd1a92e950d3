"""The settings that say what is learned from, the same in every family. No torch here."""

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator

from playground.core.config import setting
from playground.core.i18n import N_

from .bits import tables
from .plane.distributions import DISTRIBUTIONS
from .plane.point_codec import LONGEST
from .plane.user_data import checked

Classic = Literal[
    "moons",
    "ring",
    "8gaussians",
    "2gaussians",
    "25gaussians",
    "rings",
    "pinwheel",
    "swissroll",
    "spiral",
    "checkerboard",
    "scurve",
    "line",
    "8narrow",
    "25narrow",
]
"""Names of distributions on the plane."""
Plane = Literal[Classic, "own"]
"""The same, and a visitor's own."""
PLANE: tuple[str, ...] = get_args(Plane)
OwnData = Annotated[str, AfterValidator(checked)]
"""Points of a visitor as a short text."""
TableData = Annotated[str, AfterValidator(tables.checked)]
"""Where a table of bits is: `npz:PATH` or `mnist:PATH`."""
TITLES = {
    **{name: data.title for name, data in DISTRIBUTIONS.items()},
    "digits": N_("Handwritten digits"),
    "xor": N_("XOR triples"),
    "own": N_("Own data"),
    "table": N_("Table from a file"),
}
"""Of data: message ids by name."""


def data_setting(default: str, help: str) -> Any:
    """Which data; its choices come from the annotation, such as `Plane` or `Literal[Classic, "digits", "own"]`."""
    return setting(default, N_("Data"), help, group="data", options=TITLES, unlisted=("table",))


def own_setting() -> Any:
    """The points that data "own" stands for."""
    return setting(
        "",
        N_("Own data"),
        N_("The points that were drawn or uploaded, as a short text; without one, a heart stands as an example."),
        group="data",
        longest=LONGEST,
        when={"data": ("own",)},
    )


def table_setting() -> Any:
    """The file that data "table" stands for."""
    return setting(
        "",
        N_("Table"),
        N_("A file with a table of bits, npz:PATH or mnist:PATH; for the command line."),
        group="data",
        longest=tables.LONGEST,
        when={"data": ("table",)},
    )
