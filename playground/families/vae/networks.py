"""Encoder and decoder. The decoder outputs a location and a scale for every number of the data."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.training.networks import MADE, MLP

from .config import VaeConfig
from .likelihoods import STEP, Likelihood

MIN_SCALE = {"images": STEP / 2, "plane": 0.01}
"""The minimum of a learned scale. In pictures it is half a grey level: without it, the density of data on discrete
levels could grow without bound."""
INITIAL_SCALE = 0.5
"""The scale before the first step, in units of the data."""


class Encoder(nn.Module):
    """Data (n, dim) -> mean and log standard deviation of the posterior q(z | x), (n, latent) each."""

    def __init__(self, config: VaeConfig, dim: int):
        super().__init__()
        self.net = MLP(dim, 2 * config.latent, config.width, config.depth, config.activation)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_std = self.net(x).chunk(2, -1)
        return mean, log_std


class PositiveScale(nn.Module):
    """Raw outputs -> scales above `minimum`. Without raw outputs: one learned scale."""

    def __init__(self, minimum: float, learned: bool):
        super().__init__()
        self.minimum = minimum
        self.raw = nn.Parameter(torch.empty(())) if learned else None

    def forward(self, raw: Tensor | None) -> Tensor:
        chosen = self.raw if raw is None else raw
        assert chosen is not None  # either learned or passed
        return self.minimum + F.softplus(chosen + math.log(math.expm1(INITIAL_SCALE)))

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        return torch.zeros(())


class Decoder(nn.Module):
    """Codes (n, latent) -> locations (n, dim) and scales, (n, dim) or () if one scale is shared."""

    def __init__(self, config: VaeConfig, dim: int, likelihood: Likelihood):
        super().__init__()
        self.own = likelihood.scaled and config.noise == "own"
        self.fixed = not likelihood.scaled or config.noise == "fixed"
        self.dim, self.numbers = dim, 2 if self.own else 1
        self.net = self._network(config)
        minimum = MIN_SCALE[config.domain]
        self.spread = None if self.fixed else PositiveScale(minimum, learned=not self.own)
        self.sigma: Tensor
        self.register_buffer("sigma", torch.empty(()))

    def _network(self, config: VaeConfig) -> nn.Module:
        return MLP(config.latent, self.numbers * self.dim, config.width, config.depth, config.activation)

    def forward(self, z: Tensor, x: Tensor | None = None) -> tuple[Tensor, Tensor]:
        return self._read(self.net(z).unflatten(-1, (self.dim, self.numbers)))

    def _read(self, raw: Tensor) -> tuple[Tensor, Tensor]:  # (n, dim, numbers)
        if self.spread is None:
            return raw[..., 0], self.sigma
        return raw[..., 0], self.spread(raw[..., 1] if self.own else None)


class StrongDecoder(Decoder):
    """A decoder whose pixels also depend on all pixels before them: a MADE (Germain et al. 2015) over the code and then
    the pixels x (n, dim)."""

    def _network(self, config: VaeConfig) -> nn.Module:
        self.latent = config.latent
        size = config.latent + self.dim, self.numbers, config.width, max(1, config.depth)
        return MADE(*size, config.activation, even=config.degrees == "even")

    def forward(self, z: Tensor, x: Tensor | None = None) -> tuple[Tensor, Tensor]:
        x = torch.zeros(*z.shape[:-1], self.dim, device=z.device).to(z) if x is None else x
        return self._read(self.net(torch.cat([z, x], -1))[..., self.latent :, :])
