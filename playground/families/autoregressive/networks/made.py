"""Masked autoencoder (Germain et al. 2015), with several orders and masks, and direct connections."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from playground.training.constants import beside
from playground.training.networks import MLP, degrees, masks

from ..orders import Order, ranks
from .fvsbn import causal_mask
from .network import BitNetwork, NormalLinear


class MADE(BitNetwork):
    """An MLP whose weights are masked so that output i depends only on inputs before i; one pass gives all
    conditionals.

    Each order has a set of masks. Where several sets share an order, their hidden units have different degrees
    (sections 4.1 and 4.2: order-agnostic and connectivity-agnostic training). `direct` adds weights from input to
    output (section 4.3).
    """

    def __init__(
        self,
        orders: list[Order],
        width: int,
        depth: int,
        connections: int = 1,
        direct: bool = True,
        leak: bool = False,
        even: bool = True,
    ):
        super().__init__(orders, leak)
        self.net = MLP(self.dim, self.dim, width, depth, "relu")
        self.direct = NormalLinear(self.dim, self.dim, bias=False, std=0.01) if direct else None
        generator, regular = np.random.default_rng(3), degrees(self.dim, width, even)
        hidden = [regular, *(generator.permutation(regular) for _ in range(1, connections))]
        sets = [masks(ranks(order), hidden[k % connections], depth, more=int(leak)) for k, order in enumerate(orders)]
        self.masks = [torch.stack(layer) for layer in zip(*sets, strict=True)]  # (sets, out, in) each
        self.direct_masks = torch.from_numpy(np.stack([causal_mask(order, leak) for order in orders]))

    def forward(self, x: Tensor, which: Tensor) -> Tensor:
        h = x
        for k, (layer, mask) in enumerate(zip(self.net.linear, self.masks, strict=True)):
            h = F.linear(self.net.activation(h) if k else h, layer.weight * _select(mask, which, x), layer.bias)
        if self.direct is not None:
            h = h + F.linear(x, self.direct.weight * _select(self.direct_masks, which, x))
        return h


def _select(sets: Tensor, which: Tensor, like: Tensor) -> Tensor:
    """The mask of set number `which`, on the device of `like`."""
    sets = beside(sets, like, like.dtype)
    return sets[0] if len(sets) == 1 else sets.index_select(0, which)[0]
