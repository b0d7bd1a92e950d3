"""Intervals for scores: Wilson's for a share, and a bootstrap that draws whole questions."""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np


def wilson(right: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a share `right` / n (Wilson 1927): the shares that a test at this level does not reject.
    (0, 1) where n is 0."""
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = right / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def paired_difference(only_first: int, only_second: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The interval of the second share minus the first where both are of the same n questions: Wald's, after half a
    question is added to each of the four cells (Agresti and Min 2005). (-1, 1) where n is 0."""
    if n == 0:
        return -1.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    size, difference = n + 2, only_second - only_first
    half = z * math.sqrt(only_first + only_second + 1 - difference**2 / size) / size
    return max(-1.0, difference / size - half), min(1.0, difference / size + half)


def bootstrap(
    right: Sequence[float],
    rows: Sequence[float] | None = None,
    *,
    draws: int = 2000,
    level: float = 0.95,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """The percentile interval of sum(right) / sum(rows) when questions are drawn with replacement (Efron 1979).

    `right` (n,): of each question, its passes that are right, `rows` (n,): its passes (1 each if not given). The passes
    of a question depend on each other, so that they are drawn together. (0, 1) where n is 0.
    """
    hits = np.asarray(right, float)
    sizes = np.ones_like(hits) if rows is None else np.asarray(rows, float)
    if len(hits) == 0:
        return 0.0, 1.0
    kinds, times = np.unique(np.stack([hits, sizes]), axis=1, return_counts=True)  # few different questions
    drawn = rng.multinomial(len(hits), times / len(hits), size=draws)  # (draws, kinds)
    shares = drawn @ kinds[0] / (drawn @ kinds[1])
    low, high = np.quantile(shares, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
