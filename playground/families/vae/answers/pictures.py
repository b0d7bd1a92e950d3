"""Ways between two pictures, and a picture that the visitor draws."""

import numpy as np
import torch

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.images.digits import DIGITS

from .. import bounds
from ..labs.pictures import CLASSES, STATIONS, WHICH, example
from ..model import kl
from .asked import CODES, Answer, Asked, flat, pictures, within

TRIES, JUDGED, DRAWN = 32, 50, 8
"""Codes of the bound along a way and of a drawn picture; reconstructions of a drawn picture from several codes."""


def walk(dials: np.ndarray, asked: Asked) -> Answer:
    """A straight way between the codes of two pictures, and their pixels mixed: `pictures` (2 * stations, 8, 8);
    `bound` and `mixed` (stations,) minus the importance-weighted bound of each, in nats; `way` (stations, 2) on the
    map, see `Asked.map`."""
    ends = [example(within(dials, place, CLASSES), within(dials, place + 1, WHICH + 1) - 1) for place in (0, 2)]
    x = asked.tensor(asked.source.seen(np.stack(ends)))
    share = torch.linspace(0, 1, STATIONS, device=asked.device).unsqueeze(1)
    told = asked.map()
    with torch.no_grad():
        a, b = asked.vae.encode(x)[0]
        z = a + share * (b - a)
        through = asked.vae.generate(z)
    mixed = x[0] + share * (x[1] - x[0])
    random = torch.Generator().manual_seed(asked.config.seed)
    nats = [-bounds.iwae(asked.vae, as_seen(way, asked), TRIES, random).cpu().numpy() for way in (through, mixed)]
    return told | {
        "pictures": pictures(torch.cat([through, mixed])),
        "bound": nats[0],
        "mixed": nats[1],
        "way": flat(z, told["chosen"].astype(int).tolist()).cpu().numpy(),
    }


def as_seen(x: torch.Tensor, asked: Asked) -> torch.Tensor:
    """Pictures of any greys as the encoder knows them: in whole levels, or in black and white."""
    levels = (x.clamp(0, 1) * (DIGITS.levels - 1)).round() / (DIGITS.levels - 1)
    return asked.tensor(asked.source.seen(levels.cpu().numpy()))


def drawing(dials: np.ndarray, pixels: np.ndarray, asked: Asked) -> Answer:
    """A picture in [0, 1] (64,): `seen` and `back` (1, 8, 8) as the encoder knows it and its reconstruction, `several`
    (8, 8, 8) reconstructions from codes drawn from its posterior; `mean`, `std`, `kls` (latent,); `nats` (4,)
    reconstruction, KL, minus the ELBO, minus the importance-weighted bound; `usual` (297,) minus the ELBO of real
    pictures; `at`, `spread` (1, 2) on the map, see `Asked.map`."""
    if pixels.shape != (DIGITS.dim,) or not ((pixels >= 0) & (pixels <= 1)).all():
        raise UserError(N_("A picture has 64 pixels from 0 to 1."))
    x = as_seen(asked.tensor(pixels[None]), asked)
    told, vae = asked.map(), asked.vae
    chosen = told["chosen"].astype(int).tolist()
    eps = asked.eps(JUDGED, 1)
    cost, rate = bounds.parts(vae, x, eps)
    random = torch.Generator().manual_seed(asked.config.seed)
    tight = -bounds.iwae(vae, x, 1000, random)
    usual = -bounds.elbo(vae, asked.tensor(asked.some(CODES)), asked.eps(2, CODES))
    with torch.no_grad():
        mean, log_std = vae.encode(x)
        several = vae.generate(mean + log_std.exp() * eps[:DRAWN, 0])
        back = vae.generate(mean)
    nats = torch.cat([cost, rate, cost + rate, tight])
    return told | {
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
