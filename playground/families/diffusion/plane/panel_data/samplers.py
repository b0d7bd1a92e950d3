"""Samplers compared from the same noise."""

import time

import numpy as np
from torch import Tensor

from playground import metrics
from playground.core.panels import Arrays, Values

from ...catalogue import CATALOGUE, is_random
from ...sampler_slots import chosen_samplers
from ..counts import LIVE_COUNT
from .context import Context
from .trajectories import keyframes, noise_angle, path_straightness, trajectory_arrays

POINT_COUNT, MAX_WORK = 1000, 2_000_000
"""Points of the clouds, and most calls times points: long runs have fewer points, but at least those that are
scored."""


def compute(values: Values, context: Context) -> Arrays:
    """All from the same noise. Of sampler i: `x{i}` (keyframes, n, 2), `tracks{i}` (some, k, 2); `facts{i}`: calls,
    steps, sliced W2 of 500 points, its floor, milliseconds, straightness (or NaN)."""
    names, count, equal_calls = chosen_samplers(values), round(values["count"]), values["equal"] == "calls"
    steps = {i: CATALOGUE[name].steps(count) if equal_calls else count for i, name in names.items()}
    cost = sum(steps[i] * max(CATALOGUE[name].calls, 1) for i, name in names.items())
    noise = context.noise(POINT_COUNT)[: min(max(MAX_WORK // cost, LIVE_COUNT), POINT_COUNT)]
    context = context.with_eta(values.get("eta", 0.0))
    field, runs, took = context.optimal if values["optimal"] else context.field, {}, {}
    for i, name in names.items():
        began = time.perf_counter()
        runs[i] = context.run_sampler(name, noise, steps[i], field)
        took[i] = 1000 * (time.perf_counter() - began)
    stops = keyframes([[m.t for m in moments] for moments in runs.values()])
    arrays = {"angle": noise_angle(noise), "stops": stops}
    for i, moments in runs.items():
        score = metrics.score("sliced_w2", scored_points(moments[-1].x), context.data)
        arrays |= trajectory_arrays(i, moments, context.process, stops, is_random(names[i], context.config.eta))
        bend = path_straightness(names[i], moments, context)
        arrays[f"facts{i}"] = np.array([moments[-1].nfe, len(moments) - 1, score.value, score.floor, took[i], bend])
    return arrays


def scored_points(x: Tensor) -> np.ndarray:
    """As many as the live score has, whose floor is cached."""
    return x[:LIVE_COUNT].cpu().numpy()
