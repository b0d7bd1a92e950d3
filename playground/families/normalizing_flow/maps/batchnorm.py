"""Batch normalisation as an invertible map (Dinh et al. 2016, section 3.7; Papamakarios et al. 2017, equation 11)."""

import torch
from torch import Tensor, nn

from .bijection import Bijection

EPS, MOMENTUM = 1e-5, 0.1
"""Added to every variance; and the weight of a batch's mean and variance in the running averages."""


class BatchNorm(Bijection):
    """Data to noise: z = exp(gamma) (x - m) / sqrt(v + eps) + beta.

    Training takes mean m and variance v from the batch, everything else the running averages. The buffers only
    name these: their values live in the state of the experiment, and `training_inverse` returns the next ones.
    """

    mean: Tensor
    variance: Tensor

    def __init__(self, dim: int):
        super().__init__()
        self.gamma, self.beta = nn.Parameter(torch.empty(dim)), nn.Parameter(torch.empty(dim))
        self.register_buffer("mean", torch.empty(dim))
        self.register_buffer("variance", torch.empty(dim))

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        return torch.zeros(getattr(self, name).shape)

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self._normalise(x, self.mean, self.variance)

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        log_scale = self._log_scale(self.variance)
        return (z - self.beta) * (-log_scale).exp() + self.mean, -log_scale.sum().expand(len(z))

    def training_inverse(self, x: Tensor) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        mean = x.mean(0)  # (dim,)
        variance = (x - mean).square().mean(0)
        statistics = {
            "mean": torch.lerp(self.mean, mean.detach(), MOMENTUM),
            "variance": torch.lerp(self.variance, variance.detach(), MOMENTUM),
        }
        return *self._normalise(x, mean, variance), statistics

    def _normalise(self, x: Tensor, mean: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
        log_scale = self._log_scale(variance)
        return (x - mean) * log_scale.exp() + self.beta, log_scale.sum().expand(len(x))

    def _log_scale(self, variance: Tensor) -> Tensor:  # (dim,)
        return self.gamma - 0.5 * (variance + EPS).log()
