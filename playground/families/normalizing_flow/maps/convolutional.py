"""Couplings of images: a convolutional network says how some of the numbers move by what the others say."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.training.networks import MLP, Zero

from .map import Map
from .transforms import Transform

Shape = tuple[int, int, int]
"""(channels, height, width)"""


class ConvNet(nn.Module):
    """3 x 3, then 1 x 1 layers, and a last one of 3 x 3 that begins at 0: (n, inputs, h, w) -> (n, outputs, h, w)
    (Kingma and Dhariwal 2018, sections 3.3 and 4).

    Convolutions written as products of matrices: pixels are gathered with their neighbours before the first layer,
    and what the last one says to the neighbours is added up after it. On pictures this small that is quicker than
    convolving, and the gradient can be traced, which that of a convolution cannot.
    """

    def __init__(self, inputs: int, outputs: int, width: int, depth: int, activation: str):
        super().__init__()
        self.net = MLP(9 * inputs, 9 * outputs, width, depth, activation, Zero)

    def forward(self, x: Tensor) -> Tensor:
        around = F.unfold(x, 3, padding=1).transpose(1, 2)  # (n, h * w, inputs * 9)
        says = self.net(around).transpose(1, 2)  # (n, outputs * 9, h * w)
        return F.fold(says, x.shape[2:], 3, padding=1)


class ImageCoupling(Map):
    """z = transform(x; net(stays * x)) where `stays` (shape) is 0, the same number where it is 1 (RealNVP,
    Dinh et al. 2016, equation 9), as the way from data to noise. Images are rows (n, channels * height * width).

    Numbers that stay get parameters 0, with which every transform used here is the identity.
    """

    def __init__(self, shape: Shape, net: nn.Module, transform: Transform, stays: np.ndarray):
        super().__init__()
        self.shape, self.net, self.transform = shape, net, transform
        self._stays = torch.from_numpy(stays.astype(np.float32))

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.transform(x, self._ask(x))

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return self.transform.inverse(z, self._ask(z))

    def _ask(self, x: Tensor) -> Tensor:
        c, h, w = self.shape
        stays, count = self._stays.to(x), self.transform.count
        says = self.net(x.view(-1, c, h, w) * stays)  # (n, c * count, h, w)
        each = says.view(-1, c, count, h * w).transpose(2, 3).reshape(len(x), -1, count)  # (n, c * h * w, count)
        return each * (1 - stays).view(-1, 1)


class Partly(Map):
    """A map on the first `dims` numbers; the others went straight to the noise at a split (ibidem, section 3.6)."""

    def __init__(self, inner: Map, dims: int):
        super().__init__()
        self.inner, self.dims = inner, dims

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        z, log_det = self.inner.inverse(x[:, : self.dims])
        return torch.cat((z, x[:, self.dims :]), 1), log_det

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        x, log_det = self.inner(z[:, : self.dims])
        return torch.cat((x, z[:, self.dims :]), 1), log_det

    def fit(self, x: Tensor) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        z, log_det, learned = self.inner.fit(x[:, : self.dims])
        return torch.cat((z, x[:, self.dims :]), 1), log_det, {f"inner.{name}": v for name, v in learned.items()}

    def path(self, z: Tensor, share: float) -> Tensor:
        return torch.cat((self.inner.path(z[:, : self.dims], share), z[:, self.dims :]), 1)

    def settle(self, x: Tensor) -> dict[str, Tensor]:
        return {f"inner.{name}": value for name, value in self.inner.settle(x[:, : self.dims]).items()}


def checkerboard(shape: Shape, flip: bool) -> np.ndarray:
    """1 where row + column is even, or odd (ibidem, figure 3)."""
    c, h, w = shape
    return np.broadcast_to((np.add.outer(np.arange(h), np.arange(w)) + flip + 1) % 2, (c, h, w)).copy()


def channels(shape: Shape, flip: bool) -> np.ndarray:
    """1 in the first half of the channels, or in the second."""
    half = np.arange(shape[0]) < shape[0] // 2
    return np.broadcast_to((half ^ flip)[:, None, None], shape).copy()
