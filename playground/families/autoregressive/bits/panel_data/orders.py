"""The likelihood in each order that the weights have learned."""

import numpy as np
import torch

from playground.core.panels import Arrays, Values

from ...model import bit_log_prob, mask_set
from .context import MAX_TEST_COUNT, Context


def compute(values: Values, context: Context) -> Arrays:
    """`orders` (sets, dim), `nats` (sets,) of test vectors under each set of masks, and `mean` (1,) of the mean of
    their probabilities."""
    net, rows = context.net, context.tensor(context.data.rows("test")[:MAX_TEST_COUNT])
    with torch.no_grad():
        each = torch.stack([bit_log_prob(net(rows, mask_set(k, rows)), rows).sum(1) for k in range(len(net.orders))])
    mean = torch.logsumexp(each, 0) - np.log(len(each))
    return {
        "orders": np.stack(net.orders).astype(np.float32),
        "nats": -each.mean(1).cpu().numpy(),
        "mean": -mean.mean()[None].cpu().numpy(),
    }
