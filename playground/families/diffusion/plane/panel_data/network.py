"""The network at one time."""

import numpy as np
import torch

from playground.core.panels import Arrays, Values
from playground.data.dataset import dataset_of

from ...drawing import display_scale
from ...processes import nearest_level
from ..densities import density_grids, grid_points
from .context import Context

POINT_COUNT, ARROW_SIZE, DENSITY_SIZE = 300, 15, 41


def compute(values: Values, context: Context) -> Arrays:
    """At one time: `noised` (n, 2), the data as predicted by the network (`guess`) and by the optimal denoiser
    (`best`), `score` (225, 2) times s, `density` (c, c) of p_t, `facts` (3,): t, a, s."""
    level = nearest_level(context.process, values["t"])
    x0 = context.shown[:POINT_COUNT]
    x = level.a * x0 + level.s * context.noise(len(x0), 2)
    points, scale = grid_points(context.data.bounds, ARROW_SIZE).to(context.device), display_scale(level)
    with torch.no_grad():
        guess, best = (field(x, level)[0] for field in context.with_labels())
        score, exact = (-field(points / scale, level)[1] for field in (context.unconditional, context.optimal))
    tensors = {"clean": x0, "noised": scale * x, "guess": guess, "best": best, "score": score, "exact": exact}
    return {
        **{name: tensor.cpu().numpy() for name, tensor in tensors.items()},
        "density": density_grids(dataset_of(context.config), context.process, (level.t,), DENSITY_SIZE)[0],
        "facts": np.array([level.t, level.a, level.s]),
    }
