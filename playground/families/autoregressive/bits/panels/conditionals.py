"""Probabilities of the other pixels, given the first ones."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.data.dataset import dataset_of

from ...config import AutoregressiveConfig
from ..image_grid import UNKNOWN_INK, image_scene
from .dials import picture_dial


def panel(config: AutoregressiveConfig) -> Panel:
    data = dataset_of(config)
    return Panel(
        "conditionals",
        N_("Given the first pixels"),
        N_(
            "Some pixels of a picture are known. How probable is ink at each of the others? For the next pixel one "
            "pass gives the exact answer; for later ones the model draws 128 completions and counts."
        ),
        (
            picture_dial(data),
            Dial("known", N_("Known pixels"), default=data.dim * 3 // 8, low=0, high=data.dim, step=1),
        ),
    )


def draw(arrays: Arrays, values: Values, config: AutoregressiveConfig) -> PanelScenes:
    data, known, nats = dataset_of(config), arrays["known"], arrays["nats"]
    p, ink = data.frequencies[known > 0], arrays["real"][known > 0]
    independent = -float((ink * np.log(p) + (1 - ink) * np.log1p(-p)).sum())
    return (
        (
            N_("What is known"),
            image_scene(
                data,
                np.where(known > 0, arrays["real"], UNKNOWN_INK),
                N_("Known pixels"),
                N_(
                    "Of a picture the first {count:pixel|pixels}: {model} nats with the model, {independent} with "
                    "independent pixels."
                ),
                "data",
                count=str(int(known.sum())),
                model=f"{float(nats[known > 0].sum()):.1f}",
                independent=f"{independent:.1f}",
            ),
        ),
        (
            N_("Probability of ink"),
            image_scene(
                data,
                arrays["probabilities"],
                N_("Probability of ink"),
                N_("The known pixels, and the probability of ink at each of the others."),
                "field",
            ),
        ),
        (
            N_("The whole picture"),
            image_scene(data, arrays["real"], N_("The whole picture"), N_("The real picture."), "data"),
        ),
        (
            N_("Cost of each pixel"),
            image_scene(
                data,
                nats / max(float(nats.max()), 1e-6),
                "−log p",
                N_("−log p of each pixel, given those before it: at most {most} nats, {total} in all."),
                "gradient",
                most=f"{nats.max():.1f}",
                total=f"{nats.sum():.1f}",
            ),
        ),
    )
