"""Ancestral sampling (Ho et al. 2020, algorithm 2), for steps of any length."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor

from ..levels import posterior, transition
from ..noise import normal_like
from ..predictions import combine
from ..processes import Process
from .field import Field


def ddpm(
    field: Field, process: Process, x: Tensor, times: Sequence[float], generator: torch.Generator, large: bool = False
) -> Iterator[Tensor]:
    """Draws from q(x_then | x_now, x0) with the predicted x0. `large`: with the variance beta of q(x_now | x_then)
    instead of the posterior's (ibidem, section 3.2). The last step is the mean."""
    for now, then in pairwise(process.levels(times)):
        x0, _ = field(x, now)
        first, second, variance = posterior(now, then)
        x = combine(first, x, second, x0)
        if then.s > 0:
            std = (transition(now, then)[1] if large else variance) ** 0.5
            x += std * normal_like(x, generator)
        yield x


ddpm_large = partial(ddpm, large=True)
