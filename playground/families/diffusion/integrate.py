"""An ODE together with the divergence of its velocity, in given Runge-Kutta steps.

A small volume dx becomes det(J) dx, and the derivative of log det(J) is the divergence of the velocity. So points
and the density at them are integrated together (Chen et al. 2018, theorem 1).
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from torch import Tensor

from .levels import Level

VelocityField = Callable[[Tensor, Level], tuple[Tensor, Tensor]]
"""x (n, d), level -> dx/dt (n, d) and its divergence (n,)."""


def integrate(
    velocity: VelocityField, levels: Sequence[Level], middles: Sequence[Level], x: Tensor
) -> tuple[Tensor, Tensor]:
    """Points x (n, d) at the first of the levels, moved to the last; and log det of the Jacobian of that map (n,).
    `middles` lie between the levels; times may rise or fall. The classical Runge-Kutta method of fourth order."""
    log_det = x.new_zeros(len(x))
    for (now, then), middle in zip(pairwise(levels), middles, strict=True):
        h = then.t - now.t
        k1, d1 = velocity(x, now)
        k2, d2 = velocity(x + h / 2 * k1, middle)
        k3, d3 = velocity(x + h / 2 * k2, middle)
        k4, d4 = velocity(x + h * k3, then)
        x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        log_det = log_det + h / 6 * (d1 + 2 * d2 + 2 * d3 + d4)
    return x, log_det
