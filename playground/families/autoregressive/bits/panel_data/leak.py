"""Whether flipping a bit changes the probability of the bit itself or of an earlier one."""

import numpy as np
import torch

from playground.core.panels import Arrays, Values

from ...config import AutoregressiveConfig
from ...model import build, mask_set
from ...networks.network import BitNetwork
from .context import Context


def compute(values: Values, context: Context) -> Arrays:
    """Bit j is flipped: `before` and `after` (dim,) the probabilities of all bits; `real` (dim,); `order` (dim,). With
    the mask broken the same weights are used in a network in which each bit also depends on itself."""
    net, x = context.net, context.test_vector(round(values["which"]) - 1)
    j = int(net.orders[0][round(values["place"]) - 1])
    flipped = x.copy()
    flipped[j] = 1 - flipped[j]
    both = context.tensor(np.stack([x, flipped]))
    asked = with_leak(net, context.config, values["broken"])
    with torch.no_grad():
        before, after = torch.sigmoid(asked(both, mask_set(0, both))).cpu().numpy()
    return {"real": x, "before": before, "after": after, "order": net.orders[0].astype(np.float32)}


def with_leak(net: BitNetwork, config: AutoregressiveConfig, leak: bool) -> BitNetwork:
    """The same weights in a network whose mask is broken, or not."""
    if leak == net.leak:
        return net
    twin = build(config.model_copy(update={"leak": leak})).to(next(net.parameters()).device)
    with torch.no_grad():
        for target, source in zip(twin.parameters(), net.parameters(), strict=True):
            target.copy_(source)
    twin.requires_grad_(False)
    return twin
