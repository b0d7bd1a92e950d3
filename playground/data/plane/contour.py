"""The true density of data on the plane as it is drawn: on a grid, and as the line that encloses most of the data."""

from functools import lru_cache

import numpy as np
from numpy.typing import DTypeLike

from playground.core.i18n import N_
from playground.core.scene import Contour, Extent

from .distribution import Distribution

CONTOUR_MASS = 0.95
"""Share of the data inside the line."""


def square_grid(low: float, high: float, count: int, dtype: DTypeLike = np.float64) -> np.ndarray:
    """Points (count, count, 2) of a square, row 0 the lowest x2."""
    axis = np.linspace(low, high, count, dtype=dtype)
    return np.stack(np.meshgrid(axis, axis), -1)


def frame_of(data: Distribution) -> Extent:
    """The square in which the data are drawn."""
    low, high = data.bounds
    return (low, high, low, high)


@lru_cache(maxsize=64)
def true_density(data: Distribution, count: int) -> tuple[np.ndarray, float]:
    """The exact density on a grid of the frame (count, count), and the level above which `CONTOUR_MASS` of the data
    lie, at most half the maximum."""
    p = np.exp(data.log_prob(square_grid(*data.bounds, count).reshape(-1, 2))).reshape(count, count)
    sampled = np.exp(data.log_prob(data.sample(4000, np.random.default_rng(0))))
    return p.astype(np.float32), min(float(np.quantile(sampled, 1 - CONTOUR_MASS)), 0.5 * float(p.max()))


def density_contour(data: Distribution, count: int = 61) -> Contour:
    """The line that encloses `CONTOUR_MASS` of the data, from a grid of `count` points along each axis."""
    density, level = true_density(data, count)
    return Contour(
        name="truth",
        title=N_("Edge of the true density"),
        role="truth",
        values=density,
        levels=(level,),
        extent=frame_of(data),
    )
