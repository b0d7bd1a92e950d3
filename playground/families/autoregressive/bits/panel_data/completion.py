"""Completions of a picture that a visitor began."""

import numpy as np
import torch

from playground.core.errors import UserError
from playground.core.i18n import N_

from ...sampling import sample
from ..panels.completion import KEPT_STEPS
from .context import COMPLETION_COUNT, Context, PanelData, integer_dial

SHOWN_COUNT = 16
"""Completions that are shown."""


def compute(context: Context, dials: np.ndarray, pixels: np.ndarray) -> PanelData:
    """`known` (dim,), `given` (dim,), `bits` (16, dim) completions, `log_p` (16,), `probabilities` (dim,) counted over
    many more."""
    dim = context.data.dim
    if len(pixels) != dim:
        raise UserError(N_("This picture needs {pixels} pixels."), pixels=dim)
    count = round(integer_dial(dials, 0, KEPT_STEPS + 1) / KEPT_STEPS * dim)
    ink = (pixels >= 0.5).astype(np.float32)
    given = context.tensor(np.repeat(ink[None], COMPLETION_COUNT, 0))
    with torch.no_grad():
        bits, _ = sample(context.net, context.uniform(COMPLETION_COUNT, integer_dial(dials, 1, 1000)), 0, given, count)
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
