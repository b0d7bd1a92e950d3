"""Densities of noised data on a grid, as they are drawn."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground.data.plane.distribution import Distribution

from ..drawing import display_scale
from ..levels import Level
from ..optimal_denoiser import optimal_denoiser
from ..processes import Process


@lru_cache(maxsize=16)
def density_grids(data: Distribution, process: Process, times: tuple[float, ...], size: int) -> np.ndarray:
    """p_t on a grid of the frame, at the scale at which it is drawn: (times, size, size), row 0 the lowest x2."""
    points, field, p = grid_points(data.bounds, size), optimal_denoiser(data), []
    for level in process.levels(times):
        scale = display_scale(level)
        p.append(torch.exp(field.log_prob(points / scale, level)) / scale**2)
    return torch.stack(p).view(-1, size, size).numpy()


def kernel_density_grids(
    data: Tensor, noise: Tensor, levels: Sequence[Level], bounds: tuple[float, float], size: int
) -> np.ndarray:
    """A kernel estimate of the density of a * data + s * noise for pairs (n, 2) each: (levels, size, size) on a grid
    of the frame, at the scale at which it is drawn. The kernels are Gaussians as wide as a cell."""
    axis, width = torch.linspace(*bounds, size), (bounds[1] - bounds[0]) / (size - 1)
    p = []
    for level in levels:
        x = display_scale(level) * (level.a * data + level.s * noise)
        kernels = torch.exp(-(((axis - x[..., None]) / width) ** 2) / 2) / (width * (2 * np.pi) ** 0.5)  # (n, 2, size)
        p.append(kernels[:, 1].T @ kernels[:, 0] / len(x))
    return torch.stack(p).numpy()


def grid_points(bounds: tuple[float, float], size: int) -> Tensor:
    """The points of a square grid (size * size, 2), x1 fastest."""
    axis = torch.linspace(*bounds, size)
    return torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2)
