"""Points and density carried along a velocity, in steps of Runge and Kutta that are set beforehand.

A small volume dx moves to det(J) dx, and log det(J) grows by the divergence of the velocity: what holds a density
together with its points (the continuity equation along a path; Chen et al. 2018, theorem 1).
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from torch import Tensor

from .processes import Level

Flow = Callable[[Tensor, Level], tuple[Tensor, Tensor]]
"""x (n, d), level -> dx/dt (n, d) and its divergence (n,)."""


def carry(flow: Flow, levels: Sequence[Level], middles: Sequence[Level], x: Tensor) -> tuple[Tensor, Tensor]:
    """Where points x (n, d) at the first of the levels are at the last, and log det of the Jacobian of the way there
    (n,). `middles` lie between the levels; times may rise or fall. Kutta's classical method of fourth order."""
    gained = x.new_zeros(len(x))
    for (now, then), middle in zip(pairwise(levels), middles, strict=True):
        h = then.t - now.t
        k1, d1 = flow(x, now)
        k2, d2 = flow(x + h / 2 * k1, middle)
        k3, d3 = flow(x + h / 2 * k2, middle)
        k4, d4 = flow(x + h * k3, then)
        x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        gained = gained + h / 6 * (d1 + 2 * d2 + 2 * d3 + d4)
    return x, gained
