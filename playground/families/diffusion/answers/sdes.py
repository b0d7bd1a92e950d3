"""Three SDEs, forwards and backwards."""

from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.training import batches

from ..catalogue import CATALOGUE
from ..drawing import CELLS
from ..labs.sdes import FORWARDS, SDES, WAYS
from ..processes import PROCESSES, Process, transition
from ..samplers import Moment
from ..truth import densities
from .asked import Answer, Asked, within
from .ways import JUDGED, angle, drawn_way

HALTS = 41


def answer(dials: np.ndarray, asked: Asked) -> Answer:
    """For each of `SDES`, as in a race: its way forwards from data, or from where that ended backwards with the best
    field; with the same random numbers for all. `density{i}` (halts, c, c) of p_t on this way; `facts{i}`: steps,
    sliced W2 at the end of a way back and of perfect samples (NaN forwards)."""
    way, steps = list(WAYS)[within(dials, 0, len(WAYS))], max(within(dials, 1, 1001), 2)
    stops = np.linspace(0, 1, HALTS)
    data = torch.from_numpy(asked.data.sample(JUDGED, batches.generator(asked.config.seed, "panel data")))
    data = data.to(asked.device)
    found = {"angle": angle(data), "stops": stops}
    for i, name in enumerate(SDES):
        process = PROCESSES[name]()
        moments, score = forwards(process, data, steps, asked.config.seed), (np.nan, np.nan)
        if way != FORWARDS:
            moments = asked.run(way, moments[-1].x / process.prior_std, steps, asked.exact, process)
            score = metrics.score("sliced_w2", moments[-1].x.cpu().numpy(), asked.data)[:2]
        there = way == FORWARDS
        rough = there or CATALOGUE[way].random
        drawn = drawn_way(i, moments[::-1] if there else moments, process, stops, rough)  # from noise to data
        if there:
            drawn[f"x{i}"] = drawn[f"x{i}"][::-1]
        times = tuple(stops if there else 1 - stops)
        found |= {
            **drawn,
            f"density{i}": densities(asked.data, process, times, CELLS),
            f"facts{i}": np.array([steps, *score]),
        }
    return found


def forwards(process: Process, x: Tensor, steps: int, seed: int) -> list[Moment]:
    """The SDE's own way from data (n, 2) to noise: exactly its law at these times, since its steps are Gaussian."""
    generator = torch.Generator(x.device).manual_seed(seed)
    moments = [Moment(0.0, x, 0)]
    for then, now in pairwise(process.levels(process.times(steps)[::-1])):
        r, variance = transition(now, then)
        x = r * x + variance**0.5 * torch.randn(x.shape, generator=generator, device=x.device)
        moments.append(Moment(now.t, x, 0))
    return moments
