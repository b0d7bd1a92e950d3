"""One chosen code: the mean picture, a sample, and the real pictures with the nearest codes."""

import torch

from playground.core.panels import Arrays, Values

from ...codes import chosen_code
from ...context import MAP_CODES, Context, pictures

NEAREST = 6
"""Number of real pictures with the nearest codes."""


def compute(values: Values, context: Context) -> Arrays:
    """See `codes.chosen_code`; `picture` (1, 8, 8), the mean; `drawn` (1, 8, 8), a sample; `near` (6, 8, 8), the real
    pictures with the nearest codes."""
    vae, (z, found) = context.vae, chosen_code(values, context)
    with torch.no_grad():
        u = torch.rand(1, vae.dim, generator=torch.Generator().manual_seed(context.config.seed)).to(context.device)
        x = context.tensor(context.examples(MAP_CODES))
        far = (vae.encode(x)[0] - z).square().sum(1)
        return found | {
            "picture": pictures(vae.generate(z)),
            "drawn": pictures(vae.generate(z, u).clamp(0, 1)),
            "near": pictures(x[far.argsort()[:NEAREST]]),
        }
