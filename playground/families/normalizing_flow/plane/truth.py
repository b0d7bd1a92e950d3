"""The true density beside the model's: on grids, as a contour, in words."""

from functools import lru_cache

import numpy as np

from playground.core.i18n import N_
from playground.core.scene import Contour
from playground.data.plane.densities import Isotropic
from playground.data.plane.distribution import Distribution
from playground.data.plane.drawing import GRID_SIZE, frame_extent, square_grid

from .outliers import hdr_threshold

MIN_LOG_DENSITY = -1e4
"""Lower bound on log densities."""


def title(data: Distribution) -> str:
    """What models are compared with; the density of own data is only estimated."""
    return N_("Kernel estimate of your data") if data.estimated else N_("Exact density of the data")


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
        log_p = data.log_prob(square_grid(data, size).reshape(-1, 2)).reshape(size, size)
    log_p = np.maximum(log_p, MIN_LOG_DENSITY)
    log_p.setflags(write=False)
    return log_p


def hdr_contour(data: Distribution) -> Contour:
    """The boundary of the region where 99 percent of the data lie."""
    return Contour(
        name="truth",
        title=N_("Edge of the true density"),
        role="truth",
        extent=frame_extent(data),
        values=np.maximum(true_log_density(data, GRID_SIZE), -30).astype(np.float32),
        levels=(hdr_threshold(data)[0],),
    )
