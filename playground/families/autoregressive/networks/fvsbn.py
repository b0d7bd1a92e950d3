"""Fully visible sigmoid belief network (Frey, Hinton, Dayan 1996; Neal 1992)."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from playground.training.constants import beside

from ..orders import Order, ranks
from .network import BitNetwork, NormalLinear


class FVSBN(BitNetwork):
    """p(x_i = 1 | x_<i) = sigmoid(b_i + sum over j before i of w_ij x_j): a logistic regression for each bit."""

    def __init__(self, orders: list[Order], leak: bool = False):
        super().__init__(orders, leak)
        self.linear = NormalLinear(self.dim, self.dim, std=0.01)
        self.mask = torch.from_numpy(causal_mask(orders[0], leak))

    def forward(self, x: Tensor, which: Tensor) -> Tensor:
        return F.linear(x, self.linear.weight * beside(self.mask, x, x.dtype), self.linear.bias)


def causal_mask(order: Order, leak: bool = False) -> np.ndarray:
    """1 at (i, j) where bit j comes before bit i, with `leak` also where they are the same: (dim, dim) float32."""
    rank = ranks(order)
    return (rank[None] < rank[:, None] + leak).astype(np.float32)
