"""Completions of a picture that a visitor began."""

import numpy as np
import torch

from playground.core.panels import Arrays, Values

from ...sampling import sample
from ..panels.completion import KEPT_STEPS
from .context import COMPLETION_COUNT, Context

SHOWN_COUNT = 16
"""Completions that are shown."""


def compute(values: Values, context: Context) -> Arrays:
    """`known` (dim,), `given` (dim,), `bits` (16, dim) completions, `log_p` (16,), `probabilities` (dim,) counted over
    many more."""
    dim = context.data.dim
    count = round(round(values["kept"]) / KEPT_STEPS * dim)
    ink = (values["sketch"].ravel() >= 0.5).astype(np.float32)
    given = context.tensor(np.repeat(ink[None], COMPLETION_COUNT, 0))
    with torch.no_grad():
        bits, _ = sample(context.net, context.uniform(COMPLETION_COUNT, round(values["draw"])), 0, given, count)
    known = np.zeros(dim, np.float32)
    known[context.net.orders[0][:count]] = 1
    shown = bits[:SHOWN_COUNT].cpu().numpy()
    return {
        "known": known,
        "given": ink,
        "bits": shown,
        "log_p": context.log_prob(shown),
        "probabilities": bits.mean(0).cpu().numpy(),
    }
