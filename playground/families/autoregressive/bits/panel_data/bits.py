"""How many bits the model saves over independent bits."""

import numpy as np
import torch

from playground.core.panels import Arrays, Values

from ...model import bit_log_prob, mask_set
from .context import MAX_TEST_COUNT, Context


def compute(values: Values, context: Context) -> Arrays:
    """`model` and `independent` (dim,): the mean cost, in bits, of each bit of test vectors by the model and by
    independent bits; `order` (dim,)."""
    net, rows, p = context.net, context.data.rows("test")[:MAX_TEST_COUNT], context.data.frequencies
    x = context.tensor(rows)
    with torch.no_grad():
        nats = -bit_log_prob(net(x, mask_set(0, x)), x).mean(0).cpu().numpy()
    independent = -(rows * np.log(p) + (1.0 - rows) * np.log1p(-p)).mean(0)
    return {
        "model": nats / np.log(2),
        "independent": (independent / np.log(2)).astype(np.float32),
        "order": net.orders[0].astype(np.float32),
    }
