"""What the panels compute with: the flow, its settings, its data."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.plane.distribution import Distribution
from playground.training import batches

from ...config import NormalizingFlowConfig
from ...model import Flow

Answer = dict[str, np.ndarray]

CHUNK_ROWS = 4000
"""Densities are computed for this many points at a time: chunks that fit into the processor's cache are faster."""


@dataclass(frozen=True)
class Context:
    flow: Flow
    config: NormalizingFlowConfig
    data: Distribution
    device: torch.device

    def tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.asarray(array, np.float32)).to(self.device)

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        """The flow's log density at points x (n, 2): (n,)."""
        with torch.no_grad():
            parts = [self.flow.log_prob(part) for part in self.tensor(x).split(CHUNK_ROWS)]
        return torch.cat(parts).cpu().numpy()

    def grid(self, count: int) -> np.ndarray:
        """A grid (count, count, 2) of the frame, rows from the lowest x2 on."""
        axis = np.linspace(*self.data.bounds, count, dtype=np.float32)
        return np.stack(np.meshgrid(axis, axis), -1)

    def noise(self, count: int, seed: int) -> np.ndarray:
        return batches.gaussian(2)(count, batches.generator(seed, "panel"))


def whole(dials: np.ndarray, position: int, end: int) -> int:
    """The whole number of a dial, 0 to `end` - 1; `UserError` for anything else."""
    value = int(dials[position]) if position < len(dials) else -1
    if value not in range(end):
        raise UserError(N_("A dial stands where this panel has nothing."))
    return value
