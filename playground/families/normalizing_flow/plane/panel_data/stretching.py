"""The maps of one layer alone."""

import torch

from playground.core.panels import Arrays, Values

from .. import trajectory
from .context import Context

MAP_SIZE, GRID_LINES, POINTS = 61, 21, 300
"""Points along each axis of the map, lines of the grid, and points that reach the layer."""


def compute(values: Values, context: Context) -> Arrays:
    number = round(values.get("layer", 1)) - 1
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
