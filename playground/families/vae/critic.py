"""A small critic: logistic regression that tells two sets of samples apart, as the discriminator of a GAN would.

It is fitted afresh each time by Newton's method, on bells at some of the samples (or on the pixels of pictures), with a
penalty on its weights; half of each set is kept aside to see what it is worth.
"""

from dataclasses import dataclass

import numpy as np

STEPS, PENALTY, BELLS = 12, 1e-2, 60
"""Of Newton's method; on the mean square of the weights; features of a critic of points."""


@dataclass(frozen=True)
class Critic:
    """D(x) = sigmoid(features(x) w). `centres` (bells, dim), or None: the numbers of x themselves are its features."""

    weights: np.ndarray
    centres: np.ndarray | None
    width: float

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """How real it finds x (n, dim), from 0 to 1: (n,)."""
        return _sigmoid(features(x, self.centres, self.width) @ self.weights)

    def slope(self, x: np.ndarray) -> np.ndarray:
        """The gradient of log D at points x (n, dim): where they would look more real, (n, dim). With `centres`
        only."""
        away = self.centres - x[:, None]  # (n, bells, dim)
        bells = np.exp(-0.5 * (away**2).sum(-1) / self.width**2)
        pull = (bells * self.weights[1:])[..., None] * away / self.width**2
        return (1 - self(x))[:, None] * pull.sum(1)


def fit(real: np.ndarray, fake: np.ndarray, width: float, seed: int) -> Critic:
    """The critic of two sets (n, dim), `width` that of its bells; 0: a linear one of the numbers themselves."""
    both = np.concatenate([real, fake]).astype(np.float64)
    centres = None
    if width > 0:
        centres = both[np.random.default_rng(seed).permutation(len(both))[:BELLS]]
    rows = features(both, centres, width)
    said = np.repeat([1.0, 0.0], [len(real), len(fake)])
    weights = np.zeros(rows.shape[1])
    ridge = PENALTY * np.eye(len(weights))
    for _ in range(STEPS):  # maximises the mean log likelihood less half the penalty
        p = _sigmoid(rows @ weights)
        slope = rows.T @ (said - p) / len(rows) - ridge @ weights
        curve = (rows * (p * (1 - p))[:, None]).T @ rows / len(rows) + ridge
        weights = weights + np.linalg.solve(curve, slope)
    return Critic(weights, centres, width)


def features(x: np.ndarray, centres: np.ndarray | None, width: float) -> np.ndarray:
    """1, and bells around the centres or the numbers themselves: (n, 1 + features)."""
    x = np.asarray(x, np.float64)
    own = x if centres is None else np.exp(-0.5 * ((x[:, None] - centres) ** 2).sum(-1) / width**2)
    return np.concatenate([np.ones((len(x), 1)), own], 1)


def worth(critic: Critic, real: np.ndarray, fake: np.ndarray) -> tuple[float, float]:
    """Of sets it has not seen: share that it tells right, and the Jensen-Shannon divergence, in nats, that its losses
    prove to be there at least (Goodfellow et al. 2014, theorem 1), but for chance."""
    d_real, d_fake = critic(real), critic(fake)
    right = 0.5 * (np.mean(d_real > 0.5) + np.mean(d_fake < 0.5))
    lost = -0.5 * (np.mean(np.log(d_real + 1e-12)) + np.mean(np.log(1 - d_fake + 1e-12)))
    return float(right), float(np.log(2) - lost)


def _sigmoid(t: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(t, -40, 40)))
