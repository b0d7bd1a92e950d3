"""One chosen code: the distribution that the decoder gives."""

import torch

from playground.core.panels import Arrays, Values

from ...codes import chosen_code
from ...context import Context


def compute(values: Values, context: Context) -> Arrays:
    """See `codes.chosen_code`; `place` and `scale` (2,) of the decoder's Gaussian."""
    z, found = chosen_code(values, context)
    with torch.no_grad():
        place, scale = context.vae.decoder(z)
    return found | {"place": place[0].cpu().numpy(), "scale": scale.expand_as(place)[0].cpu().numpy()}
