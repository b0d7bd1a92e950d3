"""Counting samples where they fall: at the modes of a mixture, and in the cells of a grid.

The truth's shares are exact, and every sample counts: what lies outside the frame has a cell too.
"""

from functools import lru_cache

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import gammainc, rel_entr

from playground.data.plane.distribution import Distribution

from .distances import points

QUALITY_STDS = 3.0  # a sample is of high quality within so many standard deviations of a mode
COVERED_SHARE = 0.2  # share of its expected high-quality samples that a mode needs


def _nearest(x: np.ndarray, modes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of the nearest mode and the distance to it, for each row of `x`: (n,), (n,)."""
    d = cdist(points(x), modes)
    which = d.argmin(1)
    return which, d[np.arange(len(d)), which]


def high_quality(x: np.ndarray, modes: np.ndarray, std: float) -> float:
    """Share of `x` (n, 2) within three standard deviations of a mode; .989 for the truth in the plane."""
    return float(np.mean(_nearest(x, modes)[1] <= QUALITY_STDS * std))


def modes_covered(x: np.ndarray, modes: np.ndarray, std: float, weights: np.ndarray | None = None) -> float:
    """How many `modes` (k, 2) have at least a fifth of the high-quality samples the truth would put there."""
    which, distance = _nearest(x, modes)
    good = np.bincount(which[distance <= QUALITY_STDS * std], minlength=len(modes))
    weights = np.full(len(modes), 1 / len(modes)) if weights is None else weights
    expected = len(x) * weights * gammainc(x.shape[1] / 2, QUALITY_STDS**2 / 2)  # the chi-square law
    return float(np.sum(good >= np.maximum(COVERED_SHARE * expected, 1)))


def mode_kl(x: np.ndarray, modes: np.ndarray, weights: np.ndarray | None = None) -> float:
    """KL in nats of the shares of `x`, each point counted at its nearest mode, from the true `weights`."""
    shares = np.bincount(_nearest(x, modes)[0], minlength=len(modes)) / len(x)
    return float(rel_entr(shares, 1 / len(modes) if weights is None else weights).sum())


def default_bins(n: int) -> int:
    """Cells per side for `n` samples: about five samples a cell, 4 to 50 cells."""
    return int(np.clip(np.sqrt(n / 5), 4, 50))


@lru_cache(maxsize=64)
def _masses(distribution: Distribution, bins: int) -> np.ndarray:
    inside = distribution.cell_masses(np.linspace(*distribution.bounds, bins + 1)).ravel()
    masses = np.append(inside, max(1 - inside.sum(), 0.0))
    return masses / masses.sum()


def _counts(x: np.ndarray, distribution: Distribution, bins: int) -> np.ndarray:
    """Samples in each cell of the frame, and in one more for all that lies outside: (bins^2 + 1,)."""
    low, high = distribution.bounds
    cell = np.floor((points(x) - low) * (bins / (high - low)))
    inside = ((cell >= 0) & (cell < bins)).all(1)
    flat = np.where(inside, cell[:, 0] * bins + cell[:, 1], bins**2).astype(int)
    return np.bincount(flat, minlength=bins**2 + 1)


def grid_kl(x: np.ndarray, distribution: Distribution, bins: int | None = None) -> float:
    """KL(truth || samples) in nats over the cells of a grid, one for the outside included.

    The truth's masses are exact; half a sample is added to every cell (Krichevsky and Trofimov 1981),
    without which one missed cell would make it infinite.
    """
    bins = bins or default_bins(len(x))
    smooth = _counts(x, distribution, bins) + 0.5
    return float(rel_entr(_masses(distribution, bins), smooth / smooth.sum()).sum())


def grid_js(x: np.ndarray, distribution: Distribution, bins: int | None = None) -> float:
    """Jensen-Shannon divergence in nats (0 to ln 2) over the same cells, which needs no smoothing.

    Doubled, not halved: half of the smallest number is 0, and a cell of so little mass would make it infinite.
    """
    bins = bins or default_bins(len(x))
    p, q = _masses(distribution, bins), _counts(x, distribution, bins) / len(x)
    return float(np.clip((rel_entr(2 * p, p + q) + rel_entr(2 * q, p + q)).sum() / 4, 0, np.log(2)))


def mass_covered(x: np.ndarray, distribution: Distribution, bins: int = 20) -> float:
    """Share of the truth's mass in those cells of a grid that have at least a fifth of the samples they should have:
    what a model leaves out is missing here, however good its other samples are (a recall; 0 to 1).

    The truth's masses are exact. Wants so many samples that a cell worth counting has some: 10,000 by default's bins.
    """
    p, q = _masses(distribution, bins), _counts(x, distribution, bins) / len(x)
    return float(p[q >= COVERED_SHARE * p].sum())
