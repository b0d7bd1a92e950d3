"""What a frame of a model of bits holds: moments of a vector's generation, nats, and the step of the best weights."""

import numpy as np

MAX_INTERVALS = 96
MAX_NATS = 6e4
"""The most that is written, in half precision; weights that were not validated yet have so many."""
STEP_UNIT = 50
"""Steps for which one unit of the best step stands."""


def keyframes(dim: int) -> np.ndarray:
    """After how many bits a keyframe is taken, 0 and `dim` among them."""
    return np.unique(np.linspace(0, dim, min(dim, MAX_INTERVALS) + 1).astype(int))
