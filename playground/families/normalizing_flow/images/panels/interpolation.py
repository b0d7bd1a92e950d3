"""A path from one image to another, through the noise."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Axes, Paths, Points, Role, Scene
from playground.data.images.examples import digit_dial

from ...config import NormalizingFlowConfig
from .layout import image_dial, image_scene

PATHS = {"sphere": N_("along the sphere"), "straight": N_("straight")}
PATH_IMAGES = 9
"""Images on a path, with both ends."""


def panel(config: NormalizingFlowConfig) -> Panel:
    return Panel(
        "interpolation",
        N_("From one digit to another"),
        N_(
            "Two real images are mapped to noise, and points on a path between them are mapped back to images. Below, "
            "for comparison, the pixels of the same two images are mixed."
        ),
        (
            digit_dial("from", N_("From"), 3),
            image_dial("from_which"),
            digit_dial("to", N_("To"), 8),
            image_dial("to_which"),
            Dial(
                "way",
                N_("Path"),
                "choice",
                "sphere",
                options=tuple(PATHS.items()),
                help=N_(
                    "Noise in many dimensions lies near a sphere; a straight path leaves it and crosses its empty "
                    "interior."
                ),
            ),
        ),
    )


def draw(arrays: Arrays, values: Values, config: NormalizingFlowConfig) -> PanelScenes:
    """`images` (2 * `PATH_IMAGES`, 8, 8), `bits`, `mixed` and `lengths` (`PATH_IMAGES`,)."""
    between: tuple[Role, ...] = ("generated",) * (PATH_IMAGES - 2)
    roles: tuple[Role, ...] = ("data", *between, "data")
    images = image_scene(
        arrays["images"],
        PATH_IMAGES,
        N_("The path"),
        N_(
            "Between two [data:real] images. Above, the path through the noise: it starts at distance {start} from "
            "the origin and comes as near as {least}. Below, their pixels mixed."
        ),
        roles=roles + roles,
        values={"start": f"{arrays['lengths'][0]:.1f}", "least": f"{arrays['lengths'].min():.1f}"},
    )
    return (N_("The path"), images), (N_("Bits along the path"), _bits(arrays))


def _bits(arrays: Arrays) -> Scene:
    fraction = np.linspace(0, 1, PATH_IMAGES)
    curves = [np.stack([fraction, arrays[name]], 1)[None].astype(np.float32) for name in ("bits", "mixed")]
    low, high = min(c[..., 1].min() for c in curves), max(c[..., 1].max() for c in curves)
    return Scene(
        (
            Paths(name="through", title=N_("through the noise"), role="generated", xy=curves[0]),
            Paths(name="mixed", title=N_("mixed pixels"), role="neutral", xy=curves[1]),
            Points(name="places", title=N_("Images"), role="generated", xy=curves[0][0]),
        ),
        extent=(0.0, 1.0, float(low) - 0.1, float(high) + 0.1),
        axes=Axes(N_("fraction of the path"), N_("bits per dimension")),
        legend=N_(
            "Bits that the flow needs for each image of the path [generated:through the noise] and of the "
            "[neutral:mixed pixels]: fewer bits mean a higher likelihood."
        ),
        words=N_("Bits per dimension along both paths."),
    )
