"""Three SDEs, forwards and backwards."""

from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.core.panels import Arrays, Values
from playground.training import batches

from ...catalogue import CATALOGUE
from ...levels import transition
from ...noise import normal_like
from ...processes import PROCESSES, Process
from ...samplers import Moment
from ..counts import LIVE_COUNT
from ..densities import density_grids
from ..panels.sdes import FORWARDS, SDES
from .context import Context
from .trajectories import noise_angle, trajectory_arrays

KEYFRAME_COUNT, DENSITY_SIZE = 41, 41


def compute(values: Values, context: Context) -> Arrays:
    """For each of `SDES`, as in the panel `samplers`: its path forwards from data, or backwards from the end of that
    path with the optimal denoiser; with the same random numbers for all. `density{i}` (keyframes, c, c) of p_t along
    it; `facts{i}`: steps, sliced W2 at the end of a path backwards and of perfect samples (NaN forwards)."""
    direction, steps = values["direction"], round(values["steps"])
    forwards = direction == FORWARDS
    stops = np.linspace(0, 1, KEYFRAME_COUNT)
    data = torch.from_numpy(context.data.sample(LIVE_COUNT, batches.generator(context.config.seed, "panel data")))
    data = data.to(context.device)
    arrays = {"angle": noise_angle(data), "stops": stops}
    for i, name in enumerate(SDES):
        process = PROCESSES[name]()
        moments, score = noising_moments(process, data, steps, context.config.seed), (np.nan, np.nan)
        if not forwards:
            start = moments[-1].x / process.prior_std
            moments = context.run_sampler(direction, start, steps, context.optimal, process)
            score = metrics.score("sliced_w2", moments[-1].x.cpu().numpy(), context.data)[:2]
        random = forwards or CATALOGUE[direction].random
        drawn = trajectory_arrays(i, moments[::-1] if forwards else moments, process, stops, random)
        if forwards:
            drawn[f"x{i}"] = drawn[f"x{i}"][::-1]  # from data to noise
        times = tuple(stops if forwards else 1 - stops)
        arrays |= {
            **drawn,
            f"density{i}": density_grids(context.data, process, times, DENSITY_SIZE),
            f"facts{i}": np.array([steps, *score]),
        }
    return arrays


def noising_moments(process: Process, x: Tensor, steps: int, seed: int) -> list[Moment]:
    """The SDE from data (n, 2) to noise: exact at these times, since its steps are Gaussian."""
    generator = torch.Generator().manual_seed(seed)
    moments = [Moment(0.0, x, 0)]
    for then, now in pairwise(process.levels(process.times(steps)[::-1])):
        r, variance = transition(now, then)
        x = r * x + variance**0.5 * normal_like(x, generator)
        moments.append(Moment(now.t, x, 0))
    return moments
