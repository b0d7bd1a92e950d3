"""A rectified flow before and after each reflow, from the same noise."""

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.core.panels import Arrays, Values
from playground.training.batches import generator

from ...couplings import paired
from ...predictions import velocity
from ...reflow import follow_flow
from ...samplers import Field, Moment
from ...straightness import flow_straightness, one_step
from ..counts import LIVE_COUNT, TRACK_COUNT
from ..densities import grid_points
from ..panels.rectified import ARROW_SIZE
from .context import Context
from .trajectories import keyframes, noise_angle, trajectory_arrays

POINT_COUNT, BATCH_SIZE = 300, 256
"""Points that are drawn, and points that are paired at once."""
EULER_STEPS = 40
"""Steps along which straightness is measured, whatever the dial says."""


def compute(values: Values, context: Context) -> Arrays:
    """`angle` (300,), `stops` (k,), `coming` (): the step at which the next round begins, or NaN; `distilled` ().
    Of each round i up to now `facts{i}`: straightness, sliced W2 of one step, its floor, sliced W2 of the path; and
    for a distilled flow, only its single step: `x{i}` (k, 300, 2), `tracks{i}` (60, k, 2); or `lines{i}` (60, 2, 2)
    from noise to data; or `one{i}` (300, 2); or `flow{i}` (k, 225, 2) on a grid, dx / d(1 - t), and `x{i}`."""
    show, steps = values["show"], round(values["steps"])
    noise, rounds = context.noise(LIVE_COUNT, 4), context.model.rounds
    distilled = len(rounds.fields) - 1 if rounds.distilled else None
    runs = [
        context.run_sampler("euler", noise, 1 if i == distilled else steps, field)
        for i, field in enumerate(rounds.fields)
    ]
    stops = keyframes([[m.t for m in run] for run in runs])
    arrays = {
        "angle": noise_angle(noise[:POINT_COUNT]),
        "stops": stops,
        "distilled": np.array(float(rounds.distilled)),
        "coming": np.array(np.nan if rounds.coming is None else rounds.coming),
    }
    for i, (field, run) in enumerate(zip(rounds.fields, runs, strict=True)):
        one = one_step(field, context.process, noise)
        step_score = metrics.score("sliced_w2", one, context.data)
        path_score = metrics.score("sliced_w2", run[-1].x.cpu().numpy(), context.data)
        bend = flow_straightness(field, context.process, noise, EULER_STEPS)
        arrays[f"facts{i}"] = np.array([bend, step_score.value, step_score.floor, path_score.value])
        if show == "pairs":
            arrays[f"lines{i}"] = _lines(i, noise, context)
        elif show == "one":
            arrays[f"one{i}"] = one[:POINT_COUNT]
        else:
            shown = [Moment(m.t, m.x[:POINT_COUNT], m.nfe) for m in run]
            arrays |= trajectory_arrays(i, shown, context.process, stops)
        if show == "velocity":
            arrays[f"flow{i}"] = _flow(field, np.zeros_like(stops) if i == distilled else stops, context)
    return arrays


def _lines(number: int, noise: Tensor, context: Context) -> np.ndarray:
    """From noise to data, the training pairs of round `number`: (60, 2, 2)."""
    if number:
        start = noise[:TRACK_COUNT]
        end = follow_flow(context.model.rounds.fields[number - 1], context.process, start)
        return torch.stack([start, end], 1).cpu().numpy()
    labels, stream = None, generator(context.config.seed, "panel data")
    if context.config.classes and context.data.classes:
        end, labels = context.data.labelled(BATCH_SIZE, stream)
    else:
        end = context.data.sample(BATCH_SIZE, stream)
    start = paired(context.config.coupling, end, noise[:BATCH_SIZE].cpu().numpy(), labels)
    return np.stack([start, end], 1)[:TRACK_COUNT]


def _flow(field: Field, stops: np.ndarray, context: Context) -> np.ndarray:
    """The velocity towards the data on a grid at each keyframe: (k, 225, 2)."""
    points = grid_points(context.data.bounds, ARROW_SIZE).to(context.device)
    low, high = context.process.span
    levels = context.process.levels([min(max(1 - u, low), high) for u in stops.tolist()])
    with torch.no_grad():
        return torch.stack([-velocity(*field(points, level), level) for level in levels]).cpu().numpy()
