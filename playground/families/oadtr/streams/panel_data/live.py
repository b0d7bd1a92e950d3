"""What a frame of a live stream costs each model, and how far its answers are from those of the whole recording."""

import time

import numpy as np

from playground.core.panels import Arrays, Values

from ...streaming import Streamer, predict
from .context import Context

FRAMES, WARM = 60, 5
"""Frames that are pushed, and those before the clock runs."""


def compute(values: Values, context: Context) -> Arrays:
    """`ms` (models,), the median time of a frame; `difference` (models,), the largest of a probability."""
    frames = context.stream.features[:FRAMES]
    ms, difference = [], []
    for name in context.config.contestants:
        streamer, said, took = Streamer(context.models[name]), [], []
        for frame in frames:
            began = time.perf_counter()
            said.append(streamer.push(frame)[0].cpu().numpy())
            took.append(1000 * (time.perf_counter() - began))
        whole = predict(context.models[name], context.stream).current[: len(frames)].cpu().numpy()
        ms.append(np.median(took[WARM:]))
        difference.append(np.abs(np.stack(said) - whole).max())
    return {"ms": np.array(ms), "difference": np.array(difference)}
