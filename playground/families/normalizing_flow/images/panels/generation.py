"""Fresh samples at a temperature."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.data.images.digits import DIGITS

from ...config import NormalizingFlowConfig
from .layout import image_scene

COLUMN_COUNTS = (4, 6, 8)
"""Samples in a row, and rows, to choose from."""


def panel(config: NormalizingFlowConfig) -> Panel:
    return Panel(
        "generation",
        N_("Generation"),
        N_(
            "The layers transform fresh noise to images. A temperature below 1 scales the noise down: the images are "
            "less diverse, and as a set further from the data. (Kingma and Dhariwal 2018 mean by temperature a power "
            "of the density; for flows that preserve volume the two agree.)"
        ),
        (
            Dial("temperature", N_("Temperature"), default=0.8, low=0.0, high=1.5, step=0.05),
            Dial("size", N_("Images"), "choice", "6", options=tuple((str(n), str(n * n)) for n in COLUMN_COUNTS)),
            Dial("draw", N_("Draw"), default=1, low=1, high=50, step=1, help=N_("Each number gives different noise.")),
        ),
    )


def draw(arrays: Arrays, values: Values, config: NormalizingFlowConfig) -> PanelScenes:
    """`images` (n, 8, 8), `bits` (n,)."""
    pixels = arrays["images"]
    columns = round(len(pixels) ** 0.5)
    samples = image_scene(
        pixels,
        columns,
        N_("Samples"),
        N_("The flow itself needs {bits} bits per dimension for these images on average, rounded to grey levels."),
        values={"bits": f"{float(arrays['bits'].mean()):.2f}"},
    )
    test_images = DIGITS.images("test")[: len(pixels)] / np.float32(DIGITS.levels - 1)
    real = image_scene(test_images, columns, N_("Real images"), N_("Images of the test set."), "data")
    return (N_("Samples"), samples), (N_("Real images"), real)
