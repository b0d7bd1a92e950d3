"""NICE's diagonal scaling (Dinh et al. 2014, section 3.3): one factor per dimension."""

import torch
from torch import Tensor, nn

from .bijection import Bijection


class Scaling(Bijection):
    """Data to noise: z = exp(s) x. It changes volumes, which additive couplings cannot."""

    def __init__(self, dim: int):
        super().__init__()
        self.log_scale = nn.Parameter(torch.empty(dim))

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        return torch.zeros(self.log_scale.shape)

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x * self.log_scale.exp(), self.log_scale.sum().expand(len(x))

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return z * (-self.log_scale).exp(), -self.log_scale.sum().expand(len(z))
