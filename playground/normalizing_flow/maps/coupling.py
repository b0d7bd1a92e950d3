"""Couplings: one half of the numbers moves by what the other half says (Dinh et al. 2014, section 3.2)."""

import torch
from torch import Tensor, nn

from .map import Map
from .transforms import Transform


class Coupling(Map):
    """z_a = x_a, z_b = transform(x_b; net(x_a)), as the way from data to noise; the way back is as quick.

    `net` maps (n, dim / 2) to (n, dim / 2 * transform.count). Numbers with even places move those with odd
    ones, or the other way round (`flip`); on the plane that is one coordinate moving the other.
    """

    def __init__(self, net: nn.Module, transform: Transform, flip: bool):
        super().__init__()
        self.net, self.transform, self.flip = net, transform, flip

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        a, b = self._parts(x)
        b, log_det = self.transform(b, self._ask(a))
        return self._whole(a, b), log_det

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        a, b = self._parts(z)
        b, log_det = self.transform.inverse(b, self._ask(a))
        return self._whole(a, b), log_det

    def _ask(self, a: Tensor) -> Tensor:
        return self.net(a).view(*a.shape, self.transform.count)  # (n, dim / 2, count)

    def _parts(self, x: Tensor) -> tuple[Tensor, Tensor]:
        a, b = x.view(len(x), -1, 2).unbind(2)  # (n, dim / 2) each
        return (b, a) if self.flip else (a, b)

    def _whole(self, a: Tensor, b: Tensor) -> Tensor:
        return torch.stack((b, a) if self.flip else (a, b), 2).view(len(a), -1)  # (n, dim)
