"""How densities, arrows and trajectories on the plane are drawn, the same in every scene."""

import math
from functools import lru_cache

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays
from playground.core.scene import Contour, Extent, Heatmap, Layer, Paths, Points
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution
from playground.metrics.highest_density import LEVELS, share_below

from ..config import DiffusionConfig

GRID_SIZE = 61
"""Points along each axis of the true density, for its contour."""
SAMPLED_SIZE, SAMPLED_WIDTH = 33, 1.25
"""Points along each axis of the density of samples, and the width of its kernel in distances between them."""
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
    title: str,
    trajectory: bool = True,
    low_title: str = "",
    high_title: str = "",
) -> Heatmap:
    """The background: a model's density, or one for each keyframe. A true one is drawn as lines (`true_density`): what
    the model has learned must not be taken for what it should learn."""
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


def density_of_samples(clouds: np.ndarray, extent: Extent, size: int = SAMPLED_SIZE) -> np.ndarray:
    """A kernel estimate of the density of samples (keyframes, n, 2): (keyframes, size, size), row 0 the lowest x2.

    The samples are shared out among the nodes of the grid around them, and these spread by a Gaussian: a millisecond,
    for this is done for every picture of every visitor.
    """
    x0, x1, y0, y1 = extent
    step = np.array([(x1 - x0) / (size - 1), (y1 - y0) / (size - 1)], np.float32)
    at = (np.nan_to_num(clouds, nan=1e3) - np.array([x0, y0], np.float32)) / step
    at = np.clip(at, -1, size) + 1  # what lies outside goes to a border that is cut off
    low = at.astype(np.int64)
    share = at - low
    wide = size + 3
    node = (np.arange(len(clouds))[:, None] * wide + low[..., 1]) * wide + low[..., 0]
    right, up = share[..., 0], share[..., 1]
    weights = ((1 - right) * (1 - up), right * (1 - up), (1 - right) * up, right * up)
    nodes = np.concatenate([(node + more).ravel() for more in (0, 1, wide, wide + 1)])
    total = np.bincount(nodes, np.concatenate([weight.ravel() for weight in weights]), len(clouds) * wide * wide)
    count = total.reshape(-1, wide, wide)[:, 1 : size + 1, 1 : size + 1].astype(np.float32)
    axis = np.arange(size)
    blur = np.exp(-(((axis[:, None] - axis) / SAMPLED_WIDTH) ** 2) / 2) / (SAMPLED_WIDTH * math.sqrt(2 * math.pi))
    blur = blur.astype(np.float32)
    return blur @ count @ blur / (clouds.shape[1] * step.prod())


def outline_of(density: np.ndarray, extent: Extent) -> Contour:
    """Lines that each enclose 95 percent of the mass of a true density (keyframes, size, size) on the grid."""
    values = _relative(density.tobytes(), density.shape)
    return Contour(
        name="marginal",
        title=N_("Edge of the true density at this time"),
        role="truth",
        values=values,
        levels=(1.0,),
        extent=extent,
        trajectory=True,
        shown=False,
    )


@lru_cache(maxsize=32)
def _relative(density: bytes, shape: tuple[int, int, int]) -> np.ndarray:
    """Densities over the level above which `MASS` of each lies; all pictures of a run have the same."""
    p = np.frombuffer(density, np.float32).reshape(shape)
    falling = -np.sort(-p.reshape(len(p), -1), 1)
    mass = np.cumsum(falling, 1)
    last = (mass < MASS * mass[:, -1:]).sum(1)
    level = np.maximum(falling[np.arange(len(p)), last], 1e-9)
    return p / level[:, None, None]


def true_density(density: np.ndarray, extent: Extent, trajectory: bool = True) -> Contour:
    """A true density as lines, that of each keyframe or one: an area is always a model's own."""
    return Contour(
        name="truth",
        title=N_("True density at this time"),
        role="truth",
        values=_share_below(density.astype(np.float32).tobytes(), density.shape),
        levels=LEVELS,
        extent=extent,
        trajectory=trajectory,
    )


@lru_cache(maxsize=32)
def _share_below(density: bytes, shape: tuple[int, ...]) -> np.ndarray:
    return share_below(np.frombuffer(density, np.float32).reshape(shape))


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
