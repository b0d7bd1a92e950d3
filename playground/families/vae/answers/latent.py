"""One code, put together number by number: what the decoder makes of it."""

import numpy as np
import torch

from playground.core.errors import UserError
from playground.core.i18n import N_

from ..labs.latent import DIALS
from .asked import CODES, Answer, Asked, flat, pictures

NEAR = 6
"""Real pictures whose codes are nearest."""


def latent(dials: np.ndarray, asked: Asked) -> Answer:
    """`dials`: the first numbers of the code, the others are 0. See `Asked.map`; `at` (1, 2) where the code is; on the
    plane `place` and `scale` (2,) of the decoder's Gaussian; of pictures `picture` (1, 8, 8), what is expected, one
    draw `drawn` (1, 8, 8), and `near` (6, 8, 8), the pictures whose codes are nearest."""
    vae = asked.vae
    if len(dials) != min(vae.latent, DIALS):
        raise UserError(N_("A code of this autoencoder has {dim} numbers."), dim=vae.latent)
    z = torch.zeros(1, vae.latent, device=asked.device)
    z[0, : len(dials)] = asked.tensor(dials)
    told = asked.map()
    told["at"] = flat(z, told["chosen"].astype(int).tolist()).cpu().numpy()
    with torch.no_grad():
        if asked.config.data != "digits":
            place, scale = vae.decoder(z)
            return told | {"place": place[0].cpu().numpy(), "scale": scale.expand_as(place)[0].cpu().numpy()}
        u = torch.rand(1, vae.dim, generator=torch.Generator().manual_seed(asked.config.seed)).to(asked.device)
        x = asked.tensor(asked.some(CODES))
        far = (vae.encode(x)[0] - z).square().sum(1)
        return told | {
            "picture": pictures(vae.generate(z)),
            "drawn": pictures(vae.generate(z, u).clamp(0, 1)),
            "near": pictures(x[far.argsort()[:NEAR]]),
        }
