"""Roots of rising functions of one unknown, by a fixed number of steps."""

from collections.abc import Callable

import torch
from torch import Tensor

BISECTIONS, NEWTON = 24, 6
"""Halvings leave 1e-7 of the interval, from where Newton's steps double the digits."""


def rising(equation: Callable[[Tensor], tuple[Tensor, Tensor]], low: Tensor, high: Tensor) -> Tensor:
    """Where each f, which rises, is 0 between `low` and `high` (n,); `equation(a)` gives f(a) and f'(a).

    The number of steps is fixed and nothing branches, so it can be traced. A step of Newton's that would leave
    what bisection found is cut off at its border. Gradients go through the last step alone, which makes them
    those of the root itself (implicit differentiation).
    """
    with torch.no_grad():
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            below = equation(middle)[0] < 0
            low, high = torch.where(below, middle, low), torch.where(below, high, middle)
        a = (low + high) / 2
        for _ in range(NEWTON):
            value, slope = equation(a)
            a = torch.clamp(a - value / slope, low, high)
    value, slope = equation(a)
    return a - value / slope
