"""Actnorm (Kingma and Dhariwal 2018, section 3.1): a factor and a shift for each channel."""

import torch
from torch import Tensor, nn

from .map import Map


class ActNorm(Map):
    """z = exp(s) x + b as the way from data to noise, for `channels` of `pixels` numbers each.

    The first batch decides s and b so that every channel comes out with mean 0 and spread 1.
    """

    def __init__(self, channels: int, pixels: int = 1):
        super().__init__()
        self.log_scale, self.shift = nn.Parameter(torch.empty(channels)), nn.Parameter(torch.empty(channels))
        self.pixels = pixels

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        """The identity, until the first batch is seen."""
        return torch.zeros(getattr(self, name).shape)

    def settle(self, x: Tensor) -> dict[str, Tensor]:
        every = x.view(len(x), -1, self.pixels)  # (n, channels, pixels)
        log_scale = -(every.std((0, 2)) + 1e-6).log()
        return {"log_scale": log_scale, "shift": -every.mean((0, 2)) * log_scale.exp()}

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return torch.addcmul(self._each(self.shift), x, self._each(self.log_scale).exp()), self._log_det(x)

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return (z - self._each(self.shift)) * (-self._each(self.log_scale)).exp(), -self._log_det(z)

    def _each(self, channels: Tensor) -> Tensor:  # (channels,) -> (dim,)
        return channels.repeat_interleave(self.pixels) if self.pixels > 1 else channels

    def _log_det(self, x: Tensor) -> Tensor:
        return (self.log_scale.sum() * self.pixels).expand(len(x))
