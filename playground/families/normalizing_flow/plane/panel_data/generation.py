"""Samples of given noise, and of fresh noise at a temperature."""

import numpy as np
import torch

from playground.core.errors import UserError
from playground.core.i18n import N_

from .context import Answer, Context, whole


def samples_of(z: np.ndarray, context: Context) -> Answer:
    if z.shape[1] != 2:
        raise UserError(N_("The noise of this flow has two numbers for each point."))
    with torch.no_grad():
        return {"x": context.flow(context.tensor(z))[0].cpu().numpy()}


def compute(dials: np.ndarray, context: Context) -> Answer:
    count = whole(dials, 1, 2001)
    z = context.noise(max(count, 1), whole(dials, 2, 1000)) * dials[0]
    return {"z": z, **samples_of(z, context)}
