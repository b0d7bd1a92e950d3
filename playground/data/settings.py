"""The settings that say what is learned from, the same in every family. No torch here."""

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator

from ..config import setting
from ..texts import N_
from .codes import LONGEST
from .own import checked
from .toy2d import DISTRIBUTIONS

Classic = Literal["moons", "ring", "8gaussians", "2gaussians", "25gaussians", "rings", "pinwheel", "swissroll",
                  "spiral", "checkerboard", "scurve", "line", "8narrow", "25narrow"]
"""Names of distributions on the plane."""
Plane = Literal[Classic, "own"]
"""The same, and a visitor's own."""
PLANE: tuple[str, ...] = get_args(Plane)
OwnData = Annotated[str, AfterValidator(checked)]
"""Points of a visitor as a short text."""
TITLES = {**{name: data.title for name, data in DISTRIBUTIONS.items()}, "digits": N_("Handwritten digits"),
          "own": N_("Own data")}
"""Of data: message ids by name."""


def data_setting(default: str, help: str) -> Any:
    """Which data; its choices come from the annotation, such as `Plane` or `Literal[Classic, "digits", "own"]`."""
    return setting(default, N_("Data"), help, group="data", options=TITLES)


def own_setting() -> Any:
    """The points that data "own" stands for."""
    return setting(
        "", N_("Own data"),
        N_("The points that were drawn or uploaded, as a short text; without one, a heart stands as an example."),
        group="data", longest=LONGEST, when={"data": ("own",)})
