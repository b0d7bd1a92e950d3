"""Couplings: one half of the dimensions is transformed, given the other half (Dinh et al. 2014, section 3.2)."""

import torch
from torch import Tensor, nn

from .bijection import Bijection
from .monotone import MonotoneTransform

Halves = tuple[Tensor, Tensor]
"""The dimensions with even and with odd numbers, (n, dim / 2) each."""


class Coupling(Bijection):
    """Data to noise: z_a = x_a, z_b = transform(x_b; net(x_a)). The inverse costs the same.

    `net` maps (n, dim / 2) to (n, dim / 2 * transform.count). Dimensions with even numbers
    transform those with odd ones, or the reverse (`flip`); on the plane one coordinate transforms the other.
    """

    def __init__(self, net: nn.Module, transform: MonotoneTransform, flip: bool):
        super().__init__()
        self.net, self.transform, self.flip = net, transform, flip

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        parts, log_det = self._move(split_halves(x), self.transform)
        return join_halves(parts), log_det

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        parts, log_det = self._move(split_halves(z), self.transform.inverse)
        return join_halves(parts), log_det

    def training_inverse(self, x: Tensor | Halves) -> tuple[Halves, Tensor, dict[str, Tensor]]:
        """`inverse` on halves: a chain of couplings need not join them in between."""
        return *self._move(x if isinstance(x, tuple) else split_halves(x), self.transform), {}

    def _move(self, parts: Halves, transform) -> tuple[Halves, Tensor]:
        a, b = parts[::-1] if self.flip else parts
        b, log_det = transform(b, self.net(a).view(*a.shape, self.transform.count))  # (n, dim / 2, count)
        return ((b, a) if self.flip else (a, b)), log_det


def split_halves(x: Tensor) -> Halves:  # (n, dim) -> two of (n, dim / 2)
    even, odd = x.view(len(x), -1, 2).unbind(2)
    return even, odd


def join_halves(x: Tensor | Halves) -> Tensor:
    """Points (n, dim), from halves or as they are."""
    return torch.stack(x, 2).view(len(x[0]), -1) if isinstance(x, tuple) else x
