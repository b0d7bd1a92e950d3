"""The probability-flow ODE dx/dt = v(x, t) (Song et al. 2021, equation 13); for rectified flow, its own ODE."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from playground.training.ode import solve_adaptively

from ..levels import Level
from ..predictions import velocity
from ..processes import Process
from .field import Field

MOST_EVALUATIONS = 3000
"""Of the adaptive method in one run."""


def _v(field: Field, x: Tensor, level: Level) -> Tensor:
    return velocity(*field(x, level), level)


def euler(
    field: Field, process: Process, x: Tensor, times: Sequence[float], generator: torch.Generator
) -> Iterator[Tensor]:
    """Along the tangent at the beginning of each step; rectified flow's own sampler (Liu et al. 2023)."""
    for now, then in pairwise(process.levels(times)):
        x = x + (then.t - now.t) * _v(field, x, now)
        yield x


def heun(
    field: Field, process: Process, x: Tensor, times: Sequence[float], generator: torch.Generator
) -> Iterator[Tensor]:
    """Along the mean of the tangents at both ends. At time 0 most paths have no tangent: there Euler's step stays."""
    for now, then in pairwise(process.levels(times)):
        h, first = then.t - now.t, _v(field, x, now)
        ahead = x + h * first
        x = ahead if then.s == 0 else x + h / 2 * (first + _v(field, ahead, then))
        yield x


def heun_sigma(
    field: Field, process: Process, x: Tensor, times: Sequence[float], generator: torch.Generator
) -> Iterator[Tensor]:
    """Heun's method for y = x / a by sigma = s / a, where dy = eps dsigma and paths bend least (Karras et al. 2022,
    algorithm 1)."""
    for now, then in pairwise(process.levels(times)):
        h = then.s / then.a - now.s / now.a
        _, first = field(x, now)
        y = x / now.a + h * first
        if then.s > 0:
            _, second = field(then.a * y, then)
            y = x / now.a + h / 2 * (first + second)
        x = then.a * y
        yield x


def rk4(
    field: Field, process: Process, x: Tensor, times: Sequence[float], generator: torch.Generator
) -> Iterator[Tensor]:
    """Kutta's classical method of fourth order."""
    middles = process.levels([(now + then) / 2 for now, then in pairwise(times)])
    for (now, then), middle in zip(pairwise(process.levels(times)), middles, strict=True):
        h = then.t - now.t
        k1 = _v(field, x, now)
        k2 = _v(field, x + h / 2 * k1, middle)
        k3 = _v(field, x + h / 2 * k2, middle)
        k4 = _v(field, x + h * k3, then)
        x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        yield x


def adaptive(
    field: Field,
    process: Process,
    x: Tensor,
    times: Sequence[float],
    generator: torch.Generator,
    tolerance: float = 1e-4,
) -> Iterator[Tensor]:
    """Dormand and Prince's method, which chooses its own steps (torchdiffeq); its result is read at `times`."""

    def slope(t: Tensor, x: Tensor) -> Tensor:
        # torchdiffeq tries its first step beyond the end, where there is no process
        return _v(field, x, process.level(min(max(float(t), times[-1]), times[0])))

    at = torch.tensor(times, dtype=torch.float64)
    states = solve_adaptively(slope, x, at, tolerance=tolerance, most=MOST_EVALUATIONS, options={"step_t": at[-1:]})
    yield from states[1:]
