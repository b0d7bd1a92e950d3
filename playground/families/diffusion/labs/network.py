"""What the network sees at one time, and what it makes of it."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Arrows, Heatmap, Paths, Points, Scene
from playground.data.dataset import dataset_of

from ..drawing import Answer, Pictures, frame, limited, visible
from ..scene import edge

LENGTH = 0.15
"""Of an arrow that stands for a score of 1."""


def panel(config: Config) -> Panel:
    return Panel(
        "network",
        N_("What the network sees"),
        N_(
            "Noised data at one time; what the network takes them to have been, and what the best answer would be: an "
            "average over all data that could have become this."
        ),
        (Dial("t", N_("Time t (0 data, 1 noise)"), default=0.4, low=0.0, high=1.0, step=0.01),),
    )


def draw(answer: Answer, values: Mapping, config: Config) -> Pictures:
    extent = frame(config)
    t, a, s = answer["facts"].tolist()
    said = {
        "t": f"{t:.3f}",
        "a": f"{a:.3f}",
        "s": f"{s:.3f}",
        "off": f"{float(np.sqrt(((answer['guess'] - answer['best']) ** 2).sum(1).mean())):.3f}",
    }
    axis = np.linspace(*extent[:2], 15, dtype=np.float32)
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    ground = Heatmap(
        name="density",
        title=N_("Density at this time"),
        role="field",
        scale="sequential",
        extent=extent,
        values=visible(answer["density"]),
    )
    seen = Points(name="noised", title=N_("Noised data"), role="data", xy=answer["noised"], follow=True)
    outline = edge(dataset_of(config))

    def guesses(name: str, words: str) -> Scene:
        ways = np.stack([answer["noised"], answer[name]], 1)[:80]
        return Scene(
            (
                outline,
                Paths(name="ways", title=N_("From where to where"), role="neutral", xy=ways),
                Points(name="guess", title=N_("Predicted data"), role="generated", xy=answer[name], follow=True),
            ),
            legend=words,
            words=words,
            values=said,
            extent=extent,
        )

    score = Arrows(
        name="score",
        title=N_("Score"),
        role="gradient",
        xy=places,
        length=LENGTH,
        uv=limited(answer["score"], (axis[1] - axis[0]) / LENGTH),
    )
    arrows = N_(
        "At t = {t} each [data:dot] is {a} of a piece of data and {s} of noise. [gradient:Arrows]: the "
        "network's score times the noise level; they point to where more points are."
    )
    return (
        (N_("What comes in"), Scene((ground, score, seen), legend=arrows, words=arrows, values=said, extent=extent)),
        (
            N_("The network's prediction"),
            guesses("guess", N_("[generated:Predicted data], {off} away from the best prediction on average.")),
        ),
        (
            N_("The best prediction"),
            guesses(
                "best",
                N_(
                    "The [generated:mean] of all data that could have become these points: between the modes while "
                    "there is much noise."
                ),
            ),
        ),
    )
