"""Distances between two sets of samples, of any dimension and of unequal sizes."""

import numpy as np
from scipy.spatial.distance import cdist, pdist

from playground.core.errors import UserError
from playground.core.i18n import N_

RAY_COUNT = 64  # directions of sliced_w2


def points(x: np.ndarray) -> np.ndarray:
    """`x` as float64 (n, d). Raises UserError unless n >= 2 and every number is finite."""
    x = np.asarray(x, np.float64)
    if x.ndim != 2 or len(x) < 2:
        raise UserError(N_("Samples must be an array with at least two rows, not of shape {shape}."), shape=x.shape)
    if not np.isfinite(x).all():
        raise UserError(N_("Some samples are not finite numbers, so no score can be computed."))
    return x


def directions(dim: int, count: int = RAY_COUNT, seed: int = 0) -> np.ndarray:
    """Unit vectors (count, dim): evenly spread over the half circle in the plane, else random."""
    if dim == 2:
        angle = np.pi * np.arange(count) / count
        return np.stack([np.cos(angle), np.sin(angle)], 1)
    rays = np.random.default_rng(seed).standard_normal((count, dim))
    return rays / np.linalg.norm(rays, axis=1, keepdims=True)


def sliced_w2(a: np.ndarray, b: np.ndarray, rays: np.ndarray | None = None) -> float:
    """Sliced Wasserstein-2 distance of `a` (n, d) and `b` (m, d), in their units.

    The root of the mean over `rays` (k, d) of the squared, exact distance of the projections
    (Rabin et al. 2012).
    """
    a, b = points(a), points(b)
    rays = directions(a.shape[1]) if rays is None else rays
    return w2_to_blocks(np.sort(rays @ a.T), *blocks(np.sort(rays @ b.T), len(a)))


def blocks(b: np.ndarray, n: int) -> tuple[np.ndarray, float]:
    """Sorted projections (k, m) cut into `n` blocks of equal mass: their means (k, n), their mean variance."""
    m = b.shape[1]
    if m == n:
        return b, 0.0
    place = np.arange(n + 1) * (m / n)
    whole = np.minimum(place.astype(int), m - 1)
    sums = np.concatenate([np.zeros((len(b), 1)), np.cumsum(b, 1)], 1)[:, whole] + (place - whole) * b[:, whole]
    means = np.diff(sums) * (n / m)
    return means, max(float(np.mean(b**2) - np.mean(means**2)), 0.0)


def w2_to_blocks(a: np.ndarray, means: np.ndarray, variance: float) -> float:
    """The distance of sorted projections `a` (k, n) to `blocks`: point i is carried over block i."""
    return float(np.sqrt(np.mean((a - means) ** 2) + variance))


def nearest(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row of `a` (n, d) the nearest row of `b` (m, d): its index and how far it is, (n,), (n,)."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    which = ((b**2).sum(1) - 2 * a @ b.T).argmin(1)
    return which, np.linalg.norm(a - b[which], axis=1)


def nearest_ratio(x: np.ndarray, training: np.ndarray, fresh: np.ndarray) -> float:
    """How far `x` (n, d) are from the training samples, compared with `fresh` ones that were not trained on.

    The median distance to the nearest training sample, as a multiple of the same of `fresh` (m, d): 0 for
    copies, about 1 for what is as new as fresh samples are (the comparison of Meehan et al. 2020).
    """
    x, training, fresh = points(x), points(training), points(fresh)
    return float(np.median(nearest(x, training)[1]) / np.median(nearest(fresh, training)[1]))


def mmd2(a: np.ndarray, b: np.ndarray, bandwidth: float | None = None) -> float:
    """Squared maximum mean discrepancy, unbiased (Gretton et al. 2012, eq. 3): may be below 0.

    The kernel is the mean of five Gaussians exp(-|x - y|^2 / 2 h^2), h = `bandwidth` x 1/8, 1/4, 1/2, 1,
    2, by default the median distance within `b`.
    """
    a, b = points(a), points(b)
    h = float(np.median(pdist(b))) if bandwidth is None else bandwidth
    return kernel_within(a, h) + kernel_within(b, h) - 2 * kernel_sum(a, b, h) / (len(a) * len(b))


def kernel_sum(a: np.ndarray, b: np.ndarray, h: float) -> float:
    """Sum of the kernel over all pairs of rows."""
    total = 0.0
    for i in range(0, len(a), 256):
        k = np.exp((cdist(a[i : i + 256], b, "sqeuclidean") * (-0.125 / h**2)).astype(np.float32))
        total += k.sum(dtype=float)
        for _ in range(4):  # half the bandwidth: the fourth power
            k *= k
            k *= k
            total += k.sum(dtype=float)
    return total / 5


def kernel_within(a: np.ndarray, h: float) -> float:
    """Mean of the kernel over pairs of different rows."""
    n = len(a)
    return (kernel_sum(a, a, h) - n) / (n * (n - 1))


def energy_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Energy distance, the root of 2 E|X - Y| - E|X - X'| - E|Y - Y'| over the samples as they are.

    As `scipy.stats.energy_distance` in one dimension (Szekely and Rizzo 2013); 0 only for equal sets.
    """
    a, b = points(a), points(b)
    return energy_given(a, b, spread(b))


def energy_given(a: np.ndarray, b: np.ndarray, spread_b: float) -> float:
    """The energy distance where the spread of `b` is known already."""
    return float(np.sqrt(max(2 * cdist(a, b).mean() - spread(a) - spread_b, 0.0)))


def spread(a: np.ndarray) -> float:
    """Mean distance over all pairs of rows, each with itself included."""
    return 2 * float(pdist(a).sum()) / len(a) ** 2
