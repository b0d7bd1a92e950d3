"""The best denoiser there can be, in closed form: for mixtures of Gaussians and for finite sets of points.

A mixture stays a mixture on a Gaussian path, so E[x_0 | x_t] is a posterior mean over its components; score,
velocity and noise follow. No training: the field that a network tries to learn, and the oracle of the tests.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.data.plane.densities import Isotropic, Rings
from playground.data.plane.distribution import Distribution

from .processes import Level

SPARSE = 1.1
"""Distance of the Gaussians that stand for a ring, in standard deviations: exact to 1e-5 of the density."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """Round Gaussians at `means` (k, d) of one width `std`, with `weights` (k,); a set of points has width 0.

    As a field: x (n, d), level -> x0, eps (n, d), in the type and on the device of `means`.
    """

    means: Tensor
    weights: Tensor
    std: float = 0.0

    def __call__(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        a, s, variance = level.a, level.s, self._variance(level)
        mean = torch.softmax(self._terms(x, level), 1) @ self.means  # (n, d) of the component, were it known
        away = x - a * mean
        # Of x = a x_0 + s eps around a known component, each part takes its share of what is unexplained.
        return mean + (a * self.std**2 / variance) * away, (s / variance) * away

    def flow(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:  # (n, d) -> (n, d), (n,)
        """Velocity of the probability flow and its divergence, both in closed form: the derivative of a posterior mean
        is a posterior variance, times a / variance (as in Tweedie's formula of second order)."""
        a, s, variance = level.a, level.s, self._variance(level)
        shares = torch.softmax(self._terms(x, level), 1)
        mean = shares @ self.means
        slope = (a / variance) * (shares @ (self.means**2).sum(1) - (mean**2).sum(1))  # divergence of the mean
        own, rest = a * self.std**2 / variance, s / variance
        pace = level.da * own + level.ds * rest  # of what is away from the mean
        away, thins = x - a * mean, x.shape[1] - a * slope
        return level.da * mean + pace * away, level.da * slope + pace * thins

    def log_prob(self, x: Tensor, level: Level) -> Tensor:  # (n, d) -> (n,)
        """Log density in nats of x_t at this level."""
        variance = self._variance(level)
        norm = x.shape[1] / 2 * math.log(2 * math.pi * variance)
        return torch.logsumexp(self._terms(x, level), 1) - (x**2).sum(1) / (2 * variance) - norm

    def only(self, which: Tensor) -> "Mixture":
        """The mixture of some components (indices, or a mask (k,)): the data of one class."""
        weights = self.weights[which]
        return Mixture(self.means[which], weights / weights.sum(), self.std)

    def to(self, *args, **kwargs) -> "Mixture":
        """As `Tensor.to`."""
        return Mixture(self.means.to(*args, **kwargs), self.weights.to(*args, **kwargs), self.std)

    def _variance(self, level: Level) -> float:
        return max(level.a**2 * self.std**2 + level.s**2, 1e-12)

    def _terms(self, x: Tensor, level: Level) -> Tensor:  # (n, k)
        """log w_k N(x; a m_k, variance), without what all components share."""
        a, variance = level.a, self._variance(level)
        bias = torch.log(self.weights) - (a**2 / (2 * variance)) * (self.means**2).sum(1)
        return torch.addmm(bias, x, self.means.T, alpha=a / variance)


def of(distribution: Distribution, dtype: torch.dtype = torch.float32) -> Mixture | None:
    """The mixture that a distribution of the plane is: those of Gaussians, curves and own data by their
    components, rings as many Gaussians. None where there is no such form (`points` is one for all)."""
    if isinstance(distribution, Rings):
        means, weights = _rings(distribution)
        return _mixture(means, weights, distribution.noise, dtype)
    if isinstance(distribution, Isotropic):
        return _mixture(*distribution.components, distribution.std, dtype)
    return None


def points(data: np.ndarray, dtype: torch.dtype = torch.float32) -> Mixture:
    """The field of a finite set (k, d): what a network that has learned its training data by heart answers."""
    return _mixture(data, np.full(len(data), 1 / len(data)), 0.0, dtype)


def _mixture(means: np.ndarray, weights: np.ndarray, std: float, dtype: torch.dtype) -> Mixture:
    return Mixture(torch.tensor(means, dtype=dtype), torch.tensor(weights, dtype=dtype), float(std))


def _rings(rings: Rings) -> tuple[np.ndarray, np.ndarray]:
    """Evenly spread points on the rings, the trapezoidal rule of a smooth periodic function; and weights."""
    means, weights = [], []
    for radius in rings.radii:
        count = math.ceil(2 * math.pi * radius / (SPARSE * rings.noise))
        angle = 2 * np.pi * np.arange(count) / count
        means.append(radius * np.stack([np.cos(angle), np.sin(angle)], 1))
        weights.append(np.full(count, 1 / (count * len(rings.radii))))
    return np.concatenate(means), np.concatenate(weights)
