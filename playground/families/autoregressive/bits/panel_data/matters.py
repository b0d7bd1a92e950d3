"""Which bits the probability of each bit depends on: the Jacobian of the logits."""

import numpy as np
import torch
from torch import Tensor

from playground.core.panels import Arrays, Values

from ...model import mask_set
from ...networks.network import BitNetwork
from .context import Context

VECTOR_COUNT = 8
"""Vectors over which the Jacobian is averaged."""


def compute(values: Values, context: Context) -> Arrays:
    """`jacobian` (dim, dim), rows and columns as the bits stand, and `order` (dim,)."""
    base = context.tensor(context.data.rows("test")[:VECTOR_COUNT])
    jacobian = mean_abs_jacobian(context.net, base).cpu().numpy()
    return {"jacobian": jacobian, "order": context.net.orders[0].astype(np.float32)}


def mean_abs_jacobian(net: BitNetwork, base: Tensor, number: int = 0) -> Tensor:
    """Mean of |d logit_i / d x_j| over vectors `base` (n, dim): (dim, dim).

    Vectors do not depend on each other, so the gradient of a column of logits, summed up, holds that of each vector.
    """
    which = mask_set(number, base)
    with torch.enable_grad():
        x = base.detach().requires_grad_()
        logits = net(x, which)
        rows = [
            torch.autograd.grad(logits[:, i].sum(), x, retain_graph=True, allow_unused=True)[0]
            for i in range(logits.shape[1])
        ]
    return torch.stack([torch.zeros(x.shape[1]).to(x) if row is None else row.abs().mean(0) for row in rows])
