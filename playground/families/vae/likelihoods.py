"""The likelihood p(x | z) of each number of the data: Gaussian, discretised logistic, Bernoulli.

All methods take the locations and scales that the decoder outputs, (..., dim) each.
"""

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor
from torch.nn import functional as F

from playground.data.images.digits import LEVELS

STEP = 1 / (LEVELS - 1)
"""The distance between two grey levels."""


class Likelihood(ABC):
    scaled = True
    """Whether the likelihood depends on the scale."""

    @abstractmethod
    def log_prob(self, x: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        """Log density, or probability, of each number in nats: (..., dim)."""

    @abstractmethod
    def pairs(self, x: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        """`log_prob` of every x (n, dim) at every loc (m, dim), summed over dim, by matrix products: (n, m)."""

    @abstractmethod
    def mean(self, loc: Tensor) -> Tensor:
        """The mean: (..., dim)."""

    @abstractmethod
    def draw(self, loc: Tensor, scale: Tensor, u: Tensor) -> Tensor:
        """A sample of each number, made from `u` uniform on (0, 1): (..., dim)."""


class Gaussian(Likelihood):
    def log_prob(self, x: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        return -0.5 * ((x - loc) / scale).square() - scale.log() - 0.5 * math.log(2 * math.pi)

    def pairs(self, x: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        precise = 1 / scale.expand_as(loc).square()
        own = -0.5 * loc.square() * precise - 0.5 * math.log(2 * math.pi) + 0.5 * precise.log()
        return torch.cat([x, x.square()], 1) @ torch.cat([loc * precise, -0.5 * precise], 1).T + own.sum(1)

    def mean(self, loc: Tensor) -> Tensor:
        return loc

    def draw(self, loc: Tensor, scale: Tensor, u: Tensor) -> Tensor:
        return loc + scale * torch.special.ndtri(u)


class Logistic(Likelihood):
    """A logistic distribution integrated over the interval around each grey level; the tails belong to the first and
    the last level, so the probabilities sum to 1 (Salimans et al. 2017, equation 2)."""

    def log_prob(self, x: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        above, below = (x + STEP / 2 - loc) / scale, (x - STEP / 2 - loc) / scale
        # sigma(a) - sigma(b) = sigma(a) sigma(-b) (1 - exp(b - a)), which loses no digits
        inside = F.logsigmoid(above) + F.logsigmoid(-below) + torch.log(-torch.expm1(below - above))
        ends = torch.where(x < STEP / 2, F.logsigmoid(above), F.logsigmoid(-below))
        return torch.where((x < STEP / 2) | (x > 1 - STEP / 2), ends, inside)

    def pairs(self, x: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        levels = torch.linspace(0, 1, LEVELS, device=x.device).to(x)
        table = self.log_prob(levels, loc.unsqueeze(-1), scale.expand_as(loc).unsqueeze(-1))  # (m, dim, levels)
        which = F.one_hot((x * (LEVELS - 1)).round().long(), LEVELS).to(x)  # (n, dim, levels)
        return which.flatten(1) @ table.flatten(1).T

    def mean(self, loc: Tensor) -> Tensor:
        return loc.clamp(0, 1)

    def draw(self, loc: Tensor, scale: Tensor, u: Tensor) -> Tensor:
        return ((loc + scale * torch.logit(u)).clamp(0, 1) / STEP).round() * STEP


class Bernoulli(Likelihood):
    """The location is the logit of the probability of ink."""

    scaled = False

    def log_prob(self, x: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        return x * loc - F.softplus(loc)

    def pairs(self, x: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
        return x @ loc.T - F.softplus(loc).sum(1)

    def mean(self, loc: Tensor) -> Tensor:
        return torch.sigmoid(loc)

    def draw(self, loc: Tensor, scale: Tensor, u: Tensor) -> Tensor:
        return (u < torch.sigmoid(loc)).to(loc)


LIKELIHOODS: dict[str, Likelihood] = {"gaussian": Gaussian(), "logistic": Logistic(), "bernoulli": Bernoulli()}
