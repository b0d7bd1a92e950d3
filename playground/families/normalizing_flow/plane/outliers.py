"""Outliers: samples outside the region where 99 % of the data lie, such as those on a bridge between two moons."""

from functools import lru_cache

import numpy as np
from scipy.stats import binom

from playground.core.score import Score
from playground.data.plane.densities import Isotropic
from playground.data.plane.distribution import Distribution

HDR_MASS = 0.99
"""Share of the data in the highest-density region (HDR); samples outside it are outliers."""
MIN_MARGIN = 0.1
"""Nats by which the threshold stays below the highest log density: where the density is constant on its support,
the HDR is the whole support."""
MAX_POINTS, MAX_COMPARISONS, MIN_POINTS = 100_000, 10_000_000, 10_000
"""Sample size for the threshold: fewer where the density of a point sums over many components, down to the minimum."""


@lru_cache(maxsize=32)
def hdr_threshold(data: Distribution) -> tuple[float, float]:
    """The log density below which a point is outside the HDR, and the share of the data there: 1 percent, or less."""
    components = len(data.components[0]) if isinstance(data, Isotropic) else 1
    count = max(MIN_POINTS, min(MAX_POINTS, MAX_COMPARISONS // components))
    log_p = data.log_prob(data.sample(count, np.random.default_rng(7)))
    threshold = float(min(np.quantile(log_p, 1 - HDR_MASS), log_p.max() - MIN_MARGIN))
    return threshold, float(np.mean(log_p < threshold))


def outside_hdr(samples: np.ndarray, data: Distribution) -> Score:
    """Share of `samples` (n, 2) outside the HDR; a perfect model scores the share of the data there, up to sampling
    error."""
    (threshold, share), count = hdr_threshold(data), len(samples)
    low, high = binom.interval(0.95, count, share) if share else (0, 0)
    outside = ~(data.log_prob(samples.astype(np.float64)) >= threshold)
    return Score(float(np.mean(outside)), share, low / count, high / count)
