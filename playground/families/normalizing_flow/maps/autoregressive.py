"""Autoregressive maps over MADE: each number is transformed by what those before it say."""

import torch
from torch import Tensor

from playground.training.networks import MADE

from .map import Map
from .transforms import Transform


class MAF(Map):
    """z_i = transform(x_i; made(x)_i), where made(x)_i sees only what comes before i (Papamakarios et al. 2017,
    equations 3 and 4). Data to noise takes one pass, noise to data one pass for each number.
    """

    def __init__(self, made: MADE, transform: Transform):
        super().__init__()
        self.made, self.transform = made, transform

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.transform(x, self.made(x))

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return _one_by_one(self.transform.inverse, self.made, z)


class IAF(Map):
    """x_i = transform(z_i; made(z)_i) (Kingma et al. 2016, equation 10): the same the other way round.

    Samples take one pass; the density of data that it did not make itself takes one for each number.
    """

    def __init__(self, made: MADE, transform: Transform):
        super().__init__()
        self.made, self.transform = made, transform

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return self.transform(z, self.made(z))

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return _one_by_one(self.transform.inverse, self.made, x)


def _one_by_one(inverse, made: MADE, y: Tensor) -> tuple[Tensor, Tensor]:
    """Solve y = transform(x; made(x)) for x (n, dim), one number after the other.

    What is not yet known stands as 0, not as a number that could overflow.
    """
    rank = made.rank.to(y.device)  # (dim,)
    x = torch.zeros_like(y)
    for known in range(1, y.shape[1]):
        candidate, _ = inverse(y, made(x))
        x = torch.where(rank < known, candidate, 0.0)
    return inverse(y, made(x))
