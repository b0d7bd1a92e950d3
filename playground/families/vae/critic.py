"""A small critic: logistic regression that distinguishes two sets of samples, like the discriminator of a GAN.

It is fitted by Newton's method on Gaussian features centred at some of the samples (or on the pixels of pictures), with
an L2 penalty on its weights. Half of each set is held out to score it.
"""

from dataclasses import dataclass

import numpy as np

NEWTON_STEPS, PENALTY, MAX_FEATURES = 12, 1e-2, 60
"""Newton steps; weight of the L2 penalty; number of Gaussian features for points of the plane."""


@dataclass(frozen=True)
class Critic:
    """D(x) = sigmoid(features(x) w). `centres` (features, dim); None: the features are the numbers of x themselves."""

    weights: np.ndarray
    centres: np.ndarray | None
    width: float

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """The probability that x (n, dim) is real: (n,)."""
        return _sigmoid(features(x, self.centres, self.width) @ self.weights)

    def gradient(self, x: np.ndarray) -> np.ndarray:
        """The gradient of log D at points x: (n, dim) -> (n, dim). Only for a critic with `centres`."""
        away = self.centres - x[:, None]  # (n, bells, dim)
        kernels = np.exp(-0.5 * (away**2).sum(-1) / self.width**2)
        pull = (kernels * self.weights[1:])[..., None] * away / self.width**2
        return (1 - self(x))[:, None] * pull.sum(1)


def fit(real: np.ndarray, fake: np.ndarray, width: float, seed: int) -> Critic:
    """Fit a critic to two sets (n, dim). `width`: standard deviation of its Gaussian features; 0: a linear critic."""
    both = np.concatenate([real, fake]).astype(np.float64)
    centres = None
    if width > 0:
        centres = both[np.random.default_rng(seed).permutation(len(both))[:MAX_FEATURES]]
    rows = features(both, centres, width)
    labels = np.repeat([1.0, 0.0], [len(real), len(fake)])
    weights = np.zeros(rows.shape[1])
    ridge = PENALTY * np.eye(len(weights))
    for _ in range(NEWTON_STEPS):  # maximises the mean log likelihood less half the penalty
        p = _sigmoid(rows @ weights)
        gradient = rows.T @ (labels - p) / len(rows) - ridge @ weights
        curve = (rows * (p * (1 - p))[:, None]).T @ rows / len(rows) + ridge
        weights = weights + np.linalg.solve(curve, gradient)
    return Critic(weights, centres, width)


def features(x: np.ndarray, centres: np.ndarray | None, width: float) -> np.ndarray:
    """A constant 1, then Gaussian features at `centres` or the numbers of x themselves: (n, 1 + features)."""
    x = np.asarray(x, np.float64)
    own = x if centres is None else np.exp(-0.5 * ((x[:, None] - centres) ** 2).sum(-1) / width**2)
    return np.concatenate([np.ones((len(x), 1)), own], 1)


def held_out_scores(critic: Critic, real: np.ndarray, fake: np.ndarray) -> tuple[float, float]:
    """Scores on held-out sets: accuracy in [0, 1], and the lower bound on the Jensen-Shannon divergence, in nats, that
    follows from the loss (Goodfellow et al. 2014, theorem 1), up to sampling noise."""
    d_real, d_fake = critic(real), critic(fake)
    right = 0.5 * (np.mean(d_real > 0.5) + np.mean(d_fake < 0.5))
    lost = -0.5 * (np.mean(np.log(d_real + 1e-12)) + np.mean(np.log(1 - d_fake + 1e-12)))
    return float(right), float(np.log(2) - lost)


def _sigmoid(t: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(t, -40, 40)))
