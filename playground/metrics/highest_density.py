"""Highest density regions: where a density is higher than elsewhere, told by how much of its mass lies there."""

import numpy as np

LEVELS = (0.05, 0.25, 0.5, 0.75)
"""Of `share_below`: the lines there enclose 95, 75, 50 and 25 percent of the mass."""


def share_below(density: np.ndarray) -> np.ndarray:
    """Share of the mass that lies where the density is lower, for every cell of grids (..., rows, columns) of equal
    cells; the same shape, float32. The cells with more than 0.05 are the smallest region with 95 percent of the mass
    (Hyndman 1996, Computing and Graphing Highest Density Regions)."""
    rows = density.reshape(-1, density.shape[-2] * density.shape[-1]).astype(np.float64)  # (grids, cells)
    rising = np.argsort(rows, 1, kind="stable")
    mass = np.cumsum(np.take_along_axis(rows, rising, 1), 1)
    share = np.empty_like(rows)
    np.put_along_axis(share, rising, mass / np.maximum(mass[:, -1:], 1e-300), 1)
    return share.reshape(density.shape).astype(np.float32)
