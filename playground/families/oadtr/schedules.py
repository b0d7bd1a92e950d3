"""How the learning rate changes over training: a factor for each update, as tensors, so that settings can change."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

Schedule = Callable[[Tensor, Tensor], Tensor]
RISE, START, END = 0.3, 1 / 25, 1 / 250_000
"""The share of the steps in which one cycle rises, and the factors with which it begins and ends: torch's."""
DROPS = 4
"""Equal parts of the training, the epochs of the paper, after each of which the rate falls to a tenth."""


def constant(count: Tensor, horizon: Tensor) -> Tensor:
    """Always 1. `count` is the number of the update, from 1 on."""
    return torch.ones_like(count)


def one_cycle(count: Tensor, horizon: Tensor) -> Tensor:
    """Half a cosine up, then half a cosine down to nearly nothing at update `horizon` (Smith and Topin 2019)."""
    top, last = RISE * horizon - 1, horizon - 1  # updates before the highest and the lowest rate
    rise = _half_cosine(START, 1.0, (count - 1) / top.clamp(min=1))
    fall = _half_cosine(1.0, END, (count - 1 - top) / (last - top).clamp(min=1))
    return torch.where(count - 1 < top, rise, fall)


def _half_cosine(start: float, end: float, share: Tensor) -> Tensor:
    return end + (start - end) * 0.5 * (1 + torch.cos(math.pi * share.clamp(0, 1)))


def drops(count: Tensor, horizon: Tensor) -> Tensor:
    """A tenth of it after each of `DROPS` equal parts of `horizon` updates (Wang et al. 2021, section 4.2)."""
    part = (DROPS * (count - 1) / horizon).floor().clamp(max=DROPS - 1)
    return torch.pow(0.1, part)


SCHEDULES: dict[str, Schedule] = {"one_cycle": one_cycle, "constant": constant, "drops": drops}
