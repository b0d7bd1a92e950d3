"""A picture that the visitor draws."""

import torch

from playground.core.panels import Arrays, Values

from ... import bounds
from ...context import MAP_CODES, Context, flat, pictures, quantised
from ...model import kl

BOUND_DRAWS, SHOWN_DRAWS = 50, 8
"""Number of codes for the bound, and of reconstructions shown."""


def compute(values: Values, context: Context) -> Arrays:
    """Of the drawn picture: `seen` and `back` (1, 8, 8), the input of the encoder and its reconstruction; `several`
    (8, 8, 8), reconstructions from codes drawn from its posterior; `mean`, `std`, `kls` (latent,); `nats` (4,), the
    reconstruction, KL, -ELBO and negative importance-weighted bound; `usual` (297,), -ELBO of real pictures; `at`,
    `spread` (1, 2), its posterior mean and standard deviation along the dimensions of `Context.code_map`."""
    pixels = values["picture"].ravel()
    x = quantised(context.tensor(pixels[None]), context)
    found, vae = context.code_map(), context.vae
    chosen = found["chosen"].astype(int).tolist()
    eps = context.eps(BOUND_DRAWS, 1)
    cost, rate = bounds.parts(vae, x, eps)
    random = torch.Generator().manual_seed(context.config.seed)
    tight = -bounds.iwae(vae, x, 1000, random)
    usual = -bounds.elbo(vae, context.tensor(context.examples(MAP_CODES)), context.eps(2, MAP_CODES))
    with torch.no_grad():
        mean, log_std = vae.encode(x)
        several = vae.generate(mean + log_std.exp() * eps[:SHOWN_DRAWS, 0])
        back = vae.generate(mean)
    nats = torch.cat([cost, rate, cost + rate, tight])
    return found | {
        "seen": pictures(x),
        "back": pictures(back),
        "several": pictures(several),
        "mean": mean[0].cpu().numpy(),
        "std": log_std[0].exp().cpu().numpy(),
        "kls": kl(mean, log_std)[0].cpu().numpy(),
        "nats": nats.cpu().numpy(),
        "usual": usual.cpu().numpy(),
        "at": flat(mean, chosen).cpu().numpy(),
        "spread": log_std.exp()[:, chosen].cpu().numpy(),
    }
