"""The networks of both players, which depend on the domain of the data: `NETWORKS`.

Perceptrons for points of the plane; for images small convolutional networks like DCGAN's (Radford et al. 2016): the
generator goes from 2 x 2 pixels to 4 x 4 to 8 x 8 by transposed convolutions, the discriminator goes the same way back
by strides. There is no batch normalisation: the output for one sample must not depend on the others in its batch, so
that a single noise vector has one image.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn

from playground.data.dataset import dataset_of
from playground.training.networks import ACTIVATIONS, MLP

from .config import GanConfig

KERNEL, STRIDE, PADDING = 4, 2, 1
"""DCGAN's: each layer halves, or doubles, the side of the image."""


class Downsample(nn.Module):
    """A convolution that halves the side of an image: (n, inputs * size^2) -> (n, outputs * (size / 2)^2).

    The same numbers as `torch.nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)`, computed as one product
    with the convolution's matrix. On images this small that is 4 times quicker than convolving, and its gradient
    can be traced, which that of a convolution cannot.
    """

    def __init__(self, inputs: int, outputs: int, size: int):
        super().__init__()
        self.placement, self.fan_in = placement(size), inputs * KERNEL**2
        self.weight = nn.Parameter(torch.empty(outputs, inputs, KERNEL, KERNEL))
        self.bias = nn.Parameter(torch.empty(outputs))

    def forward(self, x: Tensor) -> Tensor:
        matrix = conv_matrix(self.weight, self.placement)  # (outputs, inputs, pixels of x, pixels of the result)
        outputs, inputs, large, small = matrix.shape
        matrix = matrix.permute(1, 2, 0, 3).reshape(inputs * large, outputs * small)
        return torch.addmm(self.bias[:, None].expand(-1, small).reshape(-1), x, matrix)

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        """As torch initialises it: uniform within 1 / sqrt(fan_in)."""
        bound = 1 / math.sqrt(self.fan_in)
        return torch.empty(getattr(self, name).shape).uniform_(-bound, bound, generator=generator)


class Upsample(Downsample):
    """The transposed convolution, which doubles the side: (n, inputs * size^2) -> (n, outputs * (2 size)^2).

    The same numbers as `torch.nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1)`: the matrix of
    the convolution that goes the other way, transposed.
    """

    def __init__(self, inputs: int, outputs: int, size: int):
        super().__init__(outputs, inputs, 2 * size)
        self.bias = nn.Parameter(torch.empty(outputs))
        self.fan_in = inputs * (KERNEL // STRIDE) ** 2

    def forward(self, x: Tensor) -> Tensor:
        matrix = conv_matrix(self.weight, self.placement)  # (inputs, outputs, pixels of the result, pixels of x)
        inputs, outputs, large, small = matrix.shape
        matrix = matrix.permute(0, 3, 1, 2).reshape(inputs * small, outputs * large)
        return torch.addmm(self.bias[:, None].expand(-1, large).reshape(-1), x, matrix)


def conv_matrix(weight: Tensor, placed: Tensor) -> Tensor:
    """A kernel (a, b, 4, 4) as the matrices between large and small images, by their `placement`:
    (a, b, size^2, size^2 / 4), differentiable."""
    matrix = weight.flatten(2).flatten(0, 1) @ placed.to(weight).flatten(1)  # (a * b, size^4 / 4)
    return matrix.view(*weight.shape[:2], *placed.shape[1:])


@lru_cache(maxsize=8)
def placement(size: int) -> Tensor:
    """1 where weight k of a kernel connects pixel p of an image of side `size` with pixel q of the image half as
    large: (16, size^2, size^2 / 4)."""
    weight, large, small = np.ogrid[:KERNEL, :size, : size // STRIDE]
    line = (large == small * STRIDE - PADDING + weight).astype(np.float32)  # along one side
    plane = np.einsum("apq,brs->abprqs", line, line).reshape(KERNEL**2, size**2, (size // STRIDE) ** 2)
    return torch.tensor(plane, device="cpu")


class ConvGenerator(nn.Module):
    """DCGAN's generator in small: noise (n, noise_dim) -> images (n, 64) in [0, 1]."""

    def __init__(self, config: GanConfig):
        super().__init__()
        wide = 2 * config.channels
        self.project = nn.Linear(config.noise_dim, wide * 4)
        self.up1 = Upsample(wide, config.channels, 2)
        self.up2 = Upsample(config.channels, 1, 4)
        self.activation = ACTIVATIONS[config.activation]

    def forward(self, noise: Tensor) -> Tensor:
        x = self.activation(self.project(noise))  # (n, 2 channels * 2 * 2)
        x = self.activation(self.up1(x))  # (n, channels * 4 * 4)
        return self.up2(x).sigmoid()  # (n, 8 * 8)


class ConvDiscriminator(nn.Module):
    """DCGAN's discriminator in small: images (n, 64) in [0, 1] -> scores (n, 1)."""

    def __init__(self, config: GanConfig):
        super().__init__()
        wide = 2 * config.channels
        self.down1 = Downsample(1, config.channels, 8)
        self.down2 = Downsample(config.channels, wide, 4)
        self.score = nn.Linear(wide * 4, 1)
        self.activation = ACTIVATIONS[config.activation]

    def forward(self, images: Tensor) -> Tensor:
        x = self.activation(self.down1(2 * images - 1))  # (n, channels * 4 * 4)
        x = self.activation(self.down2(x))  # (n, 2 channels * 2 * 2)
        return self.score(x)


def perceptrons(config: GanConfig) -> tuple[nn.Module, nn.Module]:
    """Generator and discriminator of points."""
    dim = dataset_of(config).dim
    return (
        MLP(config.noise_dim, dim, config.g_width, config.g_depth, config.activation),
        MLP(dim, 1, config.d_width, config.d_depth, config.activation),
    )


def convolutional(config: GanConfig) -> tuple[nn.Module, nn.Module]:
    """Generator and discriminator of images of 8 x 8 pixels."""
    return ConvGenerator(config), ConvDiscriminator(config)


NETWORKS: dict[str, Callable[[GanConfig], tuple[nn.Module, nn.Module]]] = {
    "plane": perceptrons,
    "images": convolutional,
}
"""Domain of the data -> generator and discriminator."""


def players(config: GanConfig) -> tuple[nn.Module, nn.Module]:
    """The generator and the discriminator for these settings."""
    return NETWORKS[config.domain](config)
