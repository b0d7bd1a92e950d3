"""The moments of a vector's generation that a frame holds."""

import numpy as np

MAX_INTERVALS = 96


def keyframes(dim: int) -> np.ndarray:
    """After how many bits a keyframe is taken, 0 and `dim` among them."""
    return np.unique(np.linspace(0, dim, min(dim, MAX_INTERVALS) + 1).astype(int))
