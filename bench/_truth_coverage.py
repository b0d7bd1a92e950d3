"""Whether the 95 % intervals of the metrics cover perfect models as often as they say, at several sample sizes.

    python bench/truth.py coverage

Each figure is a share of 200 perfect models, ten for each of 20 floors. A floor of M draws covers Beta(.95 (M + 1),
0.05 (M + 1)), so the share of correct code has a standard error of .017 or less; the bounds are 2.5 of them away.
"""

import numpy as np
from _figures import figure

from playground.data.plane.distributions import get
from playground.metrics.scores import METRICS, score

SIZES = (20, 500, 2000)
FLOORS, MODELS = 20, 10
LOWEST, HIGHEST = 0.907, 0.993
COUNTS = ("modes_covered", "high_quality", "mode_kl", "grid_kl", "grid_js")
"""They take few values, and may be covered more often."""


def covered(name: str, n: int) -> float:
    """Share of the perfect models whose score lies within the interval."""
    data, inside = get("8gaussians"), []
    for seed in range(FLOORS):
        generator = np.random.default_rng([seed, 31])
        for _ in range(MODELS):
            x = data.sample(n, generator)
            found = score(name, data.log_prob(x) if METRICS[name].likelihood else x, data, seed)
            inside.append(found.low <= found.value <= found.high)
    return float(np.mean(inside))


def coverage() -> list[dict]:
    """A row, or two, for each metric and sample size."""
    found, data = [], get("8gaussians")
    for n in SIZES:
        for name, metric in METRICS.items():
            if metric.applies(data):
                share = covered(name, n)
                found.append(figure(f"{name}, n = {n}: at least", f">= {LOWEST}", share))
                if name not in COUNTS:
                    found.append(figure(f"{name}, n = {n}: at most", f"<= {HIGHEST}", share))
    return found
