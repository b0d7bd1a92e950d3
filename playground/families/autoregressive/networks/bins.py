"""Points of the plane, each axis cut into bins: p(x1) from a table, p(x2 | x1) from a network."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.training.networks import MLP

from .network import NormalLinear


class Bins(nn.Module):
    """Log probabilities of the bin of x1, and of x2 given the bin of x1: softmaxes over `bins` equal parts of an axis.

    The network takes the bin as a staircase, 1 up to it and 0 beyond: neighbours differ in one number, so what is
    learned of one bin nearly holds for the next.
    """

    def __init__(self, bins: int, width: int, depth: int):
        super().__init__()
        self.bins = bins
        self.first = NormalLinear(bins, 1, bias=False, std=0.0)
        self.second = MLP(bins, bins, width, depth, "relu")

    def log_first(self) -> Tensor:
        """log p of each bin of x1: (bins,)."""
        return F.log_softmax(self.first.weight[0], 0)

    def log_second(self, first: Tensor) -> Tensor:
        """log p of each bin of x2, given probabilities or one-hot choices of x1's bins (n, bins): (n, bins)."""
        stairs = first.flip(1).cumsum(1).flip(1) * (2 / math.sqrt(self.bins))
        return F.log_softmax(self.second(stairs), 1)

    def forward(self, x: Tensor, reach: Tensor) -> Tensor:
        """Log density (n,) at points x (n, 2) of the square from -reach to reach; points outside count to the nearest
        bin."""
        number = ((x / reach + 1) * (0.5 * self.bins)).floor().clamp(0, self.bins - 1)  # (n, 2)
        numbers = torch.arange(self.bins, device=x.device, dtype=x.dtype)
        first, second = ((number[:, k : k + 1] == numbers).to(x) for k in range(2))  # (n, bins)
        log_p = (first * self.log_first()).sum(1) + (second * self.log_second(first)).sum(1)
        return log_p - 2 * torch.log(2 * reach / self.bins)

    def log_densities(self, reach: float) -> tuple[Tensor, Tensor]:
        """Log density of x1's bins (bins,), and of all cells (bins, bins), row 0 the lowest x2."""
        log_width = math.log(2 * reach / self.bins)
        first = self.log_first()
        both = (first[:, None] + self.log_second(torch.eye(self.bins, device=first.device))).t()
        return first - log_width, both - 2 * log_width

    def sample(self, u: Tensor, reach: float) -> Tensor:
        """Points (n, 2) from uniform numbers u (n, 2): a bin of x1, one of x2 given it, and a place within each, by
        inverse transform sampling."""
        numbers = torch.arange(self.bins, device=u.device)
        first, at = _inverse_cdf(self.log_first().expand(len(u), -1), u[:, 0])
        second, above = _inverse_cdf(self.log_second((first[:, None] == numbers).to(u)), u[:, 1])
        place = torch.stack([first + at, second + above], 1) / self.bins  # in [0, 1]
        return (2 * place - 1) * reach


def _inverse_cdf(log_p: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
    """The bin (n,) of the cumulated probabilities (n, bins) into which a uniform number falls, and where in it (n,)."""
    p = log_p.exp()
    sums = p.cumsum(1)
    u = u * sums[:, -1]
    number = torch.searchsorted(sums, u[:, None].contiguous(), right=True).clamp_max(p.shape[1] - 1)  # (n, 1)
    share = p.gather(1, number).squeeze(1)
    into = (u - (sums.gather(1, number).squeeze(1) - share)) / share.clamp_min(1e-12)
    return number.squeeze(1), into.clamp(0, 1)
