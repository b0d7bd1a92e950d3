"""Which numbers of the vectors inside a network a frame holds. No torch."""

import numpy as np

VECTOR_SIZE = 24
"""Numbers of each vector that a frame holds: the first ones."""
MAX_VECTORS = 64
"""Tokens whose vectors a frame holds: of a longer sequence as many, evenly spaced, its ends among them."""


def kept_times(length: int) -> np.ndarray:
    """The positions, of `length`, whose vectors a frame holds."""
    return np.unique(np.linspace(0, length - 1, min(length, MAX_VECTORS)).astype(int))
