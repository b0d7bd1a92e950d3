"""What every data set of streams offers: frames with labels, one after the other, and windows that never look across
the border between two streams.

A frame is a vector of features. Its label says what happens in it: background, one of the actions, or something that
nobody can tell, which is neither trained on nor judged.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from ..dots import dots_of
from .pictograms import PICTOGRAMS

BACKGROUND, AMBIGUOUS = 0, -1
SHUFFLING_SEED = 0
STILL = 1e-6
"""A feature whose deviation is smaller than this is constant; it is moved to zero, not scaled."""
PIECE = 4096
"""Frames that are read at a time of features which may lie on a disk."""


@dataclass(frozen=True, eq=False)
class Stream:
    """Frames without a gap between them. `ValueError` where features and labels differ in length."""

    features: np.ndarray  # (frames, dim) float32, locked
    labels: np.ndarray  # (frames,) int64, locked: 0 background, 1.. actions, -1 ambiguous

    def __post_init__(self):
        if self.features.ndim != 2 or self.labels.shape != self.features.shape[:1]:
            raise ValueError(f"features {self.features.shape} and labels {self.labels.shape} are of no stream")
        for array in (self.features, self.labels):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Pooled:
    """All streams of a part, one after the other. A frame is known by its place among all of them."""

    features: np.ndarray  # (N, dim) float32, locked
    labels: np.ndarray  # (N,) int64, locked
    first: np.ndarray  # (N,) int64, locked: where the stream of this frame begins
    last: np.ndarray  # (N,) int64, locked: its last frame

    def __len__(self) -> int:
        return len(self.labels)

    def windows(self, frames: np.ndarray, length: int, ahead: int = 0) -> np.ndarray:
        """The `length` frames up to the frame `ahead` after each of `frames` (n,): (n, length) int64. Before a stream
        begins its first frame is repeated, and past its end its last one."""
        frames = np.asarray(frames, np.int64)
        wanted = frames[:, None] + np.arange(ahead - length + 1, ahead + 1)  # (n, length)
        return np.clip(wanted, self.first[frames][:, None], self.last[frames][:, None])

    def after(self, frames: np.ndarray, steps: int) -> np.ndarray:
        """The labels of the frames +1 to +`steps` after each of `frames` (n,): (n, steps) int64, AMBIGUOUS past the
        end of its stream."""
        frames = np.asarray(frames, np.int64)
        wanted, last = frames[:, None] + np.arange(1, steps + 1), self.last[frames][:, None]
        return np.where(wanted <= last, self.labels[np.minimum(wanted, last)], AMBIGUOUS)

    def streams(self) -> tuple[Stream, ...]:
        """One by one; views, not copies."""
        starts = np.unique(self.first)
        return tuple(
            Stream(self.features[a : self.last[a] + 1], self.labels[a : self.last[a] + 1]) for a in starts.tolist()
        )


@dataclass(frozen=True, kw_only=True)
class StreamData(ABC):
    """Streams in three parts. Frozen and hashable: what is computed of it is kept by it."""

    name: str = ""
    title: str = ""
    shuffled: bool = False
    """The labels of each part stand in random order: nothing is left to be learned but how frequent they are."""

    domain: ClassVar[str] = "streams"
    split: ClassVar[tuple[str, ...]] = ("train", "valid", "test")
    modes: ClassVar[None] = None
    estimated: ClassVar[bool] = False

    @property
    @abstractmethod
    def description(self) -> str:
        """The data in one sentence (a message id)."""

    @property
    @abstractmethod
    def class_names(self) -> tuple[str, ...]:
        """How each label is called, the background first (message ids)."""

    @property
    @abstractmethod
    def fps(self) -> float:
        """Frames per second."""

    @abstractmethod
    def recorded(self, part: str) -> Sequence[tuple[np.ndarray, np.ndarray]]:
        """The streams of a part in their own units: features (frames, dim), labels (frames,)."""

    @property
    @abstractmethod
    def dim(self) -> int:
        """Features of a frame."""

    @property
    def classes(self) -> int:
        """Labels, the background included."""
        return len(self.class_names)

    def pooled(self, part: str) -> Pooled:
        """A part; every feature has mean 0 and deviation 1 over the training part. `ValueError` if there is none."""
        return _pooled(self, part)

    def streams(self, part: str) -> tuple[Stream, ...]:
        """The streams of a part, of the same numbers as `pooled`."""
        return _streams(self, part)

    def part(self, name: str) -> np.ndarray:
        """The frames of a part: (N, dim) float32."""
        return self.pooled(name).features

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        """`n` frames of the training part, all equally likely: (n, dim) float32."""
        frames = self.part("train")
        return frames[generator.integers(len(frames), size=n)]

    def unscaled(self, features: np.ndarray) -> np.ndarray:
        """Standardised features (..., dim) in the units in which they were recorded."""
        mean, deviation = _standard(self)
        return features * deviation + mean

    def skeleton(self, features: np.ndarray) -> np.ndarray | None:
        """Where the limbs of a body begin and end, of frames (n, dim): (n, limbs, 2, 2) [limb, end, x or y] in
        [-1, 1], y up. None: the features are of no body."""
        return None

    def dots(self) -> np.ndarray:
        """Its sign as dots: (n, 2) in [0, 1], y up."""
        return dots_of(PICTOGRAMS[self.name])


@lru_cache(maxsize=12)
def _pooled(data: StreamData, part: str) -> Pooled:
    if part not in data.split:
        raise ValueError(f"there is no part {part!r}; there are: {', '.join(data.split)}")
    recorded = data.recorded(part)
    lengths = np.array([len(labels) for _, labels in recorded])
    ends = np.cumsum(lengths)
    features = np.empty((ends[-1], data.dim), np.float32)
    mean, deviation = _standard(data)
    for (frames, _), end in zip(recorded, ends, strict=True):
        for at in range(0, len(frames), PIECE):
            piece = (frames[at : at + PIECE] - mean) / deviation
            features[end - len(frames) + at :][: len(piece)] = piece
    labels = np.concatenate([labels for _, labels in recorded]).astype(np.int64)
    if data.shuffled:
        # Over the whole part: within a stream, which actions it has could still be told from its frames. The test part,
        # too: what is next to a frame would resemble it in prediction and truth, and the floor would be a few chance
        # agreements rather than the mean of many.
        labels = np.random.default_rng([SHUFFLING_SEED, data.split.index(part)]).permutation(labels)
    found = Pooled(features, labels, np.repeat(ends - lengths, lengths), np.repeat(ends - 1, lengths))
    for array in (found.features, found.labels, found.first, found.last):
        array.setflags(write=False)
    return found


@lru_cache(maxsize=12)
def _streams(data: StreamData, part: str) -> tuple[Stream, ...]:
    return data.pooled(part).streams()


@lru_cache(maxsize=8)
def _standard(data: StreamData) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation of every feature over the training part: (dim,) float64 each."""
    count, total, squares, shift = 0, 0.0, 0.0, None
    for frames, _ in data.recorded("train"):
        for at in range(0, len(frames), PIECE):
            piece = np.asarray(frames[at : at + PIECE], np.float64)
            # Squares about a point near the mean: a large offset would eat their digits.
            shift = piece.mean(0) if shift is None else shift
            count, total, squares = (
                count + len(piece),
                total + (piece - shift).sum(0),
                squares + ((piece - shift) ** 2).sum(0),
            )
    if shift is None:
        raise ValueError("the training part has no frame")
    offset = total / count
    deviation = np.sqrt(np.maximum(squares / count - offset**2, 0))
    return shift + offset, np.where(deviation > STILL, deviation, 1.0)
