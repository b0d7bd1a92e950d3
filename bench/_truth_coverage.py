"""Whether the 95 % intervals of the metrics cover perfect models as often as they say, at several sample sizes.

    python bench/truth.py coverage

Each figure is the mean over 20 floors of the share of the same perfect models that lie in its interval. A floor of M
draws covers Beta(.95 (M + 1), .05 (M + 1)) of them: a standard error of .0076 for M = 39, .0034 for M = 199. The models
add .0069 if they are 1,000, .0034 if 4,000. Asked is .93 to .97, four standard errors away from .95; of metrics with
few draws 2.5, so that chance misses fewer than one in a hundred. Likelihoods have one floor, whose law is known.
"""

from unittest.mock import patch

import numpy as np
from _figures import figure

from playground.data.plane.distributions import get
from playground.metrics import frechet, scores
from playground.metrics.scores import METRICS, floor

SIZES = (20, 500, 2000)
FLOORS = 20
MODELS = {True: 1000, False: 4000}
BOUNDS = {True: (0.924, 0.976), False: (0.93, 0.97)}
"""Of metrics with floors of 39 draws, and of the others (199, or none)."""
COUNTS = ("modes_covered", "high_quality", "mode_kl", "grid_kl", "grid_js")
"""They take few values, and may be covered more often."""


def covered(name: str, n: int) -> float:
    """Share of the perfect models whose score lies within the interval."""
    data, metric, generator = get("8gaussians"), METRICS[name], np.random.default_rng(31)
    floors = [floor(name, data, n, seed) for seed in range(1 if metric.likelihood else FLOORS)]
    values = []
    for _ in range(MODELS[metric.quadratic]):
        x = data.sample(n, generator).astype(np.float64)
        values.append(metric.value(data.log_prob(x) if metric.likelihood else x, data))
    return float(np.mean([(np.array(values) >= low) & (np.array(values) <= high) for _, low, high in floors]))


def coverage() -> list[dict]:
    """A row, or two, for each metric and sample size; and for the two metrics of digits."""
    found, data = [], get("8gaussians")
    for n in SIZES:
        for name, metric in METRICS.items():
            if metric.applies(data):
                found += _rows(f"{name}, n = {n}", covered(name, n), metric.quadratic, name not in COUNTS)
    for name, n in (("frechet", frechet.PICTURE_COUNT), ("nearest_ratio", 500)):
        found += _rows(f"{name} of pictures, n = {n}", covered_pictures(name, n), True, True)
    return found


def _rows(name: str, share: float, few: bool, at_most: bool) -> list[dict]:
    low, high = BOUNDS[few]
    rows = [figure(f"{name}: covered at least", f">= {low}", share)]
    return [*rows, figure(f"{name}: covered at most", f"<= {high}", share)] if at_most else rows


class Pictures:
    """A population of vectors, of which some are trained on and some are unseen, as of digits: of the digits themselves
    there are no fresh ones."""

    dim, only = 6, None

    def __init__(self, seed: int):
        self._generator = np.random.default_rng(seed)
        self._unseen, self._train = self.fresh(597), self.fresh(1200)

    def fresh(self, n: int) -> np.ndarray:
        return self._generator.standard_t(6, (n, self.dim)) @ np.diag([3, 2, 1, 1, 0.5, 0.5])

    def unseen(self) -> np.ndarray:
        return self._unseen

    def vectors(self, part: str) -> np.ndarray:
        return self._train


def covered_pictures(name: str, n: int, populations: int = 100, models: int = 10) -> float:
    """The same over populations with a floor of 39 draws each; the features are the vectors themselves."""
    inside = []
    with patch.object(frechet, "features", lambda x: x), patch.object(scores, "MAX_QUADRATIC_SAMPLES", 100):
        for seed in range(populations):
            pictures = Pictures(seed)
            _, low, high = floor(name, pictures, n, seed)
            inside += [low <= METRICS[name].value(pictures.fresh(n), pictures) <= high for _ in range(models)]
    return float(np.mean(inside))
