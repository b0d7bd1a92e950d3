"""How densities, arrows and trajectories on the plane are drawn, the same in every scene."""

from functools import lru_cache

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays
from playground.core.scene import Contour, Extent, Heatmap, Layer, Paths, Points
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution

from ..config import DiffusionConfig

GRID_SIZE = 61
"""Points along each axis of the true density, for its contour."""
MASS = 0.95
"""Share of the data inside the contour of the true density."""
HALF_SHADE_DENSITY = 0.08
"""The density at half of the full shade: faint tails stay visible."""


def density_shade(density: np.ndarray) -> np.ndarray:
    """Density -> [0, 1], the same everywhere and at all times."""
    p = np.maximum(density, 0)
    return (p / (p + HALF_SHADE_DENSITY)).astype(np.float32)


def data_extent(config: DiffusionConfig) -> Extent:
    """The frame of the data."""
    low, high = dataset_of(config).bounds
    return (low, high, low, high)


def grid(extent: Extent, size: int) -> np.ndarray:
    """The points of a square grid (size * size, 2), x1 fastest."""
    axis = np.linspace(*extent[:2], size, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)


def cell(extent: Extent, size: int) -> float:
    """The distance of neighbours on such a grid."""
    axis = np.linspace(*extent[:2], size, dtype=np.float32)
    return axis[1] - axis[0]


def limit_lengths(uv: np.ndarray, longest: float) -> np.ndarray:
    """Arrows (..., 2), none longer than `longest`; much shorter ones stay as they are."""
    size = np.maximum(np.linalg.norm(uv, axis=-1, keepdims=True), 1e-9)
    return (uv * (longest * np.tanh(size / longest) / size)).astype(np.float32)


def density_layer(
    density: np.ndarray,
    extent: Extent,
    trajectory: bool = True,
    title: str = N_("Density at this time"),
    low_title: str = "",
    high_title: str = "",
) -> Heatmap:
    """The background: a density, or one for each keyframe."""
    return Heatmap(
        name="density",
        title=title,
        role="field",
        scale="sequential",
        extent=extent,
        values=density_shade(density),
        trajectory=trajectory,
        low_title=low_title,
        high_title=high_title,
    )


def trajectory_layers(data: Arrays, i: int) -> tuple[Layer, ...]:
    """The cloud of sampler i and its paths, coloured by the direction of the noise: see `panel_data.trajectories`."""
    return (
        Paths(name="tracks", title=N_("Paths"), role="neutral", xy=data[f"tracks{i}"], follow=True),
        Points(
            name="cloud",
            title=N_("Samples"),
            role="generated",
            xy=data[f"x{i}"],
            tween=True,
            trajectory=True,
            values=data["angle"][None],
            follow=True,
        ),
    )


def true_contour(data: Distribution) -> Contour:
    """The line that encloses 95 percent of the data."""
    density, level = _density(data)
    low, high = data.bounds
    return Contour(
        name="truth",
        title=N_("Edge of the true density"),
        role="truth",
        values=density,
        levels=(level,),
        extent=(low, high, low, high),
    )


@lru_cache(maxsize=32)
def _density(data: Distribution) -> tuple[np.ndarray, float]:
    """The exact density on a grid (GRID_SIZE, GRID_SIZE), and the level above which `MASS` of the data lie."""
    axis = np.linspace(*data.bounds, GRID_SIZE)
    p = np.exp(data.log_prob(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2))).reshape(GRID_SIZE, GRID_SIZE)
    at_samples = np.exp(data.log_prob(data.sample(4000, np.random.default_rng(0))))
    return p.astype(np.float32), min(float(np.quantile(at_samples, 1 - MASS)), 0.5 * float(p.max()))
