"""The maps of one layer alone."""

import numpy as np
import torch

from ...plan import plan
from .. import trajectory
from .context import Answer, Context, whole

MAP_SIZE, GRID_LINES, POINTS = 61, 21, 300
"""Points along each axis of the map, lines of the grid, and points that reach the layer."""


def compute(dials: np.ndarray, context: Context) -> Answer:
    last = plan(context.config)[-1][1]
    number = min(max(whole(dials, 0, 1000) - 1, 0), last) if len(dials) else 0
    before, layer = trajectory.stages(
        context.flow,
        (trajectory.layers_before(context.config, number), trajectory.single_layer(context.config, number)),
    )
    grid = context.grid(GRID_LINES)
    with torch.no_grad():
        _, log_det = trajectory.forward(layer, context.tensor(context.grid(MAP_SIZE).reshape(-1, 2)))
        after, _ = trajectory.forward(layer, context.tensor(grid.reshape(-1, 2)))
        points, _ = trajectory.forward(before, context.tensor(context.noise(POINTS, context.config.seed)))
    return {
        "log_det": log_det.cpu().numpy().reshape(MAP_SIZE, MAP_SIZE),
        "before": grid,
        "after": after.cpu().numpy().reshape(GRID_LINES, GRID_LINES, 2),
        "points": points.cpu().numpy(),
    }
