"""Solving dx/dt = v(x, t), d log|det| / dt = div v by steps of equal length.

torchdiffeq has these solvers too, but branches on the values of tensors, which tracing cannot follow; these can be
traced. Its adaptive solver is used for `dopri5`.
"""

from collections.abc import Callable

from torch import Tensor

Field = Callable[[float, Tensor], tuple[Tensor, Tensor]]
"""(t, x (n, dim)) -> velocity (n, dim) and divergence (n,)"""
Step = Callable[[Field, float, Tensor, float], tuple[Tensor, Tensor]]
"""(field, t, x, length of the step) -> changes of x and of the log-determinant"""


def euler(field: Field, t: float, x: Tensor, h: float) -> tuple[Tensor, Tensor]:
    """Order 1."""
    v, d = field(t, x)
    return h * v, h * d


def midpoint(field: Field, t: float, x: Tensor, h: float) -> tuple[Tensor, Tensor]:
    """Order 2."""
    v, _ = field(t, x)
    v, d = field(t + h / 2, x + h / 2 * v)
    return h * v, h * d


def rk4(field: Field, t: float, x: Tensor, h: float) -> tuple[Tensor, Tensor]:
    """Order 4 (Kutta 1901)."""
    v1, d1 = field(t, x)
    v2, d2 = field(t + h / 2, x + h / 2 * v1)
    v3, d3 = field(t + h / 2, x + h / 2 * v2)
    v4, d4 = field(t + h, x + h * v3)
    return h / 6 * (v1 + 2 * (v2 + v3) + v4), h / 6 * (d1 + 2 * (d2 + d3) + d4)


STEPS: dict[str, Step] = {"euler": euler, "midpoint": midpoint, "rk4": rk4}


def solve(field: Field, step: Step, x: Tensor, start: float, end: float, count: int) -> tuple[Tensor, Tensor]:
    """The solution at time `end` of x (n, dim) at time `start`, in `count` steps; and the log-determinant (n,)."""
    h, log_det = (end - start) / count, x.new_zeros(len(x))
    for i in range(count):
        change, log_det_change = step(field, start + i * h, x, h)
        x, log_det = x + change, log_det + log_det_change
    return x, log_det
