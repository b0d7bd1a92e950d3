"""Actnorm (Kingma and Dhariwal 2018, section 3.1): a scale and a shift for each channel."""

import torch
from torch import Tensor, nn

from .bijection import Bijection


class ActNorm(Bijection):
    """Data to noise: z = exp(s) x + b, for `channels` of `pixels` values each.

    The first batch sets s and b so that every channel has mean 0 and standard deviation 1.
    """

    def __init__(self, channels: int, pixels: int = 1):
        super().__init__()
        self.log_scale, self.shift = nn.Parameter(torch.empty(channels)), nn.Parameter(torch.empty(channels))
        self.pixels = pixels

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        """The identity, until the first batch arrives."""
        return torch.zeros(getattr(self, name).shape)

    def init_from_batch(self, x: Tensor) -> dict[str, Tensor]:
        values = x.view(len(x), -1, self.pixels)  # (n, channels, pixels)
        log_scale = -(values.std((0, 2)) + 1e-6).log()
        return {"log_scale": log_scale, "shift": -values.mean((0, 2)) * log_scale.exp()}

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return torch.addcmul(self._per_dim(self.shift), x, self._per_dim(self.log_scale).exp()), self._log_det(x)

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return (z - self._per_dim(self.shift)) * (-self._per_dim(self.log_scale)).exp(), -self._log_det(z)

    def _per_dim(self, channels: Tensor) -> Tensor:  # (channels,) -> (dim,)
        return channels.repeat_interleave(self.pixels) if self.pixels > 1 else channels

    def _log_det(self, x: Tensor) -> Tensor:
        return (self.log_scale.sum() * self.pixels).expand(len(x))
