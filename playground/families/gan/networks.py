"""The players' networks: which ones play is decided by the data, through `NETWORKS`.

Perceptrons for points of the plane; for pictures small convolutional networks like DCGAN's (Radford et al.
2016): the generator grows 2 x 2 pixels to 4 x 4 to 8 x 8 by transposed convolutions, the discriminator goes
the same way back by strides. There is no batch normalisation: what a network makes of one sample must not
depend on the others, or the latent walk would ask about something that has no answer.
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
"""DCGAN's: each layer halves, or doubles, the picture's side."""


class Halving(nn.Module):
    """A convolution that halves the side of a picture: (n, inputs * size^2) -> (n, outputs * (size / 2)^2).

    The same numbers as `torch.nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)`, computed as one product
    with the matrix that a convolution is: few weights, used again at every place. On pictures this small that
    is 4 times quicker than convolving, and its gradient can be traced, which that of a convolution cannot.
    """

    def __init__(self, inputs: int, outputs: int, size: int):
        super().__init__()
        self.leads, self.inward = placement(size), inputs * KERNEL**2
        self.weight = nn.Parameter(torch.empty(outputs, inputs, KERNEL, KERNEL))
        self.bias = nn.Parameter(torch.empty(outputs))

    def forward(self, x: Tensor) -> Tensor:
        matrix = spread(self.weight, self.leads)  # (outputs, inputs, places of x, places of the result)
        outputs, inputs, large, small = matrix.shape
        matrix = matrix.permute(1, 2, 0, 3).reshape(inputs * large, outputs * small)
        return torch.addmm(self.bias[:, None].expand(-1, small).reshape(-1), x, matrix)

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        """As torch begins: uniform within 1 / sqrt(numbers that a result looks at)."""
        bound = 1 / math.sqrt(self.inward)
        return torch.empty(getattr(self, name).shape).uniform_(-bound, bound, generator=generator)


class Doubling(Halving):
    """The transposed convolution, which doubles the side: (n, inputs * size^2) -> (n, outputs * (2 size)^2).

    The same numbers as `torch.nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1)`: the matrix of
    the convolution that goes the other way, transposed.
    """

    def __init__(self, inputs: int, outputs: int, size: int):
        super().__init__(outputs, inputs, 2 * size)
        self.bias = nn.Parameter(torch.empty(outputs))
        self.inward = inputs * (KERNEL // STRIDE) ** 2

    def forward(self, x: Tensor) -> Tensor:
        matrix = spread(self.weight, self.leads)  # (inputs, outputs, places of the result, places of x)
        inputs, outputs, large, small = matrix.shape
        matrix = matrix.permute(0, 3, 1, 2).reshape(inputs * small, outputs * large)
        return torch.addmm(self.bias[:, None].expand(-1, large).reshape(-1), x, matrix)


def spread(weight: Tensor, leads: Tensor) -> Tensor:
    """A kernel (a, b, 4, 4) as the matrices between large and small pictures, by their `placement`:
    (a, b, size^2, size^2 / 4), differentiable."""
    matrix = weight.flatten(2).flatten(0, 1) @ leads.to(weight).flatten(1)  # (a * b, size^4 / 4)
    return matrix.view(*weight.shape[:2], *leads.shape[1:])


@lru_cache(maxsize=8)
def placement(size: int) -> Tensor:
    """1 where weight k of a kernel leads from pixel p of a picture of side `size` to pixel q of one half as
    large: (16, size^2, size^2 / 4)."""
    weight, large, small = np.ogrid[:KERNEL, :size, : size // STRIDE]
    line = (large == small * STRIDE - PADDING + weight).astype(np.float32)  # along one side
    plane = np.einsum("apq,brs->abprqs", line, line).reshape(KERNEL**2, size**2, (size // STRIDE) ** 2)
    return torch.tensor(plane, device="cpu")


class Painter(nn.Module):
    """DCGAN's generator in small: noise (n, noise_dim) -> pictures (n, 64) in [0, 1]."""

    def __init__(self, config: GanConfig):
        super().__init__()
        many = 2 * config.channels
        self.begin = nn.Linear(config.noise_dim, many * 4)
        self.grow = Doubling(many, config.channels, 2)
        self.paint = Doubling(config.channels, 1, 4)
        self.activation = ACTIVATIONS[config.activation]

    def forward(self, noise: Tensor) -> Tensor:
        x = self.activation(self.begin(noise))  # (n, 2 channels * 2 * 2)
        x = self.activation(self.grow(x))  # (n, channels * 4 * 4)
        return self.paint(x).sigmoid()  # (n, 8 * 8)


class Critic(nn.Module):
    """DCGAN's discriminator in small: pictures (n, 64) in [0, 1] -> scores (n, 1)."""

    def __init__(self, config: GanConfig):
        super().__init__()
        many = 2 * config.channels
        self.look = Halving(1, config.channels, 8)
        self.shrink = Halving(config.channels, many, 4)
        self.decide = nn.Linear(many * 4, 1)
        self.activation = ACTIVATIONS[config.activation]

    def forward(self, pictures: Tensor) -> Tensor:
        x = self.activation(self.look(2 * pictures - 1))  # (n, channels * 4 * 4)
        x = self.activation(self.shrink(x))  # (n, 2 channels * 2 * 2)
        return self.decide(x)


def perceptrons(config: GanConfig) -> tuple[nn.Module, nn.Module]:
    """Generator and discriminator of points."""
    dim = dataset_of(config).dim
    return (
        MLP(config.noise_dim, dim, config.g_width, config.g_depth, config.activation),
        MLP(dim, 1, config.d_width, config.d_depth, config.activation),
    )


def convolutional(config: GanConfig) -> tuple[nn.Module, nn.Module]:
    """Generator and discriminator of pictures of 8 x 8."""
    return Painter(config), Critic(config)


NETWORKS: dict[str, Callable[[GanConfig], tuple[nn.Module, nn.Module]]] = {"digits": convolutional}
"""Data -> who plays; all other data are points of the plane."""


def players(config: GanConfig) -> tuple[nn.Module, nn.Module]:
    """The generator and the discriminator for these settings."""
    return NETWORKS.get(config.data, perceptrons)(config)
