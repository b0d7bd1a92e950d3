"""Couplings of images: a convolutional network transforms some of the pixels, given the others."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.training.constants import beside
from playground.training.networks import MLP, Zero

from .bijection import Bijection
from .monotone import MonotoneTransform

Shape = tuple[int, int, int]
"""(channels, height, width)"""


class ConvNet(nn.Module):
    """3 x 3, then 1 x 1 layers, and a last one of 3 x 3, at first 0: (n, inputs, h, w) -> (n, outputs, h, w)
    (Kingma and Dhariwal 2018, sections 3.3 and 4).

    Convolutions written as products of matrices: each pixel is gathered with its neighbours before the first layer
    (im2col), and the outputs of the last layer for the neighbours are summed after it (col2im). On images this
    small that is faster than a convolution, and its gradient can be traced, which that of a convolution cannot.
    """

    def __init__(self, inputs: int, outputs: int, width: int, depth: int, activation: str):
        super().__init__()
        self.net = MLP(9 * inputs, 9 * outputs, width, depth, activation, Zero)

    def forward(self, x: Tensor) -> Tensor:
        patches = F.unfold(x, 3, padding=1).transpose(1, 2)  # (n, h * w, inputs * 9)
        outputs = self.net(patches).transpose(1, 2)  # (n, outputs * 9, h * w)
        return F.fold(outputs, x.shape[2:], 3, padding=1)


class ImageCoupling(Bijection):
    """Data to noise: z = transform(x; net(mask * x)) where `mask` (shape) is 0, and z = x where it is 1 (RealNVP,
    Dinh et al. 2016, equation 9). Images are rows (n, channels * height * width).

    Where the mask is 1 the parameters are 0, with which every transform used here is the identity.
    """

    def __init__(self, shape: Shape, net: nn.Module, transform: MonotoneTransform, mask: np.ndarray):
        super().__init__()
        self.shape, self.net, self.transform = shape, net, transform
        self._mask = torch.from_numpy(mask.astype(np.float32))

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.transform(x, self._parameters_of(x))

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return self.transform.inverse(z, self._parameters_of(z))

    def _parameters_of(self, x: Tensor) -> Tensor:
        c, h, w = self.shape
        mask, count = beside(self._mask, x, x.dtype), self.transform.count
        outputs = self.net(x.view(-1, c, h, w) * mask)  # (n, c * count, h, w)
        each = outputs.view(-1, c, count, h * w).transpose(2, 3).reshape(len(x), -1, count)  # (n, c * h * w, count)
        return each * (1 - mask).view(-1, 1)


class OnPart(Bijection):
    """A map on the first `dims` dimensions; a split has sent the others directly to the noise (ibidem, section 3.6)."""

    def __init__(self, inner: Bijection, dims: int):
        super().__init__()
        self.inner, self.dims = inner, dims

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        z, log_det = self.inner.inverse(x[:, : self.dims])
        return torch.cat((z, x[:, self.dims :]), 1), log_det

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        x, log_det = self.inner(z[:, : self.dims])
        return torch.cat((x, z[:, self.dims :]), 1), log_det

    def training_inverse(self, x: Tensor) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        z, log_det, statistics = self.inner.training_inverse(x[:, : self.dims])
        return torch.cat((z, x[:, self.dims :]), 1), log_det, {f"inner.{name}": v for name, v in statistics.items()}

    def path(self, z: Tensor, fraction: float) -> Tensor:
        return torch.cat((self.inner.path(z[:, : self.dims], fraction), z[:, self.dims :]), 1)

    def init_from_batch(self, x: Tensor) -> dict[str, Tensor]:
        return {f"inner.{name}": value for name, value in self.inner.init_from_batch(x[:, : self.dims]).items()}


def checkerboard(shape: Shape, flip: bool) -> np.ndarray:
    """A mask that is 1 where row + column is even, or odd with `flip` (ibidem, figure 3)."""
    c, h, w = shape
    return np.broadcast_to((np.add.outer(np.arange(h), np.arange(w)) + flip + 1) % 2, (c, h, w)).copy()


def channels(shape: Shape, flip: bool) -> np.ndarray:
    """A mask that is 1 in the first half of the channels, or in the second with `flip`."""
    half = np.arange(shape[0]) < shape[0] // 2
    return np.broadcast_to((half ^ flip)[:, None, None], shape).copy()
