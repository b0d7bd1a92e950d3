"""Tamper with the future: frames after one moment are changed, and nothing said before it may move."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Axes, Paths, Ribbons, Scene

from ...config import OadtrConfig
from ..contestants import ROLES, titles_of
from ..frames import SHOWN_COUNT, shown

WAYS = (
    ("shuffle", N_("shuffle the frames")),
    ("backwards", N_("play them backwards")),
    ("freeze", N_("freeze the last frame")),
    ("noise", N_("replace them by noise")),
)


def panel(config: OadtrConfig) -> Panel:
    return Panel(
        "tamper",
        N_("Tamper with the future"),
        N_(
            "All frames after the chosen one are changed. A model that reads only the past must say exactly the same "
            "up to it. One that looks ahead gives itself away."
        ),
        (
            Dial("frame", N_("Last frame that stays"), default=120.0, low=1.0, high=SHOWN_COUNT - 2.0, step=1.0),
            Dial("way", N_("What happens after it"), "choice", "shuffle", options=WAYS),
        ),
    )


def draw(arrays: Arrays, values: Values, config: OadtrConfig) -> PanelScenes:
    return (
        (N_("What the models say"), _ribbons(arrays, values, config)),
        (N_("How much it changes"), _changes(arrays, values, config)),
    )


def _ribbons(a: Arrays, values: Values, config: OadtrConfig) -> Scene:
    data, titles = config.streams, titles_of(config)
    before, after = a["before"], a["after"]  # (models, frames, classes)
    rows = [shown(data).labels[: before.shape[1]]]
    names: list[str] = [N_("Truth")]
    for title, one, other in zip(titles, before, after, strict=True):
        rows += [one.argmax(1), other.argmax(1)]
        names += [title, N_("after tampering")]
    legend = N_("Each model twice: with the true stream, and with the one that is changed after the line.")
    layer = Ribbons(
        name="ribbons",
        title=N_("The stream"),
        classes=np.stack(rows),
        now=np.array([values["frame"]], np.float32),
        rows=tuple(names),
        names=data.class_names,
        seconds=1 / data.fps,
    )
    return Scene((layer,), extent=(0.0, 1.0, 0.0, 1.0), legend=legend, words=legend)


def _changes(a: Arrays, values: Values, config: OadtrConfig) -> Scene:
    change = np.abs(a["after"] - a["before"]).max(2)  # (models, frames)
    fps, until = config.streams.fps, round(float(values["frame"]))
    seconds = np.arange(change.shape[1]) / fps
    lines = tuple(
        Paths(name=f"change_{i}", title=title, role=ROLES[i], xy=np.stack([seconds, one], 1)[None].astype(np.float32))
        for i, (title, one) in enumerate(zip(titles_of(config), change, strict=True))
    )
    edge = np.array([[[until / fps, 0], [until / fps, 1]]], np.float32)
    lines = (*lines, Paths(name="edge", title=N_("last frame that stays"), role="neutral", xy=edge))
    early, late = float(change[:, : until + 1].max()), float(change[:, until + 1 :].max())
    legend = EXACT if early == 0 else LEAK
    return Scene(
        lines,
        extent=(0.0, float(seconds[-1]), 0.0, 1.05),
        axes=Axes(N_("seconds"), N_("largest change of a probability")),
        legend=legend,
        words=legend,
        values={"late": f"{late:.2f}", "early": f"{early:.2g}"},
    )


EXACT = N_("Up to the line nothing moves, to the last bit. After it probabilities change by up to {late}.")
LEAK = N_(
    "Probabilities before the line change by up to {early}: a model sees the future. After the line they change by "
    "up to {late}."
)
