"""Interpolation between two pictures."""

import numpy as np
import torch

from playground.core.panels import Arrays, Values
from playground.data.images.examples import held_out_image

from ... import bounds
from ...context import Context, flat, pictures, quantised
from ..panels.walk import INTERPOLATION_STEPS

BOUND_CODES = 32
"""Number of codes for the importance-weighted bound."""


def compute(values: Values, context: Context) -> Arrays:
    """Linear interpolation between two pictures in latent space and in pixels, at n positions: `pictures` (2 n, 8, 8);
    `bound` and `mixed` (n,), the negative importance-weighted bound of each, in nats; `way` (n, 2), the interpolated
    codes along the dimensions of `Context.code_map`."""
    ends = [held_out_image(int(values[end]), round(values[f"{end}_which"]) - 1) for end in ("from", "to")]
    x = context.tensor(context.training_data.preprocess(np.stack(ends)))
    share = torch.linspace(0, 1, INTERPOLATION_STEPS, device=context.device).unsqueeze(1)
    found = context.code_map()
    with torch.no_grad():
        a, b = context.vae.encode(x)[0]
        z = a + share * (b - a)
        through = context.vae.generate(z)
    mixed = x[0] + share * (x[1] - x[0])
    random = torch.Generator().manual_seed(context.config.seed)
    nats = [
        -bounds.iwae(context.vae, quantised(row, context), BOUND_CODES, random).cpu().numpy()
        for row in (through, mixed)
    ]
    return found | {
        "pictures": pictures(torch.cat([through, mixed])),
        "bound": nats[0],
        "mixed": nats[1],
        "way": flat(z, found["chosen"].astype(int).tolist()).cpu().numpy(),
    }
