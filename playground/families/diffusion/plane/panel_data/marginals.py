"""The reverse SDE and the probability flow, from the same noise."""

import numpy as np

from playground import metrics
from playground.core.panels import Arrays, Values

from ...catalogue import CATALOGUE
from ...processes import PROCESSES
from ..counts import LIVE_COUNT
from ..densities import density_grids
from .context import Context
from .trajectories import noise_angle, trajectory_arrays

KEYFRAME_COUNT, DENSITY_SIZE = 31, 41


def compute(values: Values, context: Context) -> Arrays:
    """The optimal denoiser of one process, from the same noise by the reverse SDE (0) and the probability flow (1), as
    in the panel `samplers`; and `density` (keyframes, c, c) of p_t, which both clouds follow."""
    name = values["process"]
    process = context.process if name == context.config.process else PROCESSES[name]()
    steps, noise = round(values["steps"]), context.noise(LIVE_COUNT, 3)
    stops = np.linspace(0, 1, KEYFRAME_COUNT)
    arrays = {"angle": noise_angle(noise), "stops": stops}
    for i, sampler in enumerate(("euler_maruyama", "euler")):
        moments = context.run_sampler(sampler, noise, steps, context.optimal, process)
        score = metrics.score("sliced_w2", moments[-1].x.cpu().numpy(), context.data)
        arrays |= trajectory_arrays(i, moments, process, stops, CATALOGUE[sampler].random)
        arrays[f"facts{i}"] = np.array([moments[-1].nfe, score.value, score.floor])
    times = tuple(float(process.nearest_times(np.array(1 - u))) if u < 1 else 0.0 for u in stops)
    return {**arrays, "density": density_grids(context.data, process, times, DENSITY_SIZE)}
