"""Online action detection in training: settings that may change, and batches of windows."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.data.streams.stream_data import AMBIGUOUS, Pooled
from playground.training.batches import BatchStream
from playground.training.gradient_experiment import GradientExperiment

from .config import OadtrConfig
from .model import Detection

LIVE = ("lr", "horizon", "decay", "clip", "ema", "future_weight")


class Windows:
    """The windows of a batch by its number, each up to the frame `ahead` after a frame of `frames`."""

    def __init__(self, frames: BatchStream, pooled: Pooled, length: int, ahead: int, device: torch.device):
        self._frames, self._pooled, self._length, self._ahead = frames, pooled, length, ahead
        self._device = device

    def __getitem__(self, number: int) -> Tensor:  # (n, length, dim)
        rows = self._pooled.windows(self._frames[number].numpy(), self._length, self._ahead)
        return torch.from_numpy(self._pooled.features[rows]).to(self._device)


class Labels:
    """The labels of a batch by its number: see `labels_around`."""

    def __init__(self, frames: BatchStream, pooled: Pooled, before: int, after: int, device: torch.device):
        self._frames, self._pooled, self._before, self._after = frames, pooled, before, after
        self._device = device

    def __getitem__(self, number: int) -> Tensor:  # (n, before + after)
        found = labels_around(self._pooled, self._frames[number].numpy(), self._before, self._after)
        return torch.from_numpy(found).to(self._device)


class Always:
    """The same tensor in every batch."""

    def __init__(self, tensor: Tensor):
        self._tensor = tensor

    def __getitem__(self, number: int) -> Tensor:
        return self._tensor


def labels_around(pooled: Pooled, frames: np.ndarray, before: int, after: int) -> np.ndarray:
    """The labels of the last `before` frames up to each of `frames` (n,), and of the next `after` ones: (n, before +
    after), AMBIGUOUS outside its stream."""
    wanted = frames[:, None] + np.arange(1 - before, after + 1)
    first, last = pooled.first[frames][:, None], pooled.last[frames][:, None]
    found = pooled.labels[np.clip(wanted, first, last)]
    return np.where((wanted >= first) & (wanted <= last), found, AMBIGUOUS)


def class_weights(labels: np.ndarray, classes: int, kind: str) -> np.ndarray:
    """How much each class counts, (classes,). Balanced: frames / (classes * frames of this class), so that all classes
    weigh the same; a class without frames counts as if it had one."""
    if kind == "none":
        return np.ones(classes, np.float32)
    counts = np.bincount(labels[labels >= 0], minlength=classes)
    return (counts.sum() / (classes * np.maximum(counts, 1))).astype(np.float32)


class OadtrExperiment(GradientExperiment):
    """OadTR or a rival, and up to two others on the same windows, trained to say what the current frame shows."""

    Config = OadtrConfig
    TENSORS = LIVE
    UNIT = "nats"
    view: Any

    @classmethod
    def structure(cls, config: OadtrConfig) -> OadtrConfig:
        return config.with_defaults("seed", *LIVE)

    @classmethod
    def make_objective(cls, structure: OadtrConfig) -> Detection:
        return Detection(structure)

    @classmethod
    def batch_streams(cls, config: OadtrConfig, device: torch.device) -> Mapping[str, Any]:
        """`x` (n, window, dim), `labels` (n, window + queries), `weights` (classes,). Every judged frame of the
        training part is the current one of a window equally often."""
        data = config.streams
        pooled = data.pooled("train")
        judged = np.flatnonzero(pooled.labels >= 0)

        def draw(n: int, generator: np.random.Generator) -> np.ndarray:
            return judged[generator.integers(len(judged), size=n)]

        frames = BatchStream(draw, config.batch, config.seed, "real", torch.device("cpu"))
        weights = torch.from_numpy(class_weights(pooled.labels, data.classes, config.class_weight))
        return {
            "x": Windows(frames, pooled, config.window, config.ahead, device),
            "labels": Labels(frames, pooled, config.window, config.queries, device),
            "weights": Always(weights.to(device)),
        }

    @classmethod
    def batch_key(cls, config: Any) -> Hashable | None:
        """Each trains alone: its products are large enough, and loops over time are one operation for one network."""
        return None

    @classmethod
    def validates(cls, config: OadtrConfig) -> bool:
        """The newest weights are shown: several models of a run would each have a best step of their own."""
        return False

    @property
    def calls(self) -> int:
        """One pass for each frame."""
        return 1
