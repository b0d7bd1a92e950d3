"""Masked autoencoder (Germain et al. 2015), with several orders and masks, and direct connections."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from playground.training.networks import MLP, degrees, masks

from ..orders import Order, places
from .fvsbn import before
from .net import Net, Plain


class MADE(Net):
    """An MLP whose weights are masked, so that output i hears only inputs before i; one pass gives all conditionals.

    For each order there is a set of masks; one of several sets with an order in common gives its hidden units other
    degrees (sections 4.1 and 4.2: order-agnostic and connectivity-agnostic training). `direct`: also weights from
    input to output (section 4.3).
    """

    def __init__(
        self, orders: list[Order], width: int, depth: int, connections: int = 1, direct: bool = True, leak: bool = False
    ):
        super().__init__(orders, leak)
        self.net = MLP(self.dim, self.dim, width, depth, "relu")
        self.direct = Plain(self.dim, self.dim, bias=False, spread=0.01) if direct else None
        generator, plain = np.random.default_rng(3), degrees(self.dim, width)
        seen = [plain, *(generator.permutation(plain) for _ in range(1, connections))]
        sets = [masks(places(order), seen[k % connections], depth, more=int(leak)) for k, order in enumerate(orders)]
        self.masks = [torch.stack(layer) for layer in zip(*sets, strict=True)]  # (sets, out, in) each
        self.past = torch.from_numpy(np.stack([before(order, leak) for order in orders]))

    def forward(self, x: Tensor, which: Tensor) -> Tensor:
        h = x
        for k, (layer, mask) in enumerate(zip(self.net.layers, self.masks, strict=True)):
            h = F.linear(self.net.activation(h) if k else h, layer.weight * _chosen(mask, which, x), layer.bias)
        if self.direct is not None:
            h = h + F.linear(x, self.direct.weight * _chosen(self.past, which, x))
        return h


def _chosen(sets: Tensor, which: Tensor, like: Tensor) -> Tensor:
    sets = sets.to(like)
    return sets[0] if len(sets) == 1 else sets.index_select(0, which)[0]
