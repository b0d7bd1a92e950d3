"""Probabilities of the other bits, given the first ones."""

import numpy as np
import torch

from playground.core.panels import Arrays, Values

from ...model import bit_log_prob, mask_set
from ...sampling import sample
from .context import COMPLETION_COUNT, Context


def compute(values: Values, context: Context) -> Arrays:
    """`real` (dim,); `known` (dim,) 1 where a bit is known; `probabilities` (dim,) of each other bit given these,
    counted over completions, of the next one exact; `nats` (dim,) that each bit cost, given those before it."""
    net, data = context.net, context.data
    x, count = context.test_vector(round(values["which"]) - 1), round(values["known"])
    given = context.tensor(np.repeat(x[None], COMPLETION_COUNT, 0))
    with torch.no_grad():
        bits, each = sample(net, context.uniform(COMPLETION_COUNT), 0, given, count)
        logits = net(given[:1], mask_set(0, given))
        nats = -bit_log_prob(logits, given[:1])[0]
    order, known = net.orders[0], np.zeros(data.dim, np.float32)
    known[order[:count]] = 1
    probabilities = bits.mean(0).cpu().numpy()
    if count < len(order):
        probabilities[order[count]] = float(each[0, order[count]])
    return {"real": x, "known": known, "probabilities": probabilities, "nats": nats.cpu().numpy()}
