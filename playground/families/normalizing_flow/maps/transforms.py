"""Rising functions of one number, with parameters that a network gives: what couplings and autoregressive
maps apply to each number. Shapes: y (n, d), parameters (n, d, count), log-derivatives summed to (n,)."""

import math
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor


class Transform(Protocol):
    count: int
    """How many parameters it takes for each number."""

    def __call__(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        """The numbers transformed (n, d) and the sum of their log-derivatives (n,)."""

    def inverse(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        """The way back, and the sum of its log-derivatives."""


class Additive:
    """y + t: no volume changes (NICE, Dinh et al. 2014, section 3.2)."""

    count = 1

    def __call__(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        return y + parameters.squeeze(2), y.new_zeros(len(y))

    def inverse(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        return y - parameters.squeeze(2), y.new_zeros(len(y))


def soft(u: Tensor, bound: float = math.log(1000)) -> Tensor:
    """The log of a factor: u while it is small, never beyond +-`bound`, a factor of 1000 (as zuko keeps it)."""
    return u / (1 + u.abs() * (1 / bound))


_FOUR, _QUARTER = torch.tensor(4.0, device="cpu"), torch.tensor(0.25, device="cpu")
"""As tensors: an operation with a plain number takes three times as long when it is replayed."""


def bounded(u: Tensor) -> Tensor:
    """The log of a factor: u while it is small, never beyond +-4, a factor of 55 (RealNVP bounds it so, too)."""
    return (u * _QUARTER).tanh() * _FOUR


def sigmoid(u: Tensor) -> Tensor:
    """The log of nflows' factor, sigmoid(u + 2) + 1e-3, at most about 1."""
    return (torch.sigmoid(u + 2) + 1e-3).log()


class Affine:
    """y exp(s) + t (RealNVP, Dinh et al. 2016, equation 4), s = log_scale(u) of the network's u; t comes first."""

    count = 2

    def __init__(self, log_scale: Callable[[Tensor], Tensor] = bounded):
        self._log_scale = log_scale

    def __call__(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        t, u = parameters.unbind(2)  # (n, d) each
        s = self._log_scale(u)
        return y * s.exp() + t, total(s)

    def inverse(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        t, u = parameters.unbind(2)
        s = self._log_scale(u)
        return (y - t) * (-s).exp(), -total(s)


def total(s: Tensor) -> Tensor:
    """The sum of each row, (n, d) -> (n,); one column needs none."""
    return s.squeeze(1) if s.shape[1] == 1 else s.sum(1)
