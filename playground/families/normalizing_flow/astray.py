"""Samples astray: those that lie where the data practically never are, such as on a bridge between two moons."""

from functools import lru_cache

import numpy as np
from scipy.stats import binom

from playground.core.score import Score
from playground.data.plane.densities import Isotropic
from playground.data.plane.distribution import Distribution

MASS = 0.99
"""Share of the data in the densest region: what lies outside of it is astray."""
EVEN = 0.1
"""Nats below the highest log density from where on, at the latest, a place is outside: of densities that are the
same wherever they are not 0, all is inside."""
SEEN, EFFORT, LEAST = 100_000, 10_000_000, 10_000
"""How many points decide that: fewer where each is compared with many others, down to the least."""


@lru_cache(maxsize=32)
def edge(data: Distribution) -> tuple[float, float]:
    """The log density below which a place is outside, and the share of the data there: 1 percent, or less."""
    parts = len(data.components[0]) if isinstance(data, Isotropic) else 1
    count = max(LEAST, min(SEEN, EFFORT // parts))
    seen = data.log_prob(data.sample(count, np.random.default_rng(7)))
    level = float(min(np.quantile(seen, 1 - MASS), seen.max() - EVEN))
    return level, float(np.mean(seen < level))


def astray(samples: np.ndarray, data: Distribution) -> Score:
    """Share of `samples` (n, 2) that are astray; a perfect model's is that of the data, up to chance."""
    (level, share), count = edge(data), len(samples)
    low, high = binom.interval(0.95, count, share) if share else (0, 0)
    return Score(
        float(np.mean(~(data.log_prob(samples.astype(np.float64)) >= level))), share, low / count, high / count
    )
