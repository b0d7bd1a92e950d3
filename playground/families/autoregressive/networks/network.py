"""What all networks of bits share: an order, and logits that respect it."""

import numpy as np
import torch
from torch import Tensor, nn

from playground.training.constants import beside

from ..orders import Order, ranks


class BitNetwork(nn.Module):
    """`forward(x, which)`: x (n, dim) in {0, 1} -> logits (n, dim) of p(x_i = 1 | the bits before i in the order).

    `orders`: one for each set of masks; `which`, a whole number as a tensor (1,), chooses the set. With `leak` each bit
    also depends on itself, as after an off-by-one error in a mask.
    """

    def __init__(self, orders: list[Order], leak: bool = False):
        super().__init__()
        self.orders, self.leak, self.dim = orders, leak, len(orders[0])
        self.order = torch.from_numpy(np.ascontiguousarray(orders[0]))
        self.rank = torch.from_numpy(ranks(orders[0]))
        self.in_order = bool((np.diff(orders[0]) == 1).all())

    def to_order(self, x: Tensor) -> Tensor:
        """Columns (n, dim) of bits as they stand -> in the order."""
        return x if self.in_order else x.index_select(1, beside(self.order, x))

    def from_order(self, x: Tensor) -> Tensor:
        """Columns (n, dim) in the order -> as the bits stand."""
        return x if self.in_order else x.index_select(1, beside(self.rank, x))


class NormalLinear(nn.Linear):
    """A linear layer with weights drawn from N(0, std^2) and biases of 0."""

    def __init__(self, inputs: int, outputs: int, bias: bool = True, std: float = 0.02):
        super().__init__(inputs, outputs, bias)
        self.std = std

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        shape = getattr(self, name).shape
        return torch.zeros(shape) if name == "bias" else torch.randn(shape, generator=generator) * self.std
