"""Points of the plane, each axis cut into bins: p(x1) from a table, p(x2 | x1) from a network."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.training.networks import MLP

from .net import Plain


class Bins(nn.Module):
    """Log chances of the bin of x1, and of x2 given the bin of x1, each a softmax over `bins` equal parts of an axis.

    The network hears the bin as a staircase, 1 up to it and 0 beyond: neighbours differ in one number, so that what is
    learned of one bin holds nearly for the next.
    """

    def __init__(self, bins: int, width: int, depth: int):
        super().__init__()
        self.bins = bins
        self.first = Plain(bins, 1, bias=False, spread=0.0)
        self.second = MLP(bins, bins, width, depth, "relu")

    def axis(self) -> Tensor:
        """log p of each bin of x1: (bins,)."""
        return F.log_softmax(self.first.weight[0], 0)

    def given(self, first: Tensor) -> Tensor:
        """log p of each bin of x2, given chances or a choice of x1's bins (n, bins): (n, bins)."""
        stairs = first.flip(1).cumsum(1).flip(1) * (2 / math.sqrt(self.bins))
        return F.log_softmax(self.second(stairs), 1)

    def forward(self, x: Tensor, reach: Tensor) -> Tensor:
        """Log density at points x (n, 2), in a square from -reach to reach; what lies outside counts to the nearest
        bin: (n,)."""
        number = ((x / reach + 1) * (0.5 * self.bins)).floor().clamp(0, self.bins - 1)  # (n, 2)
        numbers = torch.arange(self.bins, device=x.device, dtype=x.dtype)
        first, second = ((number[:, k : k + 1] == numbers).to(x) for k in range(2))  # (n, bins)
        log_p = (first * self.axis()).sum(1) + (second * self.given(first)).sum(1)
        return log_p - 2 * torch.log(2 * reach / self.bins)
