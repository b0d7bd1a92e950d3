"""Couplings of images: a convolutional network says how some of the numbers move by what the others say."""

import numpy as np
import torch
from torch import Tensor, nn

from ...nn import ACTIVATIONS
from .map import Map
from .transforms import Transform

Shape = tuple[int, int, int]
"""(channels, height, width)"""


class ZeroConvolution(nn.Conv2d):
    """A convolution that begins at 0, as the last one of every network of Glow (Kingma and Dhariwal 2018, 3.3)."""

    def fresh(self, name: str, generator: torch.Generator) -> Tensor:
        return torch.zeros(getattr(self, name).shape)


class ConvNet(nn.Module):
    """3 x 3, then 1 x 1 layers, and a last one of 3 x 3: (n, inputs, h, w) -> (n, outputs, h, w) (section 4)."""

    def __init__(self, inputs: int, outputs: int, width: int, depth: int, activation: str):
        super().__init__()
        first = nn.Conv2d(inputs, width, 3, padding=1)
        inner = [nn.Conv2d(width, width, 1) for _ in range(depth - 1)]
        self.layers = nn.ModuleList([first, *inner, ZeroConvolution(width, outputs, 3, padding=1)])
        self.activation = ACTIVATIONS[activation]

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers[:-1]:
            x = self.activation(layer(x))
        return self.layers[-1](x)


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
        z, log_det = self.inner.inverse(x[:, :self.dims])
        return torch.cat((z, x[:, self.dims:]), 1), log_det

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        x, log_det = self.inner(z[:, :self.dims])
        return torch.cat((x, z[:, self.dims:]), 1), log_det

    def fit(self, x: Tensor) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        z, log_det, learned = self.inner.fit(x[:, :self.dims])
        return torch.cat((z, x[:, self.dims:]), 1), log_det, {f"inner.{name}": v for name, v in learned.items()}

    def path(self, z: Tensor, share: float) -> Tensor:
        return torch.cat((self.inner.path(z[:, :self.dims], share), z[:, self.dims:]), 1)

    def settle(self, x: Tensor) -> dict[str, Tensor]:
        return {f"inner.{name}": value for name, value in self.inner.settle(x[:, :self.dims]).items()}


def checkerboard(shape: Shape, flip: bool) -> np.ndarray:
    """1 where row + column is even, or odd (ibidem, figure 3)."""
    c, h, w = shape
    return np.broadcast_to((np.add.outer(np.arange(h), np.arange(w)) + flip + 1) % 2, (c, h, w)).copy()


def channels(shape: Shape, flip: bool) -> np.ndarray:
    """1 in the first half of the channels, or in the second."""
    half = np.arange(shape[0]) < shape[0] // 2
    return np.broadcast_to((half ^ flip)[:, None, None], shape).copy()
