"""The optimal denoiser, E[x_0 | x_t], in closed form: for mixtures of Gaussians and for finite sets of points.

A mixture stays a mixture on a Gaussian path, so E[x_0 | x_t] is a posterior mean over its components; score,
velocity and noise follow. This is the field that a network learns to approximate, and the oracle of the tests.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground.data.plane.distribution import Distribution

from .gaussian_components import gaussian_components
from .levels import Level

GRID_SIZE = 48
"""Gaussians along each axis for data without a closed form."""


@dataclass(frozen=True, eq=False)
class GaussianMixture:
    """Round Gaussians at `means` (k, d) with a common `std` and `weights` (k,); a set of points has std 0.

    As a field: x (n, d), level -> x0, eps (n, d), in the type and on the device of `means`.
    """

    means: Tensor
    weights: Tensor
    std: float = 0.0

    def __call__(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        a, s, variance = level.a, level.s, self._variance(level)
        mean = torch.softmax(self._terms(x, level), 1) @ self.means  # (n, d) given the component
        residual = x - a * mean
        # Given the component, x = a x_0 + s eps is Gaussian: each part explains its share of the residual.
        return mean + (a * self.std**2 / variance) * residual, (s / variance) * residual

    def velocity_and_divergence(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:  # (n, d) -> (n, d), (n,)
        """Velocity of the probability flow and its divergence, both in closed form: the derivative of the posterior
        mean is the posterior variance times a / variance (the second-order Tweedie formula)."""
        a, s, variance = level.a, level.s, self._variance(level)
        posterior = torch.softmax(self._terms(x, level), 1)
        mean = posterior @ self.means
        slope = (a / variance) * (posterior @ (self.means**2).sum(1) - (mean**2).sum(1))  # divergence of the mean
        data_share, noise_share = a * self.std**2 / variance, s / variance
        rate = level.da * data_share + level.ds * noise_share  # velocity per residual
        residual, residual_slope = x - a * mean, x.shape[1] - a * slope
        return level.da * mean + rate * residual, level.da * slope + rate * residual_slope

    def log_prob(self, x: Tensor, level: Level) -> Tensor:  # (n, d) -> (n,)
        """Log density in nats of x_t at this level."""
        variance = self._variance(level)
        norm = x.shape[1] / 2 * math.log(2 * math.pi * variance)
        return torch.logsumexp(self._terms(x, level), 1) - (x**2).sum(1) / (2 * variance) - norm

    def to(self, *args, **kwargs) -> "GaussianMixture":
        """As `Tensor.to`."""
        return GaussianMixture(self.means.to(*args, **kwargs), self.weights.to(*args, **kwargs), self.std)

    def _variance(self, level: Level) -> float:
        return max(level.a**2 * self.std**2 + level.s**2, 1e-12)

    def _terms(self, x: Tensor, level: Level) -> Tensor:  # (n, k)
        """log w_k N(x; a m_k, variance), without the terms that all components share."""
        a, variance = level.a, self._variance(level)
        bias = torch.log(self.weights) - (a**2 / (2 * variance)) * (self.means**2).sum(1)
        return torch.addmm(bias, x, self.means.T, alpha=a / variance)


def closed_form(data: Distribution, dtype: torch.dtype = torch.float32) -> GaussianMixture | None:
    """A distribution of the plane as a mixture of Gaussians; None if it is no such mixture."""
    components = gaussian_components(data)
    return None if components is None else _mixture(*components, dtype)


def memorising_denoiser(points: np.ndarray, dtype: torch.dtype = torch.float32) -> GaussianMixture:
    """The optimal denoiser of a finite set (k, d): that of a network which memorised its training data."""
    return _mixture(points, np.full(len(points), 1 / len(points)), 0.0, dtype)


@lru_cache(maxsize=32)
def optimal_denoiser(data: Distribution) -> GaussianMixture:
    """In closed form if the data are a mixture of Gaussians (own data: their kernel estimate). Otherwise that of
    Gaussians on a grid, weighted by the exact density: accurate to about the width of a grid cell."""
    if (mixture := closed_form(data)) is not None:
        return mixture
    axis, cell = np.linspace(*data.bounds, GRID_SIZE, retstep=True)
    positions = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    p = np.exp(data.log_prob(positions))
    kept = p > 1e-4 * p.max()
    return GaussianMixture(
        torch.tensor(positions[kept], dtype=torch.float32),
        torch.tensor(p[kept] / p[kept].sum(), dtype=torch.float32),
        0.5 * float(cell),
    )


def _mixture(means: np.ndarray, weights: np.ndarray, std: float, dtype: torch.dtype) -> GaussianMixture:
    return GaussianMixture(torch.tensor(means, dtype=dtype), torch.tensor(weights, dtype=dtype), float(std))
