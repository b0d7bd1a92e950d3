"""DDIM (Song, Meng and Ermon 2021, equation 12), for any subsequence of steps."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from ..levels import posterior
from ..noise import normal_like
from ..predictions import combine
from ..processes import Process
from .field import Field


def ddim(
    field: Field, process: Process, x: Tensor, times: Sequence[float], generator: torch.Generator, eta: float = 0.0
) -> Iterator[Tensor]:
    """Goes to the predicted data and adds the predicted noise again, but less of it. `eta` says how much of that
    noise is fresh: 0 none, a deterministic path; 1 as much as in DDPM."""
    for now, then in pairwise(process.levels(times)):
        x0, eps = field(x, now)
        sigma = eta * posterior(now, then)[2] ** 0.5
        x = combine(then.a, x0, max(then.s**2 - sigma**2, 0.0) ** 0.5, eps)
        if sigma > 0:
            x += sigma * normal_like(x, generator)
        yield x
