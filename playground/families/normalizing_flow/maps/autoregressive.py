"""Autoregressive maps over MADE: the transform of each dimension depends on the dimensions before it."""

import torch
from torch import Tensor

from playground.training.constants import beside
from playground.training.networks import MADE

from .bijection import Bijection
from .monotone import MonotoneTransform


class MAF(Bijection):
    """z_i = transform(x_i; made(x)_i), where made(x)_i depends only on the dimensions before i (Papamakarios et al.
    2017, equations 3 and 4). Data to noise takes one pass of the network, noise to data one pass per dimension.
    """

    def __init__(self, made: MADE, transform: MonotoneTransform):
        super().__init__()
        self.made, self.transform = made, transform

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.transform(x, self.made(x))

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return _solve_sequentially(self.transform.inverse, self.made, z)


class IAF(Bijection):
    """x_i = transform(z_i; made(z)_i) (Kingma et al. 2016, equation 10): MAF with the two directions exchanged.

    Sampling takes one pass of the network, the density of given data one pass per dimension.
    """

    def __init__(self, made: MADE, transform: MonotoneTransform):
        super().__init__()
        self.made, self.transform = made, transform

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return self.transform(z, self.made(z))

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return _solve_sequentially(self.transform.inverse, self.made, x)


def _solve_sequentially(inverse, made: MADE, y: Tensor) -> tuple[Tensor, Tensor]:
    """Solve y = transform(x; made(x)) for x (n, dim), one dimension after the other.

    Dimensions not yet solved are set to 0, so that they cannot overflow.
    """
    rank = beside(made.rank, y)  # (dim,)
    x = torch.zeros_like(y)
    for known in range(1, y.shape[1]):
        candidate, _ = inverse(y, made(x))
        x = torch.where(rank < known, candidate, 0.0)
    return inverse(y, made(x))
