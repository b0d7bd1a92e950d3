"""What a network can be asked for, all the same knowledge: noise, data, v, velocity, score.

Given x = a x0 + s eps and one of them, every other follows exactly. `x0` and `eps` stand for the conditional
means E[x_0 | x_t] and E[eps | x_t], for which x = a x0 + s eps holds as well.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from .processes import Level, Number

SMALLEST = 1e-6
"""Where a (or s) is 0, noise says nothing about the data (or data about the noise): what is divided by is held
off 0, and the answer is large, but a number."""


@dataclass(frozen=True)
class Prediction:
    """One of the quantities: how to make it, and how to read it back."""

    target: Callable[[Tensor, Tensor, Level], Tensor]
    """(x0, eps, level) -> the quantity."""
    solve: Callable[[Tensor, Tensor, Level], tuple[Tensor, Tensor]]
    """(the quantity, x, level) -> (x0, eps)."""
    error: Callable[[Level], Number]
    """By how much an error of the quantity becomes an error of x0."""
    unit: Callable[[Level], Number] = lambda level: 1.0
    """The quantity's typical size. A network answers in this unit, so that what it learns is of size 1."""


def _from_epsilon(eps: Tensor, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
    a = _off(level.a)
    return mix(1 / a, x, -level.s / a, eps), eps


def _from_data(x0: Tensor, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
    s = _off(level.s)
    return x0, mix(1 / s, x, -level.a / s, x0)


def _from_v(v: Tensor, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
    """Salimans and Ho 2022, appendix D; divided by a^2 + s^2, which is 1 there."""
    a, s, size = level.a, level.s, level.a**2 + level.s**2
    return mix(a / size, x, -s / size, v), mix(s / size, x, a / size, v)


def _from_velocity(u: Tensor, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
    """Two linear equations: x = a x0 + s eps and u = da x0 + ds eps."""
    turn = level.turn
    return mix(level.ds / turn, x, -level.s / turn, u), mix(level.a / turn, u, -level.da / turn, x)


def _from_score(score: Tensor, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
    return _from_epsilon(-level.s * score, x, level)


def mix(p: Number, x: Tensor, q: Number, y: Tensor) -> Tensor:
    """p x + q y; with plain numbers over the clouds of a sampler in two passes instead of three."""
    return p * x + q * y if isinstance(q, Tensor) else torch.add(x if p == 1 else p * x, y, alpha=q)


def _off(number: Number) -> Number:
    return number.clamp_min(SMALLEST) if isinstance(number, Tensor) else max(number, SMALLEST)


def velocity(x0: Tensor, eps: Tensor, level: Level) -> Tensor:
    """dx/dt of the probability flow: da x0 + ds eps, which is f x - g^2 score / 2 (Song et al. 2021, eq. 13)."""
    return mix(level.da, x0, level.ds, eps)


def score(eps: Tensor, level: Level) -> Tensor:
    """grad log p_t(x) = - E[eps | x] / s (Tweedie's formula; Vincent 2011)."""
    return -eps / level.s


PREDICTIONS = {
    "epsilon": Prediction(lambda x0, eps, level: eps, _from_epsilon, lambda level: level.s / _off(level.a)),
    "x0": Prediction(lambda x0, eps, level: x0, _from_data, lambda level: 1.0),
    "v": Prediction(
        lambda x0, eps, level: level.a * eps - level.s * x0, _from_v, lambda level: level.s / (level.a**2 + level.s**2)
    ),
    "velocity": Prediction(
        velocity,
        _from_velocity,
        lambda level: level.s / level.turn,
        unit=lambda level: ((level.da**2 + level.ds**2) / 2) ** 0.5,
    ),
    "score": Prediction(
        lambda x0, eps, level: score(eps, level), _from_score, lambda level: level.s**2 / _off(level.a)
    ),
}


def convert(value: Tensor, x: Tensor, level: Level, source: str, target: str) -> Tensor:
    """One quantity out of another: `value` of the kind `source` at x (n, d) as the kind `target`."""
    return PREDICTIONS[target].target(*PREDICTIONS[source].solve(value, x, level), level)


GAMMA = 5.0


def weight(name: str, prediction: Prediction, level: Level) -> Number:
    """What the squared error of a network's answer is multiplied by.

    simple: 1. snr: a^2 / s^2 times the error of x0, for every kind of answer the likelihood's weight up to the
    pace of time, and DDPM's simple one where noise is predicted (Salimans and Ho 2022). min_snr: with the
    ratio cut off at 5 (Hang et al. 2023).
    """
    if name == "simple":
        return 1.0
    snr = (level.a / _off(level.s)) ** 2
    kept = snr if name == "snr" else snr.clamp_max(GAMMA)
    return kept * (prediction.error(level) * prediction.unit(level)) ** 2


WEIGHTINGS = ("simple", "snr", "min_snr")
