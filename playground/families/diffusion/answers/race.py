"""Samplers from the same noise."""

import time

import numpy as np
from torch import Tensor

from playground import metrics

from ..catalogue import CATALOGUE
from .asked import Answer, Asked, within
from .ways import JUDGED, angle, bent, chosen, drawn_way, halts, noisy

RACING, WORK = 1000, 2_000_000
"""Points of a race, and most calls times points: longer races have fewer points, but those that are judged."""


def answer(dials: np.ndarray, asked: Asked) -> Answer:
    """All from the same noise. Of sampler i: `x{i}` (halts, n, 2), `tracks{i}` (some, k, 2); `facts{i}`: calls, steps,
    sliced W2 of 500 points, its floor, milliseconds, straightness (NaN where it says nothing)."""
    names, count, exact = chosen(dials, asked), max(within(dials, 6, 1001), 1), within(dials, 9, 2)
    calls = within(dials, 7, 2) == 0
    steps = {i: CATALOGUE[name].steps(count) if calls else count for i, name in names.items()}
    cost = sum(steps[i] * max(CATALOGUE[name].calls, 1) for i, name in names.items())
    noise = asked.noise(RACING)[: min(max(WORK // cost, JUDGED), RACING)]
    asked = asked.with_eta(dials[8])
    field, runs, took = asked.exact if exact else asked.field, {}, {}
    for i, name in names.items():
        began = time.perf_counter()
        runs[i] = asked.run(name, noise, steps[i], field)
        took[i] = 1000 * (time.perf_counter() - began)
    stops = halts([[m.t for m in moments] for moments in runs.values()])
    found = {"angle": angle(noise), "stops": stops}
    for i, moments in runs.items():
        known = metrics.score("sliced_w2", judged(moments[-1].x), asked.data)
        found |= drawn_way(i, moments, asked.process, stops, noisy(names[i], asked))
        found[f"facts{i}"] = np.array(
            [moments[-1].nfe, len(moments) - 1, known.value, known.floor, took[i], bent(names[i], moments, asked)]
        )
    return found


def judged(x: Tensor) -> np.ndarray:
    """So many as the live score has, whose floor is known by then."""
    return x[:JUDGED].cpu().numpy()
