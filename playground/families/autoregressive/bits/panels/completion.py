"""Completions of a picture that a visitor began."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.data.bits.binary import Binary
from playground.data.dataset import dataset_of

from ...config import AutoregressiveConfig
from ..image_grid import UNKNOWN_INK, image_scene
from .dials import draw_dial

KEPT_STEPS = 8
"""Steps in which the kept part of a picture grows."""
MAX_DIM = 1024
"""Pixels of the small canvas."""
EXAMPLE = 4
"""The test vector whose first half stands on the small canvas at first."""


def panel(config: AutoregressiveConfig) -> Panel | None:
    data = dataset_of(config)
    if data.dim > MAX_DIM:
        return None
    return Panel(
        "completion",
        N_("Complete a picture"),
        N_(
            "Draw the first part of a picture: its upper half if the order is row by row. The model draws the rest, "
            "pixel by pixel, sixteen times."
        ),
        (
            Dial("sketch", N_("Your picture"), "pixels", default=_half_picture(data), shape=data.shape),
            Dial(
                "kept",
                N_("Part kept (eighths)"),
                default=KEPT_STEPS // 2,
                low=0,
                high=KEPT_STEPS,
                step=1,
                help=N_("In eighths of the order. The model draws the rest."),
            ),
            draw_dial(),
        ),
    )


def _half_picture(data: Binary) -> tuple[float, ...]:
    """The upper half of a test picture."""
    pixels = data.rows("test")[EXAMPLE].astype(float)
    pixels[data.dim // 2 :] = 0
    return tuple(pixels.tolist())


def draw(arrays: Arrays, values: Values, config: AutoregressiveConfig) -> PanelScenes:
    data, known = dataset_of(config), arrays["known"] > 0
    return (
        (
            N_("Kept part"),
            image_scene(
                data,
                np.where(known, arrays["given"], UNKNOWN_INK),
                N_("Kept"),
                N_("The part of your picture that is kept. The model draws the shaded pixels."),
                "data",
            ),
        ),
        (
            N_("Sixteen completions"),
            image_scene(
                data,
                arrays["bits"],
                N_("Completions"),
                N_(
                    "Samples from the model's conditional distribution. The most likely one has log p {best}, the "
                    "least likely {worst}."
                ),
                best=f"{arrays['log_p'].max():.1f}",
                worst=f"{arrays['log_p'].min():.1f}",
            ),
        ),
        (
            N_("Mean of 128 completions"),
            image_scene(
                data,
                arrays["probabilities"],
                N_("Probability of ink"),
                N_("The probability of ink at each pixel, given what you drew."),
                "field",
            ),
        ),
    )
