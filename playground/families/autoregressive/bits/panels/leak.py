"""Whether flipping a pixel changes the probability of the pixel itself or of an earlier one."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.data.dataset import dataset_of

from ...config import AutoregressiveConfig
from ..image_grid import image_scene
from .dials import picture_dial, place_dial


def panel(config: AutoregressiveConfig) -> Panel:
    data = dataset_of(config)
    return Panel(
        "leak",
        N_("The leak test"),
        N_(
            "Flip one pixel and see which probabilities change: only those of later pixels may. Then break the mask, "
            "with the same weights."
        ),
        (picture_dial(data), place_dial(data), Dial("broken", N_("Break the mask"), "switch", False)),
    )


def draw(arrays: Arrays, values: Values, config: AutoregressiveConfig) -> PanelScenes:
    data, place = dataset_of(config), int(values["place"]) - 1
    order = arrays["order"].astype(int)
    change = np.abs(arrays["after"] - arrays["before"])
    past, later = change[order[: place + 1]], change[order[place + 1 :]]
    leaks = int((past > 0).sum())
    words = (
        N_(
            "A leak: changed probabilities of the flipped pixel and the pixels before it: {leaks}, by up to "
            "{most}. Their product is not a probability."
        )
        if leaks
        else N_(
            "No leak: the probabilities of the flipped pixel and the pixels before it have not changed at all; {rest} "
            "of the later ones have."
        )
    )
    flipped = arrays["real"] * 0.0
    flipped[order[place]] = 1.0
    return (
        (
            N_("The flipped pixel"),
            image_scene(
                data,
                np.maximum(flipped, 0.35 * arrays["real"]),
                N_("Flipped"),
                N_("The picture, faint, and the flipped pixel."),
                "data",
            ),
        ),
        (
            N_("How the probabilities change"),
            image_scene(
                data,
                change / max(float(change.max()), 1e-6),
                N_("Change"),
                words,
                "gradient",
                leaks=str(leaks),
                rest=str(int((later > 1e-4).sum())),
                most=f"{past.max():.2g}",
            ),
        ),
        (
            N_("Probabilities before"),
            image_scene(data, arrays["before"], N_("Before"), N_("The probability of ink at each pixel."), "field"),
        ),
        (
            N_("Probabilities after"),
            image_scene(data, arrays["after"], N_("After"), N_("The same with the pixel flipped."), "field"),
        ),
    )
