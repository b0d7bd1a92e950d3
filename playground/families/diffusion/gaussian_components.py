"""Distributions of the plane as mixtures of round Gaussians, where they are one. No torch here: scenes read it."""

import math

import numpy as np

from playground.data.plane.densities import Isotropic, Rings
from playground.data.plane.distribution import Distribution

RING_SPACING = 1.1
"""Distance of the Gaussians on a ring, in standard deviations: exact to 1e-5 of the density."""


def gaussian_components(data: Distribution) -> tuple[np.ndarray, np.ndarray, float] | None:
    """Means (k, 2), weights (k,) and the common standard deviation. Mixtures of Gaussians, curves and own data have
    such components, rings are many Gaussians; None for other data."""
    if isinstance(data, Rings):
        return *_rings(data), data.noise
    if isinstance(data, Isotropic):
        return *data.components, data.std
    return None


def _rings(rings: Rings) -> tuple[np.ndarray, np.ndarray]:
    """Evenly spaced points on the rings, the trapezoidal rule of a smooth periodic function; and weights."""
    means, weights = [], []
    for radius in rings.radii:
        count = math.ceil(2 * math.pi * radius / (RING_SPACING * rings.noise))
        angle = 2 * np.pi * np.arange(count) / count
        means.append(radius * np.stack([np.cos(angle), np.sin(angle)], 1))
        weights.append(np.full(count, 1 / (count * len(rings.radii))))
    return np.concatenate(means), np.concatenate(weights)
