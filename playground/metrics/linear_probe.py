"""What a linear classifier finds in single frames: a look at features before anything is trained on them.

Features with which it is no better than guessing do not get better by a window over them; published questions about bad
scores of online detection were mostly questions of bad features.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import log_softmax, softmax

from playground.data.streams.stream_data import AMBIGUOUS, StreamData

MAX_FRAMES = 20_000
"""Frames that it is fitted to, evenly spaced: more change little and take longer."""
PENALTY = 1.0
ITERATIONS = 200


@dataclass(frozen=True, eq=False)
class LinearProbe:
    """Multinomial logistic regression: p(class | x) = softmax(x W + b)."""

    weights: np.ndarray  # (dim, classes)
    bias: np.ndarray  # (classes,)

    def probabilities(self, x: np.ndarray) -> np.ndarray:
        """(n, dim) -> (n, classes) float64, rows sum to 1."""
        return softmax(x @ self.weights + self.bias, axis=1)


def fit(x: np.ndarray, labels: np.ndarray, classes: int, penalty: float = PENALTY) -> LinearProbe:
    """The minimum of  sum_i -log p(label_i | x_i) + penalty / 2 ||W||^2  (the bias is free) over frames x (n, dim) with
    labels (n,) from 0 to `classes` - 1. It is convex; L-BFGS finds it (Nocedal 1980)."""
    from scipy.optimize import minimize  # takes a third of a second to import

    n, dim = x.shape
    x = np.asarray(x, np.float64)
    hit = np.zeros((n, classes))
    hit[np.arange(n), labels] = 1

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        matrix = flat.reshape(dim + 1, classes)
        log_p = log_softmax(x @ matrix[:-1] + matrix[-1], axis=1)
        residual = np.exp(log_p) - hit  # (n, classes)
        slope = np.concatenate([x.T @ residual + penalty * matrix[:-1], residual.sum(0)[None]])
        return -float((hit * log_p).sum()) / n + penalty / (2 * n) * float((matrix[:-1] ** 2).sum()), slope.ravel() / n

    start = np.zeros((dim + 1, classes))
    start[-1] = np.log((hit.sum(0) + 1) / (n + classes))
    found = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS, "gtol": 1e-6})
    matrix = found.x.reshape(dim + 1, classes)
    return LinearProbe(matrix[:-1], matrix[-1])


@lru_cache(maxsize=8)
def probe(data: StreamData) -> LinearProbe:
    """The probe of a data set: fitted to its training frames, less those that are ambiguous."""
    pooled = data.pooled("train")
    judged = np.flatnonzero(pooled.labels != AMBIGUOUS)
    chosen = judged[np.linspace(0, len(judged) - 1, min(len(judged), MAX_FRAMES)).astype(int)]
    return fit(pooled.features[chosen], pooled.labels[chosen], data.classes)


def probe_scores(data: StreamData, part: str = "test") -> np.ndarray:
    """Its probabilities of each frame of a part: (N, classes) float64."""
    return probe(data).probabilities(data.pooled(part).features)
