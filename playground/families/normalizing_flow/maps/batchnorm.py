"""Batch normalisation as an invertible map (Dinh et al. 2016, section 3.7; Papamakarios et al. 2017, equation 11)."""

import torch
from torch import Tensor, nn

from .map import Map

EPS, SHARE = 1e-5, 0.1
"""Added to every variance; and how much of a batch's mean and variance enters the running ones."""


class BatchNorm(Map):
    """z = exp(gamma) (x - m) / sqrt(v + eps) + beta as the way from data to noise.

    Training (`fit`) takes mean m and variance v from the batch; otherwise they are the running ones. Those are
    buffers only in name: their values travel in the state of the experiment, `fit` gives back the next ones.
    """

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

    def fit(self, x: Tensor) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        mean = x.mean(0)  # (dim,)
        variance = (x - mean).square().mean(0)
        learned = {
            "mean": torch.lerp(self.mean, mean.detach(), SHARE),
            "variance": torch.lerp(self.variance, variance.detach(), SHARE),
        }
        return *self._normalise(x, mean, variance), learned

    def _normalise(self, x: Tensor, mean: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
        log_scale = self._log_scale(variance)
        return (x - mean) * log_scale.exp() + self.beta, log_scale.sum().expand(len(x))

    def _log_scale(self, variance: Tensor) -> Tensor:  # (dim,)
        return self.gamma - 0.5 * (variance + EPS).log()
