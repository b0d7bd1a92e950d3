"""Points to bring along."""

import numpy as np

from playground.data.plane.distributions import get


def moons(n: int, seed: int = 0) -> np.ndarray:
    return get("moons").sample(n, np.random.default_rng(seed)).astype(np.float64)
