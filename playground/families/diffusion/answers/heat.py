"""The heat equation, and a velocity that does the same."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from playground.data.plane.distribution import Distribution
from playground.training import batches

from ..carry import carry
from ..exact import Mixture
from ..processes import Level
from ..truth import optimum
from .asked import Answer, Asked

HALTS, CELLS = 13, 33
FEW = 64
"""Mixtures of so few components are cheap: then each way between two halts takes two steps, not one."""
SEEN, LATTICE = 400, 15


def answer(dials: np.ndarray, asked: Asked) -> Answer:
    """See `heated`; the model is not asked, only its data."""
    return heated(asked.data, float(np.clip(dials[0], 0.1, 10.0)), asked.config.seed)


@lru_cache(maxsize=8)
def heated(data: Distribution, most: float, seed: int) -> Answer:
    """Data blurred by noise of size s, at `stops` (m,) of s up to `most`: `blurred` (m, c, c) by the heat kernel,
    `moved` (m, c, c) the density of the data carried along the velocity; `jitter`, `glide` (m, n, 2) the same points by
    random steps and by the velocity; `flow` (m, 225, 2) dx/ds on a lattice; `apart` (m,) half the integral of
    |moved - blurred|."""
    stops = most * np.linspace(0, 1, HALTS) ** 2  # what is sharp needs small steps
    best, (low, high) = optimum(data), data.bounds
    axis, cell = np.linspace(low, high, CELLS, retstep=True)
    places, lattice = _grid(axis), _grid(np.linspace(low, high, LATTICE))
    stream = batches.generator(seed, "panel data")
    levels = [blur(s) for s in stops.tolist()]
    blurred = torch.exp(torch.stack([best.log_prob(places, level) for level in levels]))
    moved = torch.exp(moved_log_prob(best, places, stops.tolist()))
    glide = [torch.from_numpy(data.sample(SEEN, stream))]
    jitter = glide[:]
    for then, now in pairwise(stops.tolist()):
        glide.append(carry(best.flow, *between(then, now, best), glide[-1])[0])
        fresh = torch.from_numpy(stream.standard_normal((SEEN, 2), np.float32))
        jitter.append(jitter[-1] + (now**2 - then**2) ** 0.5 * fresh)
    arrays = {
        "glide": torch.stack(glide),
        "jitter": torch.stack(jitter),
        "blurred": blurred.view(-1, CELLS, CELLS),
        "flow": torch.stack([best.flow(lattice, level)[0] for level in levels]),
        "moved": moved.view(-1, CELLS, CELLS),
        "apart": (moved - blurred).abs().sum(1) * cell**2 / 2,
    }
    return {"stops": stops, **{name: tensor.numpy() for name, tensor in arrays.items()}}


def blur(s: float) -> Level:
    """Data plus noise of size s. Time is s itself: then the velocity -1/2 g^2 grad log p is -s grad log p."""
    return Level(s, 1.0, s, 0.0, 1.0)


def between(first: float, last: float, best: Mixture) -> tuple[list[Level], list[Level]]:
    """The levels of small steps from one size of the noise to another, and their middles."""
    at = np.linspace(first, last, 3 if len(best.means) <= FEW else 2)
    return [blur(s) for s in at.tolist()], [blur(s) for s in ((at[1:] + at[:-1]) / 2).tolist()]


def moved_log_prob(best: Mixture, places: Tensor, stops: list[float]) -> Tensor:
    """Log density at `places` (n, 2) of the data carried along the velocity, at rising `stops` from 0 on: (m, n).

    Each place is followed back to the data, all stops at once: log p is that of the data there, plus log det of the
    Jacobian of the way back.
    """
    x, gained, none = places, places.new_zeros(len(places)), places.new_zeros(len(places))
    for now, then in pairwise(stops[::-1]):
        x, more = carry(best.flow, *between(now, then, best), x)
        x, gained = torch.cat([x, places]), torch.cat([gained + more, none])  # those that start at this stop
    return (best.log_prob(x, blur(0.0)) + gained).view(len(stops), -1).flip(0)


def _grid(axis: np.ndarray) -> Tensor:
    one = torch.from_numpy(axis.astype(np.float32))
    return torch.stack(torch.meshgrid(one, one, indexing="xy"), -1).reshape(-1, 2)
