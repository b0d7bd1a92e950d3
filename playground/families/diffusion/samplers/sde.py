"""The reverse-time SDE (Anderson 1982; Song et al. 2021, equation 6)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from ..levels import Level
from ..noise import normal_like
from ..predictions import score, velocity
from ..processes import Process
from .field import Field


def euler_maruyama(
    field: Field, process: Process, x: Tensor, times: Sequence[float], generator: torch.Generator
) -> Iterator[Tensor]:
    """dx = (v - w^2 score / 2) dt + w dw, backwards in Euler-Maruyama steps. The last step is the mean."""
    for now, then in pairwise(process.levels(times)):
        x = _predict(field, process, x, now, then)
        if then.t > times[-1]:
            x += _noise(process, now, then) * normal_like(x, generator)
        yield x


def predictor_corrector(
    field: Field, process: Process, x: Tensor, times: Sequence[float], generator: torch.Generator, snr: float = 0.16
) -> Iterator[Tensor]:
    """Before each such step one of Langevin dynamics, which moves the cloud towards its distribution at this time
    (Song et al. 2021, algorithms 4 and 5; `snr` is their r)."""
    for now, then in pairwise(process.levels(times)):
        _, eps = field(x, now)
        slope, z = score(eps, now), normal_like(x, generator)
        length = 2 * (snr * z.norm(dim=1).mean() / slope.norm(dim=1).mean()) ** 2
        if now.a < 1:  # where the signal shrinks, the step is multiplied by 1 - beta
            length = length * max(1 - process.reverse_g2(now) * (now.t - then.t), 0.0)
        x = x + length * slope + (2 * length) ** 0.5 * z
        x = _predict(field, process, x, now, then)
        if then.t > times[-1]:
            x += _noise(process, now, then) * normal_like(x, generator)
        yield x


def _predict(field: Field, process: Process, x: Tensor, now: Level, then: Level) -> Tensor:
    """The mean of a step."""
    x0, eps = field(x, now)
    drift = velocity(x0, eps, now) - process.reverse_g2(now) / 2 * score(eps, now)
    return x + (then.t - now.t) * drift


def _noise(process: Process, now: Level, then: Level) -> float:
    return (process.reverse_g2(now) * (now.t - then.t)) ** 0.5
