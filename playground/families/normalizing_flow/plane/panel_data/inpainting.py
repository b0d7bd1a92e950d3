"""Samples of one coordinate given the other."""

import numpy as np

from playground.core.panels import Arrays, Values
from playground.training import batches

from ..panels.inpainting import conditional, line_points
from .context import Context

MAP_SIZE, LINE_POINTS = 61, 401
"""Points along each axis of the drawn density, and along the line."""


def compute(values: Values, context: Context) -> Arrays:
    """Inverse transform sampling: the inverse of the cumulative density along the line, at fixed uniform numbers."""
    low, high = context.data.bounds
    at = np.linspace(low, high, LINE_POINTS, dtype=np.float32)
    log_p = context.log_prob(line_points(at, values["value"], values["known"] == "x1"))
    p, _ = conditional(log_p.astype(np.float64), at.astype(np.float64))
    cumulative = np.concatenate([[0.0], np.cumsum((p[1:] + p[:-1]) / 2)])
    count: int = round(values["count"])
    uniform = batches.generator(context.config.seed, "inpainting").random(count)
    drawn = np.interp(uniform, cumulative / max(cumulative[-1], 1e-300), at)
    density = np.exp(context.log_prob(context.grid(MAP_SIZE).reshape(-1, 2))).reshape(MAP_SIZE, MAP_SIZE)
    return {"at": at, "log_p": log_p, "drawn": drawn.astype(np.float32), "map": density}
