"""Continuous flows (Chen et al. 2018, Neural ODEs; Grathwohl et al. 2019, FFJORD): a velocity, no layers."""

import math
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.training.ode import solve_adaptively

from .bijection import Bijection
from .steps import STEPS, solve

TOLERANCE = 1e-5
"""The relative and absolute error that the adaptive solver allows itself in each step."""


class Velocity(nn.Module):
    """dx/dt of x (n, dim) at time t by a tanh network, and its exact divergence.

    The divergence is the trace of the Jacobian, whose columns pass through the layers beside the values: as costly
    as dim + 1 forward passes, without a stochastic estimate. That suits few dimensions.
    """

    def __init__(self, dim: int, width: int, depth: int, last: type[nn.Linear] = nn.Linear):
        super().__init__()
        sizes = [dim + 1, *[width] * depth]
        hidden = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:], strict=False)]
        self.layers = cast(Sequence[nn.Linear], nn.ModuleList([*hidden, last(width, dim)]))  # it forgets what it lists
        self.dim = dim

    def forward(self, t: Tensor | float, x: Tensor) -> tuple[Tensor, Tensor]:
        first, *hidden, last = self.layers
        h = torch.tanh(F.linear(x, first.weight[:, : self.dim], first.bias + first.weight[:, self.dim] * t))
        columns = (1 - h.square()).unsqueeze(0) * first.weight[:, : self.dim].t().unsqueeze(1)  # (dim, n, width)
        for layer in hidden:
            h = torch.tanh(layer(h))  # (n, width)
            columns = (1 - h.square()) * F.linear(columns, layer.weight)
        return last(h), (columns * last.weight.unsqueeze(1)).sum((0, 2))  # (n, dim), (n,)


class Continuous(Bijection):
    """x is the solution at t = 1 of dx/dt = v(x, t) from z at t = 0; d log|det| / dt = div v (FFJORD, equation 2).

    The inverse solves the same equation backwards in time, so map and inverse agree up to the error of the solver,
    not to the last digit. Solvers with steps of equal length take `steps` of them.
    """

    def __init__(self, velocity: Velocity, solver: str, steps: int):
        super().__init__()
        self.velocity, self.solver, self.steps = velocity, solver, steps

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return self.solve(z, 0.0, 1.0)

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.solve(x, 1.0, 0.0)

    def path(self, z: Tensor, fraction: float) -> Tensor:
        """The solution at time `fraction`."""
        return self.solve(z, 0.0, fraction)[0] if fraction else z

    def solve(self, x: Tensor, start: float, end: float) -> tuple[Tensor, Tensor]:
        """The solution at time `end` of points x (n, dim) at time `start`, and the log-determinant (n,)."""
        if self.solver in STEPS:
            count = max(1, math.ceil(self.steps * abs(end - start) - 1e-9))
            return solve(self.velocity, STEPS[self.solver], x, start, end, count)
        times = x.new_tensor([start, end])
        x, log_det = solve_adaptively(
            lambda t, now: self.velocity(t, now[0]),
            (x, x.new_zeros(len(x))),
            times,
            method=self.solver,
            tolerance=TOLERANCE,
        )
        return x[-1], log_det[-1]
