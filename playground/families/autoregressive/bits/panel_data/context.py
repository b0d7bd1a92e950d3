"""What the panels of bits compute with."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.data.bits.binary import Binary
from playground.training import batches

from ...config import AutoregressiveConfig
from ...model import log_prob
from ...networks.network import BitNetwork

COMPLETION_COUNT = 128
"""Completions over which a probability is counted."""
MAX_TEST_COUNT = 1000
"""Test vectors that a panel looks at."""


@dataclass(frozen=True)
class Context:
    """The network as it is now, its settings and its data."""

    net: BitNetwork
    config: AutoregressiveConfig
    data: Binary
    device: torch.device

    def tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(self.device)

    def uniform(self, count: int, draw: int = 0) -> Tensor:
        generator = batches.generator(self.config.seed, f"panel {draw}")
        return self.tensor(generator.random((count, self.data.dim), np.float32))

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return log_prob(self.net, self.tensor(x)).cpu().numpy()

    def test_vector(self, number: int) -> np.ndarray:
        """A vector that no model was trained on (dim,)."""
        rows = self.data.rows("test")
        return rows[number % len(rows)].astype(np.float32)
