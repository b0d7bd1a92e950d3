"""Errors at growing numbers of calls."""

import time
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.data.plane.distribution import Distribution

from ..catalogue import CATALOGUE
from ..processes import Level
from ..truth import optimum
from .asked import Answer, Asked, within
from .ways import JUDGED, bent, chosen, noisy

BUDGETS = (1, 2, 4, 8, 16, 32, 64)
"""Calls of the network at which errors are measured."""
FINE = 64
"""Steps of Heun's method that stand for the exact end of a path."""
FEW, TWICE = 10, 2
"""Runs with less calls are timed twice, and the shorter time counts: the first may have to wait for memory."""
FRESH = 20_000
"""Points of the data that say what perfect samples cost."""
CLEAN = Level(0.0, 1.0, 0.0, 0.0, 0.0)
"""Data without noise."""


def answer(dials: np.ndarray, asked: Asked) -> Answer:
    """Of sampler i `curve{i}` (budgets, 6): calls, milliseconds, sliced W2, nats, distance to the exact ends of the
    same field's paths (NaN where noise is drawn), bend of the paths (NaN likewise). `floors` (4,) of the last four:
    what 500 perfect samples score on average, NaN where that says nothing; `bend` () of the exact paths."""
    names, noise = chosen(dials, asked), asked.noise(JUDGED, 1)
    asked = asked.with_eta(dials[6])
    field = asked.exact if within(dials, 7, 2) else asked.field
    exact = asked.run("heun", noise, FINE, field)
    usual, spread = surprise(asked.data)
    found: Answer = {"bend": np.array(bent("heun", exact, asked))}
    for i, name in names.items():
        entry = CATALOGUE[name]
        rows, before = [], 0
        for budget in BUDGETS if entry.calls else ():
            took = np.inf
            for _ in range(TWICE if budget < FEW else 1):
                began = time.perf_counter()
                moments = asked.run(name, noise, entry.steps(budget), field)
                took = min(took, 1000 * (time.perf_counter() - began))
            last = moments[-1]
            if last.nfe > budget or last.nfe <= before:  # one step costs more, or the chain has no more steps
                continue
            before = last.nfe
            away = np.nan if noisy(name, asked) else float((last.x - exact[-1].x).square().sum(1).mean().sqrt())
            w2 = metrics.score("sliced_w2", last.x.cpu().numpy(), asked.data)
            rows.append(
                (last.nfe, took, w2.value, abs(nats(last.x, asked.data) - usual), away, bent(name, moments, asked))
            )
            found["floors"] = np.array([w2.floor, spread * (2 / np.pi / JUDGED) ** 0.5, np.nan, np.nan])
        found[f"curve{i}"] = np.array(rows).reshape(-1, 6)
    return found


def nats(x: Tensor, data: Distribution) -> float:
    """How surprising samples (n, 2) are for those who know the data: the mean of -log p. Data that are no mixture are
    taken a little blurred, since their density is 0 in places."""
    with torch.no_grad():
        return -float(optimum(data).log_prob(x.cpu(), CLEAN).mean())


@lru_cache(maxsize=32)
def surprise(data: Distribution) -> tuple[float, float]:
    """The same of the data themselves, which is their entropy; and its standard deviation over single points."""
    x = torch.from_numpy(data.sample(FRESH, np.random.default_rng(0)))
    each = -optimum(data).log_prob(x, CLEAN)
    return float(each.mean()), float(each.std())
