"""Samplers from the same noise."""

import time

import numpy as np

from ... import metrics
from ..catalogue import CATALOGUE
from ..labs.lanes import NOBODY
from .asked import Answer, Asked, within
from .ways import DRAWN, HALTS, RACING, bent, chosen, drawn_way


def answer(dials: np.ndarray, asked: Asked) -> Answer:
    """All from the same noise. Of sampler i: `x{i}` (halts, n, 2), `tracks{i}` (60, k, 2); `facts{i}`: calls, steps,
    sliced W2, its floor, milliseconds, straightness (NaN where it says nothing)."""
    names, nfe = chosen(dials, asked), within(dials, 4, 1001)
    field, noise = (asked.exact if dials[5] else asked.field), asked.noise(RACING)
    halts = np.linspace(0, 1, HALTS)
    found = {"angle": np.abs(np.arctan2(*noise[:DRAWN].cpu().numpy().T)) / np.pi, "stops": halts}
    for i, name in enumerate(names):
        if name == NOBODY:
            continue
        began = time.perf_counter()
        moments = asked.run(name, noise, CATALOGUE[name].steps(max(nfe, 1)), field)
        took = 1000 * (time.perf_counter() - began)
        x = moments[-1].x.cpu().numpy()
        known = metrics.score("sliced_w2", x, asked.data)
        found |= drawn_way(i, moments, asked.process, halts)
        found[f"facts{i}"] = np.array([moments[-1].nfe, len(moments) - 1, known.value, known.floor, took,
                                       bent(name, moments, asked)])
    return found
