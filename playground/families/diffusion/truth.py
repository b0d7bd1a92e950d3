"""What is known of the best field for the data of a page: where it stands for every place and every time."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground.data.plane.distribution import Distribution

from . import exact
from .exact import Mixture
from .predictions import PREDICTIONS, weight
from .processes import Level, Process
from .samplers.field import Field

LATTICE = 48
"""Places along each axis where data without a closed form are weighed."""


@lru_cache(maxsize=32)
def optimum(data: Distribution) -> Mixture:
    """The best denoiser: in closed form where the data are a mixture (own data: their kernel estimate). Of other data
    that of bells on a lattice, weighed by the exact density: right to about the width of a cell."""
    if (mixture := exact.of(data)) is not None:
        return mixture
    axis, cell = np.linspace(*data.bounds, LATTICE, retstep=True)
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    p = np.exp(data.log_prob(places))
    kept = p > 1e-4 * p.max()
    return Mixture(
        torch.tensor(places[kept], dtype=torch.float32),
        torch.tensor(p[kept] / p[kept].sum(), dtype=torch.float32),
        0.5 * float(cell),
    )


def zoom(level: Level) -> float:
    """By how much a cloud is drawn smaller, so that one that noise has blown up still fits its frame."""
    return 1 / max(1.0, (level.a**2 + level.s**2) ** 0.5)


@lru_cache(maxsize=16)
def densities(data: Distribution, process: Process, times: tuple[float, ...], cells: int) -> np.ndarray:
    """p_t on a grid of the frame, as it is drawn: (times, cells, cells), row 0 the lowest x2."""
    axis = torch.linspace(*data.bounds, cells)
    places = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2)
    field, p = optimum(data), []
    for level in process.levels(times):
        scale = zoom(level)
        p.append(torch.exp(field.log_prob(places / scale, level)) / scale**2)
    return torch.stack(p).view(-1, cells, cells).numpy()


def blurred(
    data: Tensor, noise: Tensor, levels: Sequence[Level], bounds: tuple[float, float], cells: int
) -> np.ndarray:
    """A kernel estimate of the density of a * data + s * noise (n, 2) each, where noise knows its data: (levels,
    cells, cells) on a grid of the frame. Its bells are as wide as a cell."""
    axis, width = torch.linspace(*bounds, cells), (bounds[1] - bounds[0]) / (cells - 1)
    p = []
    for level in levels:
        x = level.a * data + level.s * noise
        bells = torch.exp(-(((axis - x[..., None]) / width) ** 2) / 2) / (width * (2 * np.pi) ** 0.5)  # (n, 2, cells)
        p.append(bells[:, 1].T @ bells[:, 0] / len(x))
    return torch.stack(p).numpy()


def errors(field: Field, objective: str, weighting: str, pairs: tuple[Tensor, Tensor], level: Level) -> Tensor:
    """The loss of a field at one level, for each pair of data and noise (n, 2): (n,); see `Diffusion.loss`."""
    x0, eps = pairs
    prediction = PREDICTIONS[objective]
    answer = prediction.target(*field(level.a * x0 + level.s * eps, level), level)
    error = ((answer - prediction.target(x0, eps, level)) / prediction.unit(level)).square().mean(1)
    return error * weight(weighting, prediction, Level(*(torch.tensor(number) for number in level)))


def balance(process: Process) -> float:
    """The time at which there is as much noise as signal."""
    low, high = process.span
    for _ in range(40):
        middle = (low + high) / 2
        level = process.level(middle)
        low, high = (low, middle) if level.s > level.a else (middle, high)
    return float(process.snap(np.array(high)))
