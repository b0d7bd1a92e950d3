"""How densities are drawn, the same in every picture of the family."""

import numpy as np

FAINT = 0.08
"""Density that is drawn half as strong as the strongest: faint tails can still be seen."""


def visible(density: np.ndarray) -> np.ndarray:
    """Density -> [0, 1], the same everywhere and at all times."""
    p = np.maximum(density, 0)
    return (p / (p + FAINT)).astype(np.float32)
