"""Where the journey of a vector in the making halts."""

import numpy as np

MOST = 96
NEVER = 1e6
"""Nats of weights that were not judged yet."""


def halts(dim: int) -> np.ndarray:
    """After how many bits a journey halts, 0 and `dim` among them."""
    return np.unique(np.linspace(0, dim, min(dim, MOST) + 1).astype(int))
