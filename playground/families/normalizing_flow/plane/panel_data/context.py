"""What the panels compute with: the flow, its settings, its data."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.data.plane.distribution import Distribution
from playground.data.plane.drawing import square_grid
from playground.training import batches

from ...config import NormalizingFlowConfig
from ...model import Flow

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
        """A grid (count, count, 2) of the frame, row 0 the lowest x2."""
        return square_grid(self.data, count, np.float32)

    def samples(self, z: np.ndarray) -> np.ndarray:  # (n, 2) noise -> (n, 2)
        with torch.no_grad():
            return self.flow(self.tensor(z))[0].cpu().numpy()

    def noise(self, count: int, seed: int) -> np.ndarray:
        return batches.gaussian(2)(count, batches.generator(seed, "panel"))
