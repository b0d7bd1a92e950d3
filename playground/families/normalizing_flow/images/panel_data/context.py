"""What the panels compute with: the flow, and the seed of everything drawn at random."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.data.images.digits import Digits
from playground.training.batches import generator

from ...maps.logit import bits_per_dim, dequantise, quantise
from ...model import Flow

PIXEL_DRAWS = 8
"""Draws of the dequantisation noise over which the bits of an image are averaged."""


@dataclass(frozen=True)
class Context:
    flow: Flow
    dataset: Digits
    seed: int
    device: torch.device

    def tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(self.device)

    def dequantised(self, pixels: np.ndarray) -> Tensor:
        """Pixels (n, 64) in the middle of the intervals of their levels."""
        x = self.tensor(pixels)
        return dequantise(x, torch.full_like(x, 0.5), self.dataset.levels)

    def bits(self, x: Tensor) -> np.ndarray:
        """Bits per dimension of images (n, 64), rounded to grey levels: (n,). The bound that the curves show; a density
        at the middle of the levels would be a quarter of a bit better."""
        pixels = quantise(x, self.dataset.levels)
        draws = generator(self.seed, "u of panels").random((PIXEL_DRAWS, *x.shape), np.float32)
        with torch.no_grad():
            log_p = [self.flow.log_prob(dequantise(pixels, u, self.dataset.levels)) for u in self.tensor(draws)]
            nll = -torch.stack(log_p).mean(0)
            return bits_per_dim(nll, self.dataset.dim, self.dataset.levels).cpu().numpy()

    def samples(self, z: Tensor) -> Tensor:  # (n, 64) noise -> (n, 64) in [0, 1]
        with torch.no_grad():
            return self.flow(z)[0].clamp(0, 1)

    def images(self, x: Tensor) -> np.ndarray:  # (n, 64) -> (n, 8, 8)
        return x.view(-1, *self.dataset.shape).cpu().numpy()
