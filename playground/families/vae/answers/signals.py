"""Two learning signals on the same data: what a critic of two sample sets says, and the bound of each point alone."""

import numpy as np
import torch

from playground.training import batches

from .. import bounds
from ..critic import fit, worth
from ..labs.signals import CELLS, SIZES, SORTED
from ..plane import drawn
from .asked import Answer, Asked, pictures, within

DRAWS, ARROWS = 8, 150
"""Codes for the bound at every place; samples that get an arrow, and data that get a line to their reconstruction."""


def signals(dials: np.ndarray, asked: Asked) -> Answer:
    """`worth` (2,) of the critic on sets it has not seen, see `critic.worth`; `bound` (2,) the mean of minus the ELBO
    of the same data, and its standard error. On the plane `real`, `fake` (n, 2), `verdict` (c, c), `slope` (150, 2) at
    the first of `fake`, `nats` (c, c) minus the ELBO at every place, `back` (150, 2) of the first of `real`. Of
    pictures `ordered` (48, 8, 8) of both sets from generated to real by the verdict, `is_real` (48,), and `known` (48,
    8, 8) real ones from the likeliest to the least, with `known_nats` (48,)."""
    if asked.config.data == "digits":
        return _pictures(within(dials, 0, 1000), asked)
    count, width, number = SIZES[within(dials, 0, len(SIZES))], float(dials[1]), within(dials, 2, 1000)
    real = asked.source.sample(2 * count, batches.generator(number, "signals"))
    fake = drawn(asked.vae, 2 * count, number, asked.device)
    critic = fit(real[:count], fake[:count], max(width, 0.05), number)
    least = min(ARROWS, count)
    axis = np.linspace(*asked.source.data.bounds, CELLS, dtype=np.float32)
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    nats, own = (-bounds.elbo(asked.vae, asked.tensor(x), asked.eps(DRAWS, len(x))) for x in (places, real[:count]))
    with torch.no_grad():
        back = asked.vae.generate(asked.vae.encode(asked.tensor(real[:least]))[0])
    verdict = critic(places).reshape(CELLS, CELLS).astype(np.float32)
    return {
        "real": real[:count],
        "fake": fake[:count],
        "verdict": verdict,
        "slope": critic.slope(fake[:least].astype(np.float64)).astype(np.float32),
        "worth": np.array(worth(critic, real[count:], fake[count:]), np.float32),
        "bound": _mean(own),
        "nats": nats.view(CELLS, CELLS).cpu().numpy(),
        "back": back.cpu().numpy(),
    }


def _pictures(number: int, asked: Asked) -> Answer:
    """A linear critic of the pixels; real pictures are those kept from training."""
    x = asked.some(10**6)
    half = len(x) // 2
    order = batches.generator(number, "signals").permutation(len(x))
    real, fake = x[order], drawn(asked.vae, len(x), number, asked.device).clip(0, 1)
    critic = fit(real[:half], fake[:half], 0.0, number)
    aside = np.concatenate([real[half : half + SORTED // 2], fake[half : half + SORTED // 2]])
    verdict = critic(aside)
    order = verdict.argsort(kind="stable")
    nats = -bounds.elbo(asked.vae, asked.tensor(real), asked.eps(DRAWS, len(real)))
    ranked = nats.argsort()[np.linspace(0, len(real) - 1, SORTED).astype(int)]
    return {
        "worth": np.array(worth(critic, real[half:], fake[half:]), np.float32),
        "bound": _mean(nats),
        "ordered": aside[order].reshape(-1, 8, 8),
        "is_real": (order < SORTED // 2).astype(np.float32),
        "known": pictures(asked.tensor(real)[ranked]),
        "known_nats": nats[ranked].cpu().numpy(),
    }


def _mean(nats: torch.Tensor) -> np.ndarray:
    return np.array([float(nats.mean()), float(nats.std()) / len(nats) ** 0.5], np.float32)
