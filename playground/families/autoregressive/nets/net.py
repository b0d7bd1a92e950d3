"""What all networks of bits have: an order, and logits that keep to it."""

import numpy as np
import torch
from torch import Tensor, nn

from ..orders import Order, places


class Net(nn.Module):
    """`forward(x, which)`: x (n, dim) in {0, 1} -> logits (n, dim) of p(x_i = 1 | the bits before i in the order).

    `orders`: one for each set of masks; `which`, a whole number as a tensor (1,), says the set. With `leak` each bit
    sees itself as well, as after a slip by one in a mask.
    """

    def __init__(self, orders: list[Order], leak: bool = False):
        super().__init__()
        self.orders, self.leak, self.dim = orders, leak, len(orders[0])
        self.order = torch.from_numpy(np.ascontiguousarray(orders[0]))
        self.place = torch.from_numpy(places(orders[0]))
        self.plain = bool((np.diff(orders[0]) == 1).all())

    def along(self, x: Tensor) -> Tensor:
        """Columns (n, dim) of bits as they stand -> in the order."""
        return x if self.plain else x.index_select(1, self.order.to(x.device))

    def back(self, x: Tensor) -> Tensor:
        """Columns (n, dim) in the order -> as the bits stand."""
        return x if self.plain else x.index_select(1, self.place.to(x.device))


class Plain(nn.Linear):
    """A linear layer whose weights begin small and normal (`spread`), its biases at 0."""

    def __init__(self, inputs: int, outputs: int, bias: bool = True, spread: float = 0.02):
        super().__init__(inputs, outputs, bias)
        self.spread = spread

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        shape = getattr(self, name).shape
        return torch.zeros(shape) if name == "bias" else torch.randn(shape, generator=generator) * self.spread
