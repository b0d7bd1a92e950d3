"""Masked convolutions (van den Oord, Kalchbrenner, Kavukcuoglu 2016, section 3.2)."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.training.constants import beside

from ..orders import Order
from .network import BitNetwork, NormalLinear


class MaskedConvolution(nn.Module):
    """A convolution that depends on the pixels before its own, row by row, and with `own` on this one as well.

    Pixels are gathered with their neighbours before a matrix product: quicker than a convolution on pictures this
    small, and traceable. (n, inputs, h, w) -> (n, outputs, h, w); zeros around the picture.
    """

    def __init__(self, inputs: int, outputs: int, size: int, own: bool):
        super().__init__()
        self.size = size
        self.linear = nn.Linear(inputs * size * size, outputs)
        visible = np.arange(size * size) < size * size // 2 + own
        self.mask = torch.from_numpy(np.tile(visible, inputs).astype(np.float32))

    def forward(self, x: Tensor) -> Tensor:
        patches = F.unfold(x, self.size, padding=self.size // 2).transpose(1, 2)  # (n, h * w, inputs * size^2)
        h = F.linear(patches, self.linear.weight * beside(self.mask, x, x.dtype), self.linear.bias)
        return h.transpose(1, 2).unflatten(2, x.shape[2:])


class PixelCNN(BitNetwork):
    """A first convolution without its own pixel (mask A, 5 x 5), then residual blocks with it (mask B, 3 x 3).

    Each block reaches one row and one column further; to the right it reaches only through the rows above, which leaves
    a blind spot.
    """

    def __init__(self, orders: list[Order], shape: tuple[int, int], channels: int, blocks: int, leak: bool = False):
        super().__init__(orders, leak)
        self.shape = shape
        self.first = MaskedConvolution(1, channels, 5, own=leak)
        self.blocks = nn.ModuleList([MaskedConvolution(channels, channels, 3, own=True) for _ in range(blocks)])
        self.mix = nn.Linear(channels, channels)
        self.head = NormalLinear(channels, 1)
        self.shift = NormalLinear(self.dim, 1, bias=False, std=0.0)  # a bias of each pixel: convolutions have none

    def forward(self, x: Tensor, which: Tensor) -> Tensor:
        h = self.first(2 * x.view(-1, 1, *self.shape) - 1)  # (n, channels, h, w)
        for block in self.blocks:
            h = h + block(torch.relu(h))
        h = torch.relu(self.mix(torch.relu(h).flatten(2).transpose(1, 2)))  # (n, h * w, channels)
        return self.head(h).squeeze(2) + self.shift.weight
