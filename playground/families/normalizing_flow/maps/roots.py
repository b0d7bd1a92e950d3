"""Roots of increasing functions of one unknown, by a fixed number of steps."""

from collections.abc import Callable

import torch
from torch import Tensor

BISECTION_STEPS, NEWTON_STEPS = 24, 6
"""Bisection leaves 1e-7 of the interval; from there each Newton step doubles the correct digits."""


def root_of_increasing(equation: Callable[[Tensor], tuple[Tensor, Tensor]], low: Tensor, high: Tensor) -> Tensor:
    """The root of each increasing f between `low` and `high` (n,); `equation(a)` gives f(a) and f'(a).

    The number of steps is fixed and nothing branches, so it can be traced. A Newton step stops at the border of the
    interval that bisection has found. Gradients go through the last step alone, which makes them those of the root
    itself (implicit differentiation).
    """
    with torch.no_grad():
        for _ in range(BISECTION_STEPS):
            middle = (low + high) / 2
            below = equation(middle)[0] < 0
            low, high = torch.where(below, middle, low), torch.where(below, high, middle)
        a = (low + high) / 2
        for _ in range(NEWTON_STEPS):
            value, slope = equation(a)
            a = torch.clamp(a - value / slope, low, high)
    value, slope = equation(a)
    return a - value / slope
