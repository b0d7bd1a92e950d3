"""Densities as they are drawn: the frame, the scale of colours, the line around the data."""

from functools import lru_cache

import numpy as np
from numpy.typing import DTypeLike

from playground.core.i18n import N_
from playground.core.layers import Contour, Extent

from .distribution import Distribution

HALF_COLOUR = 0.08
"""Density of half the colour scale: p / (p + HALF_COLOUR) makes faint bridges visible, too."""
GRID_SIZE = 61
"""Points along each axis of a contour."""
CONTOUR_MASS = 0.95
"""Share of the data inside a contour."""


def frame_extent(data: Distribution) -> Extent:
    """The square in which everything is drawn."""
    low, high = data.bounds
    return low, high, low, high


def colour_scale(density: np.ndarray) -> np.ndarray:
    """Density -> [0, 1], the same everywhere and at all times."""
    p = np.maximum(density, 0)
    return (p / (p + HALF_COLOUR)).astype(np.float32)


def square_grid(data: Distribution, size: int, dtype: DTypeLike = np.float64) -> np.ndarray:
    """Points (size, size, 2) of the frame, row 0 the lowest."""
    axis = np.linspace(*data.bounds, size, dtype=dtype)
    return np.stack(np.meshgrid(axis, axis), -1)


@lru_cache(maxsize=32)
def true_density(data: Distribution, size: int = GRID_SIZE) -> tuple[np.ndarray, float]:
    """The exact density on a grid (size, size), row 0 the lowest, and the level above which `CONTOUR_MASS` of the data
    lie."""
    p = np.exp(data.log_prob(square_grid(data, size).reshape(-1, 2))).reshape(size, size)
    at_samples = np.exp(data.log_prob(data.sample(4000, np.random.default_rng(0))))
    return p.astype(np.float32), min(float(np.quantile(at_samples, 1 - CONTOUR_MASS)), 0.5 * float(p.max()))


def mass_contour(data: Distribution) -> Contour:
    """The line that encloses `CONTOUR_MASS` of the data."""
    density, level = true_density(data)
    return Contour(
        name="truth",
        title=N_("Edge of the true density"),
        role="truth",
        values=density,
        levels=(level,),
        extent=frame_extent(data),
    )
