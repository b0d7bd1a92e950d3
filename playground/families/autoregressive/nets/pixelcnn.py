"""Masked convolutions (van den Oord, Kalchbrenner, Kavukcuoglu 2016, section 3.2)."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..orders import Order
from .net import Net, Plain


class MaskedConvolution(nn.Module):
    """A convolution that hears the pixels before its own, row by row, and with `own` this one as well.

    Pixels are gathered with their neighbours before a product of matrices: quicker than convolving pictures this small,
    and traceable. (n, inputs, h, w) -> (n, outputs, h, w); zeros around the picture.
    """

    def __init__(self, inputs: int, outputs: int, size: int, own: bool):
        super().__init__()
        self.size = size
        self.linear = nn.Linear(inputs * size * size, outputs)
        heard = np.arange(size * size) < size * size // 2 + own
        self.mask = torch.from_numpy(np.tile(heard, inputs).astype(np.float32))

    def forward(self, x: Tensor) -> Tensor:
        around = F.unfold(x, self.size, padding=self.size // 2).transpose(1, 2)  # (n, h * w, inputs * size^2)
        says = F.linear(around, self.linear.weight * self.mask.to(x), self.linear.bias)
        return says.transpose(1, 2).unflatten(2, x.shape[2:])


class PixelCNN(Net):
    """A first convolution that does not hear its own pixel (mask A, 5 x 5), then blocks that do (mask B, 3 x 3), each
    added to what is there. Each block reaches one row and one column further; to the right it reaches only by way of
    the rows above, which leaves a blind spot."""

    def __init__(self, orders: list[Order], shape: tuple[int, int], channels: int, blocks: int, leak: bool = False):
        super().__init__(orders, leak)
        self.shape = shape
        self.first = MaskedConvolution(1, channels, 5, own=leak)
        self.blocks = nn.ModuleList([MaskedConvolution(channels, channels, 3, own=True) for _ in range(blocks)])
        self.mix = nn.Linear(channels, channels)
        self.head = Plain(channels, 1)
        self.shift = Plain(self.dim, 1, bias=False, spread=0.0)  # what each pixel tends to be, wherever it lies

    def forward(self, x: Tensor, which: Tensor) -> Tensor:
        h = self.first(2 * x.view(-1, 1, *self.shape) - 1)  # (n, channels, h, w)
        for block in self.blocks:
            h = h + block(torch.relu(h))
        h = torch.relu(self.mix(torch.relu(h).flatten(2).transpose(1, 2)))  # (n, h * w, channels)
        return self.head(h).squeeze(2) + self.shift.weight
