"""How long and how bent the paths from noise to data are."""

from collections.abc import Sequence

import numpy as np


def straightness(states: np.ndarray, times: Sequence[float]) -> float:
    """S = int E |(x_1 - x_0) - dx/dt|^2 dt along recorded paths: `states` (moments, n, d) at `times`.

    0 for straight paths at even speed, which one Euler step follows (Liu et al. 2023, definition 2.3). Steps of
    Euler's method give the integral its left Riemann sum, exactly as the velocity was used.
    """
    pace, length = _pace(states, times)
    whole = (states[-1] - states[0]) / (times[-1] - times[0])
    return float((length[:, None] * ((whole - pace) ** 2).sum(-1)).sum(0).mean())


def energy(states: np.ndarray, times: Sequence[float]) -> float:
    """int E |dx/dt|^2 dt along recorded paths; never below the squared Wasserstein distance of their ends."""
    pace, length = _pace(states, times)
    return float((length[:, None] * (pace**2).sum(-1)).sum(0).mean())


def normalised_energy(energy: float, w2: float) -> float:
    """|energy - W2^2| / W2^2, 0 for the shortest paths (Tong et al. 2024, section 5.1)."""
    return abs(energy - w2**2) / w2**2


def wasserstein2(x: np.ndarray, y: np.ndarray) -> float:
    """The 2-Wasserstein distance of two clouds (n, d), exactly, by POT; seconds from 5,000 points on."""
    import ot  # takes more than a second

    return float(np.sqrt(ot.emd2([], [], ot.dist(x, y), numItermax=1_000_000)))


def _pace(states: np.ndarray, times: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Velocity of each step (steps, n, d) and its duration (steps,)."""
    steps = np.diff(np.asarray(times))
    return np.diff(states, axis=0) / steps[:, None, None], np.abs(steps)
