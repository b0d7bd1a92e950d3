"""Errors at growing numbers of calls."""

import time
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.core.panels import Arrays, Values
from playground.data.plane.distribution import Distribution

from ...catalogue import CATALOGUE, is_random
from ...levels import Level
from ...optimal_denoiser import optimal_denoiser
from ...sampler_slots import chosen_samplers
from ..counts import LIVE_COUNT
from .context import Context
from .trajectories import path_straightness

BUDGETS = (1, 2, 4, 8, 16, 32, 64)
"""Network calls at which errors are measured."""
REFERENCE_STEPS = 64
"""Steps of Heun's method for the exact end of a path."""
SHORT_RUN, REPEATS = 10, 2
"""Runs with fewer calls are timed twice, and the shorter time counts: the first may wait for memory."""
ENTROPY_POINTS = 20_000
"""Points of the data for the score of perfect samples."""
NO_NOISE = Level(0.0, 1.0, 0.0, 0.0, 0.0)


def compute(values: Values, context: Context) -> Arrays:
    """Of sampler i `curve{i}` (budgets, 6): calls, milliseconds, sliced W2, nats, distance to the exact ends of the
    paths of the same field (NaN for random samplers), straightness (likewise). `floors` (4,) of the last four: the
    average score of 500 perfect samples, or NaN; `bend` (): the straightness of the exact paths."""
    names, noise = chosen_samplers(values), context.noise(LIVE_COUNT, 1)
    context = context.with_eta(values.get("eta", 0.0))
    field = context.optimal if values["optimal"] else context.field
    exact = context.run_sampler("heun", noise, REFERENCE_STEPS, field)
    entropy, spread = entropy_estimate(context.data)
    arrays: Arrays = {"bend": np.array(path_straightness("heun", exact, context))}
    for i, name in names.items():
        entry = CATALOGUE[name]
        rows, before = [], 0
        for budget in BUDGETS if entry.calls else ():
            took = np.inf
            for _ in range(REPEATS if budget < SHORT_RUN else 1):
                began = time.perf_counter()
                moments = context.run_sampler(name, noise, entry.steps(budget), field)
                took = min(took, 1000 * (time.perf_counter() - began))
            last = moments[-1]
            if last.nfe > budget or last.nfe <= before:  # one step costs more, or the chain has no more steps
                continue
            before = last.nfe
            away = float((last.x - exact[-1].x).square().sum(1).mean().sqrt())
            w2 = metrics.score("sliced_w2", last.x.cpu().numpy(), context.data)
            nats = abs(cross_entropy(last.x, context.data) - entropy)
            away = np.nan if is_random(name, context.config.eta) else away
            rows.append((last.nfe, took, w2.value, nats, away, path_straightness(name, moments, context)))
            arrays["floors"] = np.array([w2.floor, spread * (2 / np.pi / LIVE_COUNT) ** 0.5, np.nan, np.nan])
        arrays[f"curve{i}"] = np.array(rows).reshape(-1, 6)
    return arrays


def cross_entropy(x: Tensor, data: Distribution) -> float:
    """The mean of -log p of the data at samples (n, 2). For data without a closed form p is slightly blurred, since it
    is 0 in places."""
    with torch.no_grad():
        return -float(optimal_denoiser(data).log_prob(x.cpu(), NO_NOISE).mean())


@lru_cache(maxsize=32)
def entropy_estimate(data: Distribution) -> tuple[float, float]:
    """The same of the data themselves, which is their entropy; and its standard deviation over single points."""
    x = torch.from_numpy(data.sample(ENTROPY_POINTS, np.random.default_rng(0)))
    each = -optimal_denoiser(data).log_prob(x, NO_NOISE)
    return float(each.mean()), float(each.std())
