"""What the panels of sequences compute with."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.tokens.task import SplitTask, TokenTask
from playground.training import batches

from ...config import TransformerConfig
from ...networks.sequence import SequenceModel
from ...sampling import generate, greedy
from ..typed import typed


@dataclass(frozen=True)
class Context:
    """The network as it is now, its settings and its data."""

    net: SequenceModel
    config: TransformerConfig
    task: TokenTask
    device: torch.device
    rows: Tensor
    """Those that every frame shows, (n, dim) ids."""

    def ids(self, rows: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(rows, np.int64)).to(self.device)

    def fresh(self, task: TokenTask, count: int) -> Tensor:
        """`count` rows (count, dim) on which nothing was trained, always the same ones."""
        if not isinstance(task, SplitTask):
            return self.ids(task.sample(count, batches.generator(self.config.seed, "panels")))
        rows = task.part("valid")
        return self.ids(rows[np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int)])

    def uniform(self, length: int, draw: int) -> Tensor:
        """(1, length) on [0, 1): of each number of a draw others."""
        u = batches.generator(self.config.seed, f"panel {draw}").random((1, length), np.float32)
        return torch.from_numpy(u).to(self.device)

    def prompt(self, text: str) -> Tensor:
        """What a visitor typed, (n,) ids. `UserError` where it cannot be read."""
        ids = typed(self.task, text)
        if not len(ids) and self.task.source_length:
            raise UserError(N_("The prompt is empty. Type at least one token."))
        return self.ids(ids)

    def row(self, number: int, text: str) -> tuple[Tensor, int]:
        """A row (dim,) and how many of its tokens are given: shown row `number` (from 1), or what a visitor typed, and
        what the model then writes: the answer, or one more token of a text, so that all typed ones are read."""
        task = self.task
        if not text.strip():
            return self.rows[(number - 1) % len(self.rows)], task.source_length
        source = self.prompt(text)
        length = task.answer_length if task.source_length else 1
        answer = generate(self.net, source[None], length, greedy, torch.zeros(1, length, device=self.device)).ids[0]
        return torch.cat([source, answer]), len(source) if task.source_length else 0
