"""Frame -> what is drawn of a detector: the window that it sees, what it says is happening now and next, and all of the
stream."""

from dataclasses import replace

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import Chart, Layer, Scene, Series

from ..config import TITLES, OadtrConfig
from .contestants import ROLES, titles_of
from .diagram import diagram
from .frames import chance, moments_of, shown
from .journey import trajectory
from .outputs import attention_row, now_and_next, ribbons
from .parts import part_layers
from .window import window

STACKED = 0.68
"""The share of the picture below the window."""


def scene(frame: Frame, config: OadtrConfig) -> Scene:
    """What is drawn of a frame: see `View.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    data = config.streams
    stream = shown(data)
    moments = moments_of(len(stream.labels))
    seen = window(stream, data, config, moments, STACKED)
    small = replace(seen, name="input", stage=False, trajectory=False, xy=_whole(seen.xy[-1]))
    layers: tuple[Layer, ...] = (
        seen,
        *attention_row(a, config, moments),
        now_and_next(a, data, moments),
        ribbons(a, stream, data, config, moments),
        small,
        *part_layers(a, data),
    )
    first = a["p"][0]
    judged = stream.labels >= 0
    right = (first.argmax(1) == stream.labels)[judged]
    return Scene(
        layers,
        legend=LEGENDS["attention" in a, data.name == "stick"],
        words=N_("At step {step}, {model} names {right} % of the frames of this stream correctly."),
        values={
            "step": str(frame.step),
            "model": TITLES[config.contestants[0]],
            "right": f"{100 * float(right.mean()):.0f}",
        },
        extent=(0.0, 1.0, 0.0, 1.0),
        diagram=diagram(a, config),
        trajectory=trajectory(a, stream, data, moments),
        stacked=STACKED,
    )


LEGENDS = {
    (True, True): N_(
        "Above, what the model sees: the [data:figure] in the last frames. Below it, which frames it [field:attends] "
        "to, what the model says [generated:now and next], and the whole stream."
    ),
    (True, False): N_(
        "Above, what the model sees: the [data:sensors] in the last frames. Below it, which frames it [field:attends] "
        "to, what the model says [generated:now and next], and the whole stream."
    ),
    (False, True): N_(
        "Above, what the model sees: the [data:figure] in the last frames. Below it, how strongly the answer "
        "[gradient:depends on] each of them, what the model says [generated:now and next], and the whole stream."
    ),
    (False, False): N_(
        "Above, what the model sees: the [data:sensors] in the last frames. Below it, how strongly the answer "
        "[gradient:depends on] each of them, what the model says [generated:now and next], and the whole stream."
    ),
}
"""By whether the model attends, and whether the data are a figure."""


def _whole(xy: np.ndarray) -> np.ndarray:
    """What stands in the upper part of the stage, filling a picture of its own."""
    return np.stack([xy[..., 0], (xy[..., 1] - STACKED) / (1 - STACKED)], -1)


def charts(config: OadtrConfig) -> tuple[Chart, ...]:
    """The curves, one for each model of the run, with what chance gives."""
    return (
        Chart("loss", N_("Loss: now"), _series("loss", config), unit=N_("nats"), low=0.0),
        Chart(
            "map",
            N_("Mean average precision (held-out)"),
            _series("map", config),
            guides=((chance(config.streams), N_("guessing")),),
            low=0.0,
            high=1.02,
        ),
        Chart(
            "mcap",
            N_("Calibrated mean average precision (held-out)"),
            _series("mcap", config),
            guides=((0.5, N_("guessing")),),
            low=0.0,
            high=1.02,
        ),
    )


def _series(metric: str, config: OadtrConfig) -> tuple[Series, ...]:
    names = titles_of(config)
    return tuple(Series(metric if i == 0 else f"{metric}_{i + 1}", title, ROLES[i]) for i, title in enumerate(names))
