"""NICE's diagonal scaling (Dinh et al. 2014, section 3.3): one factor for each number."""

import torch
from torch import Tensor, nn

from .map import Map


class Scaling(Map):
    """z = exp(s) x as the way from data to noise: what additive couplings, which keep volumes, cannot do."""

    def __init__(self, dim: int):
        super().__init__()
        self.log_scale = nn.Parameter(torch.empty(dim))

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        return torch.zeros(self.log_scale.shape)

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x * self.log_scale.exp(), self.log_scale.sum().expand(len(x))

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return z * (-self.log_scale).exp(), -self.log_scale.sum().expand(len(z))
