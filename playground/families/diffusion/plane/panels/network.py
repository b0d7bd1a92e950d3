"""The input of the network at one time, and its prediction."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Arrows, Paths, Points, Scene
from playground.data.dataset import dataset_of

from ...config import DiffusionConfig
from ..layers import cell, data_extent, grid, limit_lengths, true_contour, true_density

ARROW_LENGTH = 0.15
"""Of an arrow for a score of 1."""
LINE_COUNT = 80
"""Lines from noised to predicted points."""


def panel(config: DiffusionConfig) -> Panel | None:
    if not config.independent:  # neither the score nor the best prediction is known
        return None
    return Panel(
        "network",
        N_("Input and prediction"),
        N_(
            "Noised data at one time; the data that the network predicts from them; and the optimal prediction, the "
            "mean of all data that could have become this point."
        ),
        (Dial("t", N_("Time t (0 data, 1 noise)"), default=0.4, low=0.0, high=1.0, step=0.01),),
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    extent, size = data_extent(config), round(len(data["score"]) ** 0.5)
    t, a, s = data["facts"].tolist()
    numbers = {
        "t": f"{t:.3f}",
        "a": f"{a:.3f}",
        "s": f"{s:.3f}",
        "off": f"{float(np.sqrt(((data['guess'] - data['best']) ** 2).sum(1).mean())):.3f}",
    }
    score = Arrows(
        name="score",
        title=N_("Score"),
        role="gradient",
        xy=grid(extent, size),
        length=ARROW_LENGTH,
        uv=limit_lengths(data["score"], cell(extent, size) / ARROW_LENGTH),
    )
    noised = Points(name="noised", title=N_("Noised data"), role="data", xy=data["noised"], follow=True)
    contour = true_contour(dataset_of(config))

    def scene(layers: tuple, words: str) -> Scene:
        return Scene(layers, legend=words, words=words, values=numbers, extent=extent)

    def prediction(name: str, words: str) -> Scene:
        lines = np.stack([data["noised"], data[name]], 1)[:LINE_COUNT]
        layers = (
            contour,
            Paths(name="ways", title=N_("From input to prediction"), role="neutral", xy=lines),
            Points(name="guess", title=N_("Predicted data"), role="generated", xy=data[name], follow=True),
        )
        return scene(layers, words)

    return (
        (
            N_("The input"),
            scene(
                (true_density(data["density"], extent, trajectory=False), score, noised),
                N_(
                    "At t = {t} each [data:dot] is {a} times a data point plus {s} times noise. [gradient:Arrows]: the "
                    "network's score times the noise level; they point to higher density."
                ),
            ),
        ),
        (
            N_("The network's prediction"),
            prediction("guess", N_("[generated:Predicted data], on average {off} away from the optimal prediction.")),
        ),
        (
            N_("The optimal prediction"),
            prediction(
                "best",
                N_(
                    "The [generated:mean] of all data that could have become these points. With much noise it lies "
                    "between the modes."
                ),
            ),
        ),
    )
