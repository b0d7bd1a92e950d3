"""Increasing functions of one variable, which couplings and autoregressive maps apply to each dimension.

A network gives their parameters. Shapes: y (n, d), parameters (n, d, count), log-derivatives summed to (n,).
"""

import math
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor


class MonotoneTransform(Protocol):
    count: int
    """Parameters per dimension."""

    def __call__(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        """Transformed values (n, d) and the sum of the log-derivatives (n,)."""
        ...

    def inverse(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        """The inverse, and the sum of its log-derivatives."""
        ...


class Additive:
    """y + t: volumes stay the same (NICE, Dinh et al. 2014, section 3.2)."""

    count = 1

    def __call__(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        return y + parameters.squeeze(2), y.new_zeros(len(y))

    def inverse(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        return y - parameters.squeeze(2), y.new_zeros(len(y))


def soft_bound(u: Tensor, bound: float = math.log(1000)) -> Tensor:
    """A log scale: u while it is small, within +-`bound`, by default a factor of 1000 (as in zuko)."""
    return u / (1 + u.abs() * (1 / bound))


_FOUR, _QUARTER = torch.tensor(4.0, device="cpu"), torch.tensor(0.25, device="cpu")
"""As tensors: in a traced program an operation with a Python number takes three times as long."""


def tanh_bound(u: Tensor) -> Tensor:
    """A log scale: u while it is small, within +-4, a factor of 55 (RealNVP bounds it by tanh, too)."""
    return (u * _QUARTER).tanh() * _FOUR


class Affine:
    """y exp(s) + t (RealNVP, Dinh et al. 2016, equation 4), s = log_scale(u) of the network's u; t comes first."""

    count = 2

    def __init__(self, log_scale: Callable[[Tensor], Tensor] = tanh_bound):
        self._log_scale = log_scale

    def __call__(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        t, u = parameters.unbind(2)  # (n, d) each
        s = self._log_scale(u)
        return y * s.exp() + t, sum_dims(s)

    def inverse(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        t, u = parameters.unbind(2)
        s = self._log_scale(u)
        return (y - t) * (-s).exp(), -sum_dims(s)


def sum_dims(s: Tensor) -> Tensor:
    """The sum over dimensions, (n, d) -> (n,); a single one needs no sum."""
    return s.squeeze(1) if s.shape[1] == 1 else s.sum(1)
