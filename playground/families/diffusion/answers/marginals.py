"""Paths with and without noise."""

import numpy as np

from playground import metrics

from ..catalogue import CATALOGUE
from ..drawing import CELLS
from ..labs.marginals import KINDS
from ..processes import PROCESSES as MADE
from ..truth import densities
from .asked import Answer, Asked, within
from .ways import JUDGED, angle, drawn_way

HALTS = 31


def answer(dials: np.ndarray, asked: Asked) -> Answer:
    """The exact field of one process, from the same noise by the reverse SDE (0) and the probability flow (1): as in
    a race; and `density` (halts, c, c) of p_t, which both clouds follow."""
    name = KINDS[within(dials, 0, len(KINDS))]
    process = asked.process if name == asked.config.process else MADE[name]()
    steps, noise = max(within(dials, 1, 1001), 2), asked.noise(JUDGED, 3)
    halts = np.linspace(0, 1, HALTS)
    found = {"angle": angle(noise), "stops": halts}
    for i, sampler in enumerate(("euler_maruyama", "euler")):
        moments = asked.run(sampler, noise, steps, asked.exact, process)
        score = metrics.score("sliced_w2", moments[-1].x.cpu().numpy(), asked.data)
        found |= drawn_way(i, moments, process, halts, CATALOGUE[sampler].random)
        found[f"facts{i}"] = np.array([moments[-1].nfe, score.value, score.floor])
    times = tuple(float(process.snap(np.array(1 - u))) if u < 1 else 0.0 for u in halts)
    return {**found, "density": densities(asked.data, process, times, CELLS)}
