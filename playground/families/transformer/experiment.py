"""A model of sequences in training: settings that may change, and batches."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.data.generators import generator
from playground.data.tokens.task import TokenTask
from playground.training.batches import BatchStream
from playground.training.gradient_experiment import GradientExperiment

from .config import TransformerConfig, effective_architecture, is_attentive
from .model import Likelihood, build
from .networks.sequence import Shape

LIVE = ("lr", "warmup", "horizon", "decay", "clip", "ema")


class Counted:
    """Which answers of a batch are judged, by the number of the batch."""

    def __init__(self, rows: BatchStream, task: TokenTask, device: torch.device):
        self._rows, self._task, self._device = rows, task, device

    def __getitem__(self, number: int) -> Tensor:  # (n, answer)
        counted = self._task.counted(self._rows[number].cpu().numpy())
        return torch.from_numpy(counted.astype(np.float32)).to(self._device)


class Dropped:
    """The random numbers of dropout, by the number of the batch."""

    def __init__(self, shape: tuple[int, ...], seed: int, device: torch.device):
        self._shape, self._seed, self._device = shape, seed, device

    def __getitem__(self, number: int) -> Tensor:  # (sites, n, length, width)
        u = generator(self._seed, "dropout", number).random(self._shape, np.float32)
        return torch.from_numpy(u).to(self._device)


class TransformerExperiment(GradientExperiment):
    """A Transformer, or a recurrent rival, trained by the likelihood of the right answers."""

    Config = TransformerConfig
    TENSORS = LIVE
    UNIT = "nats"
    view: Any

    @classmethod
    def structure(cls, config: TransformerConfig) -> TransformerConfig:
        return config.with_defaults("seed", *LIVE)

    @classmethod
    def make_objective(cls, structure: TransformerConfig) -> Likelihood:
        return Likelihood(structure)

    @classmethod
    def batch_streams(cls, config: TransformerConfig, device: torch.device) -> Mapping[str, Any]:
        """`rows` (n, dim), `counted` (n, answer); with dropout `dropped` (sites, n, length, width)."""
        task = config.task
        rows = BatchStream(task.sample, config.batch, config.seed, "real", device)
        streams: dict[str, Any] = {"rows": rows, "counted": Counted(rows, task, device)}
        if config.dropout:
            with torch.device("meta"):
                net = build(config)
            length = Shape(task.source_length, task.answer_length, 0, effective_architecture(config)).longest
            shape = (net.sites, config.batch, length, net.width)
            streams["dropped"] = Dropped(shape, config.seed, device)
        return streams

    @classmethod
    def execution_of(cls, structure: TransformerConfig, asked: str) -> str:
        """Not traced with additive attention: the steps of its decoder depend on each other through everything, and to
        record them one by one takes ten seconds, for a step that is a third faster."""
        return "eager" if is_attentive(structure) and asked != "graphed" else asked

    @classmethod
    def batch_key(cls, config: Any) -> Hashable | None:
        """Each trains alone: its products are large enough, and a loop over time is one operation for one network."""
        return None

    @classmethod
    def validates(cls, config: TransformerConfig) -> bool:
        """The newest weights are shown: memorising a text is something to be seen here."""
        return False

    @property
    def calls(self) -> int:
        """One pass for each token of the answer; an encoder fills in all of them in one."""
        return 1 if effective_architecture(self.config) == "encoder" else self.dataset.answer_length
