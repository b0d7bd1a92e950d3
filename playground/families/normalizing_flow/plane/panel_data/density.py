"""The model's density on a grid."""

import numpy as np

from ..panels.density import GRID_SIZES
from .context import Answer, Context, whole


def compute(dials: np.ndarray, context: Context) -> Answer:
    size = GRID_SIZES[whole(dials, 1, len(GRID_SIZES))]
    return {"log_p": context.log_prob(context.grid(size).reshape(-1, 2)).reshape(size, size)}
