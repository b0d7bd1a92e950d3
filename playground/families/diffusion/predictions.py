"""The quantities that a network can predict: noise, data, v, velocity, score.

Given x = a x0 + s eps, each follows from each other. `x0` and `eps` stand for the conditional means E[x_0 | x_t]
and E[eps | x_t], for which x = a x0 + s eps holds as well.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from .levels import Level, Number

MIN_DIVISOR = 1e-6
"""Where a (or s) is 0, the data do not follow from the noise (or the noise from the data): divisors stay above this,
so that results are large, but finite."""


@dataclass(frozen=True)
class Prediction:
    """One of the quantities: its value, and x0 and eps from it."""

    target: Callable[[Tensor, Tensor, Level], Tensor]
    """(x0, eps, level) -> the quantity."""
    solve: Callable[[Tensor, Tensor, Level], tuple[Tensor, Tensor]]
    """(the quantity, x, level) -> (x0, eps)."""
    error: Callable[[Level], Number]
    """The error of x0 per error of the quantity."""
    unit: Callable[[Level], Number] = lambda level: 1.0
    """The quantity's typical size. A network predicts it in this unit, so that its target is of size 1."""


def _from_epsilon(eps: Tensor, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
    a = _divisor(level.a)
    return combine(1 / a, x, -level.s / a, eps), eps


def _from_data(x0: Tensor, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
    s = _divisor(level.s)
    return x0, combine(1 / s, x, -level.a / s, x0)


def _from_v(v: Tensor, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
    """Salimans and Ho 2022, appendix D; divided by a^2 + s^2, which is 1 there."""
    a, s, size = level.a, level.s, level.a**2 + level.s**2
    return combine(a / size, x, -s / size, v), combine(s / size, x, a / size, v)


def _from_velocity(u: Tensor, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
    """Two linear equations: x = a x0 + s eps and u = da x0 + ds eps."""
    det = level.determinant
    return combine(level.ds / det, x, -level.s / det, u), combine(level.a / det, u, -level.da / det, x)


def _from_score(score: Tensor, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
    return _from_epsilon(-level.s * score, x, level)


def combine(p: Number, x: Tensor, q: Number, y: Tensor) -> Tensor:
    """p x + q y; with plain numbers in two passes over memory instead of three."""
    return p * x + q * y if isinstance(q, Tensor) else torch.add(x if p == 1 else p * x, y, alpha=q)


def _divisor(number: Number) -> Number:
    return number.clamp_min(MIN_DIVISOR) if isinstance(number, Tensor) else max(number, MIN_DIVISOR)


def velocity(x0: Tensor, eps: Tensor, level: Level) -> Tensor:
    """dx/dt of the probability flow: da x0 + ds eps, which is f x - g^2 score / 2 (Song et al. 2021, eq. 13)."""
    return combine(level.da, x0, level.ds, eps)


def score(eps: Tensor, level: Level) -> Tensor:
    """grad log p_t(x) = - E[eps | x] / s (Tweedie's formula; Vincent 2011)."""
    return -eps / level.s


PREDICTIONS = {
    "epsilon": Prediction(lambda x0, eps, level: eps, _from_epsilon, lambda level: level.s / _divisor(level.a)),
    "x0": Prediction(lambda x0, eps, level: x0, _from_data, lambda level: 1.0),
    "v": Prediction(
        lambda x0, eps, level: level.a * eps - level.s * x0, _from_v, lambda level: level.s / (level.a**2 + level.s**2)
    ),
    "velocity": Prediction(
        velocity,
        _from_velocity,
        lambda level: level.s / level.determinant,
        unit=lambda level: ((level.da**2 + level.ds**2) / 2) ** 0.5,
    ),
    "score": Prediction(
        lambda x0, eps, level: score(eps, level), _from_score, lambda level: level.s**2 / _divisor(level.a)
    ),
}


def convert(value: Tensor, x: Tensor, level: Level, source: str, target: str) -> Tensor:
    """One quantity from another: `value` of the kind `source` at x (n, d) as the kind `target`."""
    return PREDICTIONS[target].target(*PREDICTIONS[source].solve(value, x, level), level)


MAX_SNR = 5.0
"""gamma of min-SNR weighting."""


def weight(name: str, prediction: Prediction, level: Level) -> Number:
    """The weight of the squared error of a network's prediction.

    simple: 1. snr: a^2 / s^2 times the squared error of x0, whatever is predicted; this is the likelihood's weight up
    to the density of training times, and for predicted noise it is DDPM's simple loss (Salimans and Ho 2022).
    min_snr: the same with the ratio clipped at 5 (Hang et al. 2023).
    """
    if name == "simple":
        return 1.0
    snr = (level.a / _divisor(level.s)) ** 2
    clipped = snr if name == "snr" else snr.clamp_max(MAX_SNR)
    return clipped * (prediction.error(level) * prediction.unit(level)) ** 2


WEIGHTINGS = ("simple", "snr", "min_snr")
