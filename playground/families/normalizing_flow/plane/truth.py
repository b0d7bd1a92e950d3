"""The true density as it is drawn: on grids, as a contour, in words."""

from functools import lru_cache

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.scene import Contour, Extent
from playground.data.plane.densities import Isotropic
from playground.data.plane.distribution import Distribution

from .outliers import hdr_threshold

MIN_LOG_DENSITY = -1e4
"""Lower bound on log densities."""
CONTOUR_GRID = 61
"""Points along each axis of a contour."""
CONTOUR_MASS = 0.95
"""Share of the data inside the contour on the stage."""


def frame(data: Distribution) -> Extent:
    """The square in which everything is drawn."""
    low, high = data.bounds
    return (low, high, low, high)


def title(config: Config) -> str:
    """What models are compared with; the density of own data is only estimated."""
    return N_("Kernel estimate of your data") if config.data == "own" else N_("Exact density of the data")


@lru_cache(maxsize=16)
def true_log_density(data: Distribution, size: int) -> np.ndarray:
    """Exact log density on a grid (size, size) of the frame, row 0 the lowest x2; at least `MIN_LOG_DENSITY`.

    For a mixture of isotropic Gaussians, such as the estimate of own data, it is one product of two matrices.
    """
    axis = np.linspace(*data.bounds, size)
    if isinstance(data, Isotropic):
        means, weights = data.components
        bells = np.exp(-0.5 * ((axis[:, None, None] - means) / data.std) ** 2)  # (size, components, 2)
        p = (bells[..., 1] * (weights / (2 * np.pi * data.std**2))) @ bells[..., 0].T
        log_p = np.log(p, where=p > 0, out=np.full((size, size), MIN_LOG_DENSITY))
    else:
        log_p = data.log_prob(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)).reshape(size, size)
    log_p = np.maximum(log_p, MIN_LOG_DENSITY)
    log_p.setflags(write=False)
    return log_p


def hdr_contour(data: Distribution) -> Contour:
    """The boundary of the region where 99 percent of the data lie."""
    return Contour(
        name="truth",
        title=N_("Edge of the true density"),
        role="truth",
        extent=frame(data),
        values=np.maximum(true_log_density(data, CONTOUR_GRID), -30).astype(np.float32),
        levels=(hdr_threshold(data)[0],),
    )


def mass_contour(data: Distribution) -> Contour:
    """The line that encloses `CONTOUR_MASS` of the data."""
    density, level = _density_and_level(data)
    return Contour(
        name="truth",
        title=N_("Edge of the true density"),
        role="truth",
        values=density,
        levels=(level,),
        extent=frame(data),
    )


@lru_cache(maxsize=32)
def _density_and_level(data: Distribution) -> tuple[np.ndarray, float]:
    """The exact density on a grid, and the level above which `CONTOUR_MASS` of the data lie."""
    axis = np.linspace(*data.bounds, CONTOUR_GRID)
    p = np.exp(data.log_prob(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2))).reshape(CONTOUR_GRID, CONTOUR_GRID)
    sampled = np.exp(data.log_prob(data.sample(4000, np.random.default_rng(0))))
    level = min(float(np.quantile(sampled, 1 - CONTOUR_MASS)), 0.5 * float(p.max()))
    return p.astype(np.float32), level
