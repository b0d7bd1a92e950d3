"""What features and labels have to be before anything is trained on them: one sentence for each thing that is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

from .stream_data import AMBIGUOUS, BACKGROUND

MIN_FRAMES = 40
"""Of a stream: a window of 32 frames, and the 8 frames after it."""
MIN_TRAINED = 200
"""Frames of the training part."""
MAX_DIM, MAX_CLASSES, MAX_NUMBERS = 16_384, 500, 2_000_000_000
PIECE = 4096
"""Frames that are looked at together: features may be larger than the memory."""

Frames = tuple[np.ndarray, np.ndarray]
"""A stream in its own units: features (frames, dim), labels (frames,) int64."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Streams of a visitor in three parts."""

    streams: Mapping[str, tuple[Frames, ...]]
    """By the name of the part: train, valid, test."""
    class_names: tuple[str, ...]
    fps: float

    @property
    def dim(self) -> int:
        return self.streams["train"][0][0].shape[1]

    def labels(self, part: str = "") -> np.ndarray:
        """All labels of a part, or of all parts: (N,) int64."""
        parts = [part] if part else list(self.streams)
        return np.concatenate([labels for name in parts for _, labels in self.streams[name]])


def checked_stream(name: str, features: np.ndarray, labels: np.ndarray, dim: int | None = None) -> Frames:
    """A stream called `name`; `dim` is how many features the streams before it had."""
    if features.ndim != 2 or features.dtype.kind not in "buif":
        raise UserError(N_("The features of {name} are no table of numbers with a row for each frame."), name=name)
    ids = label_ids(name, labels)
    if len(ids) != len(features):
        raise UserError(
            N_("{name} has {features:frame|frames} of features but {labels:label|labels}; they must be as many."),
            name=name,
            features=len(features),
            labels=len(ids),
        )
    if len(features) < MIN_FRAMES:
        raise UserError(
            N_(
                "{name} has {frames:frame|frames}; a stream needs at least {fewest}: a window, and what comes after it."
            ),
            name=name,
            frames=len(features),
            fewest=MIN_FRAMES,
        )
    if not 1 <= features.shape[1] <= MAX_DIM:
        raise UserError(
            N_("{name} has {dim:feature|features} in a frame; there may be 1 to {most}."),
            name=name,
            dim=features.shape[1],
            most=MAX_DIM,
        )
    if dim is not None and features.shape[1] != dim:
        raise UserError(
            N_("{name} has {dim:feature|features} in a frame, the streams before it have {before}."),
            name=name,
            dim=features.shape[1],
            before=dim,
        )
    _check_finite(name, features)
    return features, ids


def _check_finite(name: str, features: np.ndarray) -> None:
    for at in range(0, len(features), PIECE):
        with np.errstate(over="ignore"):  # in the precision in which they are trained on
            bad = ~np.isfinite(features[at : at + PIECE].astype(np.float32)).all(1)
        if bad.any():
            raise UserError(
                N_("{name} has a feature that is no finite number, in frame {frame} (counted from 0)."),
                name=name,
                frame=at + int(np.argmax(bad)),
            )


def label_ids(name: str, labels: np.ndarray) -> np.ndarray:
    """Labels (T,) as whole numbers, or (T, C) as one score for each class of which the largest counts, as (T,) int64:
    0 background, 1.. actions, -1 ambiguous."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim not in (1, 2) or labels.dtype.kind not in "buif" or not np.isfinite(labels).all():
        raise UserError(
            N_("The labels of {name} are neither a number for each frame nor a column for each class."), name=name
        )
    if labels.ndim == 2:
        if (empty := labels.max(1, initial=-1) <= 0).any():
            raise UserError(
                N_("Frame {frame} of {name} has no class: all columns of its label are zero."),
                frame=int(np.argmax(empty)),
                name=name,
            )
        return labels.argmax(1).astype(np.int64)
    ids = labels.astype(np.int64)
    if (bad := (ids != labels) | (ids < AMBIGUOUS)).any():
        raise UserError(
            N_("{given} in {name} is no label: 0 is background, 1, 2, 3, … are actions, -1 is ambiguous."),
            given=labels[int(np.argmax(bad))],
            name=name,
        )
    return ids


def checked_parts(
    streams: Mapping[str, Sequence[Frames]], class_names: Sequence[str], columns: int, fps: float
) -> Parts:
    """Streams that were looked at one by one, as a whole. `columns`: how many classes labels of columns had, 0 if there
    were none; `class_names` may be empty."""
    found = Parts({part: tuple(some) for part, some in streams.items()}, tuple(class_names), fps)
    for part, some in found.streams.items():
        if not some:
            raise UserError(N_("There is no stream for the part “{part}”."), part=part)
    if sum(features.size for some in streams.values() for features, _ in some) > MAX_NUMBERS:
        raise UserError(N_("These features are too many for this machine: at most {most} numbers."), most=MAX_NUMBERS)
    if not np.isfinite(fps) or not 0 < fps <= 1000:
        raise UserError(N_("{given} frames per second are not possible."), given=fps)
    classes = max(1 + int(found.labels().max()), columns)
    if class_names and len(class_names) < classes:
        raise UserError(
            N_("{names:class has a name|classes have names}, but there is a label {largest}."),
            names=len(class_names),
            largest=classes - 1,
        )
    if classes > MAX_CLASSES:
        raise UserError(N_("There are {given} classes; there may be at most {most}."), given=classes, most=MAX_CLASSES)
    trained = found.labels("train")
    if len(trained) < MIN_TRAINED:
        raise UserError(
            N_("Only {frames:frame is|frames are} left to train on; at least {fewest} are needed."),
            frames=len(trained),
            fewest=MIN_TRAINED,
        )
    kinds = np.unique(trained[trained != AMBIGUOUS])
    if len(kinds) < 2 or kinds[-1] == BACKGROUND:
        raise UserError(N_("The training frames have one class alone: there is nothing to tell apart."))
    if not (found.labels("test") > BACKGROUND).any():
        raise UserError(N_("The test frames have no action: there is nothing to score."))
    names = tuple(class_names) or (N_("background"), *(str(number) for number in range(1, classes)))
    return Parts(found.streams, names, fps)
