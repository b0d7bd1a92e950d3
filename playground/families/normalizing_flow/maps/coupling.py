"""Couplings: one half of the numbers moves by what the other half says (Dinh et al. 2014, section 3.2)."""

import torch
from torch import Tensor, nn

from .map import Map
from .transforms import Transform

Halves = tuple[Tensor, Tensor]
"""The numbers with even places and those with odd ones, (n, dim / 2) each."""


class Coupling(Map):
    """z_a = x_a, z_b = transform(x_b; net(x_a)), as the way from data to noise; the way back is as quick.

    `net` maps (n, dim / 2) to (n, dim / 2 * transform.count). Numbers with even places move those with odd
    ones, or the other way round (`flip`); on the plane that is one coordinate moving the other.
    """

    def __init__(self, net: nn.Module, transform: Transform, flip: bool):
        super().__init__()
        self.net, self.transform, self.flip = net, transform, flip

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        parts, log_det = self._move(apart(x), self.transform)
        return together(parts), log_det

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        parts, log_det = self._move(apart(z), self.transform.inverse)
        return together(parts), log_det

    def fit(self, x: Tensor | Halves) -> tuple[Halves, Tensor, dict[str, Tensor]]:
        """`inverse`, on halves: in a chain of couplings they need not be put together in between."""
        return *self._move(x if isinstance(x, tuple) else apart(x), self.transform), {}

    def _move(self, parts: Halves, transform) -> tuple[Halves, Tensor]:
        a, b = parts[::-1] if self.flip else parts
        b, log_det = transform(b, self.net(a).view(*a.shape, self.transform.count))  # (n, dim / 2, count)
        return ((b, a) if self.flip else (a, b)), log_det


def apart(x: Tensor) -> Halves:  # (n, dim) -> two of (n, dim / 2)
    return x.view(len(x), -1, 2).unbind(2)


def together(x: Tensor | Halves) -> Tensor:
    """Halves, or what never was in halves, as points (n, dim)."""
    return torch.stack(x, 2).view(len(x[0]), -1) if isinstance(x, tuple) else x
