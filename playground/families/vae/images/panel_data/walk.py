"""Ways between two pictures."""

import numpy as np
import torch

from playground.core.panels import Arrays, Values
from playground.data.images.examples import held_out_image

from ... import bounds
from ...context import Context, as_seen, flat, pictures
from ..panels.walk import STATIONS

BOUND_CODES = 32
"""Codes of the importance-weighted bound."""


def compute(values: Values, context: Context) -> Arrays:
    """A straight way between the codes of two pictures, and their pixels mixed: `pictures` (2 * stations, 8, 8);
    `bound` and `mixed` (stations,) minus the importance-weighted bound of each, in nats; `way` (stations, 2) on the
    map, see `Context.code_map`."""
    ends = [held_out_image(int(values[end]), round(values[f"{end}_which"]) - 1) for end in ("from", "to")]
    x = context.tensor(context.source.seen(np.stack(ends)))
    share = torch.linspace(0, 1, STATIONS, device=context.device).unsqueeze(1)
    found = context.code_map()
    with torch.no_grad():
        a, b = context.vae.encode(x)[0]
        z = a + share * (b - a)
        through = context.vae.generate(z)
    mixed = x[0] + share * (x[1] - x[0])
    random = torch.Generator().manual_seed(context.config.seed)
    nats = [
        -bounds.iwae(context.vae, as_seen(row, context), BOUND_CODES, random).cpu().numpy() for row in (through, mixed)
    ]
    return found | {
        "pictures": pictures(torch.cat([through, mixed])),
        "bound": nats[0],
        "mixed": nats[1],
        "way": flat(z, found["chosen"].astype(int).tolist()).cpu().numpy(),
    }
