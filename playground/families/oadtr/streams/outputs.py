"""What the models of a run say along the stream: what is happening now, what comes next, and where they look."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.layers import Layer, Matrix, NamedMatrix, Ribbons, Role
from playground.data.streams.stream_data import Pooled, StreamData
from playground.metrics.action_instances import delays, instances

from ..config import OadtrConfig
from .contestants import titles_of

Arrays = Mapping[str, np.ndarray]


def attention_row(a: Arrays, config: OadtrConfig, moments: np.ndarray) -> tuple[Layer, ...]:
    """Which frames of the window the first model looks at: the attention of its task token, or how strongly its answer
    depends on each frame."""
    for name, (title, role) in LOOKS.items():
        if name in a:
            weights = a[name][moments]  # (moments, window)
            most = np.maximum(weights.max(1, keepdims=True), 1e-12)
            values = (weights / most)[:, None]
            return (Matrix(name="looks", title=title, role=role, trajectory=True, values=values, share=0.33),)
    return ()


LOOKS: dict[str, tuple[str, Role]] = {
    "attention": (N_("Where it looks"), "field"),
    "gradients": (N_("What the answer depends on"), "gradient"),
}


def now_and_next(a: Arrays, data: StreamData, moments: np.ndarray) -> NamedMatrix:
    """Probabilities of the first model: a row is a class; the first column is now, the others are frames to come."""
    now = a["p"][0][moments][:, :, None]  # (moments, classes, 1)
    columns = [N_("now")]
    if "future" in a:
        now = np.concatenate([now, a["future"][moments].transpose(0, 2, 1)], 2)
        columns += [f"+{step + 1}" for step in range(a["future"].shape[1])]
    return NamedMatrix(
        name="next",
        title=N_("Now and next"),
        role="generated",
        trajectory=True,
        values=now,
        rows=data.class_names,
        columns=tuple(columns),
        share=1.4,
    )


def ribbons(a: Arrays, stream: Pooled, data: StreamData, config: OadtrConfig, moments: np.ndarray) -> Ribbons:
    """All of the stream: what is true, and what each model names at each frame, the more opaque the surer it is. A mark
    stands where an action is named for the first time."""
    p = a["p"]  # (models, frames, classes)
    likeliest, sure = p.argmax(2), p.max(2)
    begun = instances(stream.labels, stream.first)[:, 0]
    marks = np.full((1 + len(p), max(1, len(begun))), np.nan)
    for row, one in enumerate(p, 1):
        marks[row, : len(begun)] = begun + delays(one, stream.labels, stream.first)
    return Ribbons(
        name="ribbons",
        title=N_("The whole stream"),
        role="neutral",
        trajectory=True,
        classes=np.concatenate([stream.labels[None], likeliest])[None],
        weights=np.concatenate([np.ones_like(sure[:1]), sure])[None],
        now=moments[:, None].astype(np.float32),
        marks=marks[None],
        rows=(N_("Truth"), *titles_of(config)),
        names=data.class_names,
        seconds=1 / data.fps,
        share=1.6,
    )
