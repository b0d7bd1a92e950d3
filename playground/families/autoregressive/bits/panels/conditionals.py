"""Probabilities of the other pixels, given the first ones."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.data.bits.binary import Binary

from ...config import data_of
from ..image_grid import UNKNOWN_INK, PanelScenes, image_scene
from .dials import picture_dial


def panel(data: Binary) -> Panel:
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


def draw(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> PanelScenes:
    data, known, nats = data_of(config), answer["known"], answer["nats"]
    p, ink = data.frequencies[known > 0], answer["real"][known > 0]
    independent = -float((ink * np.log(p) + (1 - ink) * np.log1p(-p)).sum())
    return (
        (
            N_("What is known"),
            image_scene(
                data,
                np.where(known > 0, answer["real"], UNKNOWN_INK),
                N_("Known pixels"),
                N_(
                    "The first {count} pixels of a picture. They cost {model} nats with the model, {independent} with "
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
                answer["probabilities"],
                N_("Probability of ink"),
                N_("The known pixels, and the probability of ink at each of the others."),
                "field",
            ),
        ),
        (
            N_("The whole picture"),
            image_scene(data, answer["real"], N_("The whole picture"), N_("The real picture."), "data"),
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
