"""Where the trajectory of a vector in the making halts."""

import numpy as np

MOST = 96
EVERY = 50
"""Steps after which weights are judged, and kept if they are the best so far."""
NEVER = 6e4
"""Nats of weights that were not judged yet; half precision, in which frames travel, still holds it."""


def halts(dim: int) -> np.ndarray:
    """After how many bits a trajectory halts, 0 and `dim` among them."""
    return np.unique(np.linspace(0, dim, min(dim, MOST) + 1).astype(int))
