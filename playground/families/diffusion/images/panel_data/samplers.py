"""Samplers compared from the same noise."""

import time

import numpy as np

from playground.core.panels import Arrays, Values

from ...drawing import display_scale
from ...processes import Linear
from ...sampler_runs import interpolate
from ...sampler_slots import chosen_samplers
from ..panels.samplers import ALL_DIGITS, SLOT_COUNT
from ..panels.slots import COLUMNS, STRAIGHT_PATHS
from ..pixels import images, rounded_pixels
from .context import Context, accuracy, nearest_ratio, read_right

IMAGE_COUNT, KEYFRAME_COUNT = 50, 9
"""Images of each sampler, and keyframes of their trajectory."""


def compute(values: Values, context: Context) -> Arrays:
    """All from the same noise. Of sampler i: `x{i}` (keyframes, 50, 8, 8); `facts{i}`: calls, steps, milliseconds,
    share that the classifier reads as the chosen digit (NaN without one), distance to the nearest training images over
    that of unseen real images. `read` (): share of unseen real images that the classifier reads right."""
    field, labels, passes, noise = context.field, None, 1, context.noise(IMAGE_COUNT, "shown noise")
    if context.config.classes:
        digit, guidance = values["digit"], values["guidance"]
        labels = np.arange(IMAGE_COUNT) % COLUMNS if digit == ALL_DIGITS else np.full(IMAGE_COUNT, int(digit))
        field, labels = context.with_labels(labels, guidance), labels if guidance > 0 else None
        passes = 1 if guidance in (0, 1) else 2
    if values["memorised"]:
        field, labels, passes = context.memorised, None, 1
    stops = np.linspace(0, 1, KEYFRAME_COUNT)
    arrays: Arrays = {"stops": stops, "read": np.array(read_right())}
    for i, name in chosen_samplers(values, SLOT_COUNT).items():
        began = time.perf_counter()
        moments = context.run_sampler(name, field, noise, max(round(values["calls"]) // passes, 1))
        took = 1000 * (time.perf_counter() - began)
        process = Linear() if name in STRAIGHT_PATHS else context.process
        scales = [display_scale(level) for level in process.levels([m.t for m in moments])]
        states = np.stack([scale * m.x.cpu().numpy() for m, scale in zip(moments, scales, strict=True)])
        arrays[f"x{i}"] = images(interpolate(states, np.array([1 - m.t for m in moments]), stops))
        last = rounded_pixels(moments[-1].x).cpu().numpy()
        facts = [moments[-1].nfe * passes, len(moments) - 1, took, accuracy(last, labels), nearest_ratio(last)]
        arrays[f"facts{i}"] = np.array(facts)
    return arrays
