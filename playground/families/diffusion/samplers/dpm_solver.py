"""DPM-Solver++ (2M) (Lu et al. 2022, algorithm 2): the exact solution where x0 is linear in log(a / s)."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from ..levels import Level
from ..predictions import combine
from ..processes import Process
from .field import Field


def dpm_solver(
    field: Field, process: Process, x: Tensor, times: Sequence[float], generator: torch.Generator
) -> Iterator[Tensor]:
    """Second order at one call a step: the slope of x0 comes from the step before. The first step, and one that
    ends without noise, are of first order, which is DDIM."""
    before, length_before = None, 0.0
    for now, then in pairwise(process.levels(times)):
        x0, _ = field(x, now)
        length, known = half_log_snr(then) - half_log_snr(now), x0
        if before is not None and then.s > 0 and length * length_before > 0:  # a step may lead to where it begins
            r = length_before / length
            known = x0 + (x0 - before) / (2 * r)
        # exp(-length) written out: it has its limit also where a or s is 0
        x = combine(then.s / now.s, x, then.a - now.a * then.s / now.s, known)
        before, length_before = x0, length
        yield x


def half_log_snr(level: Level) -> float:
    """log(a / s), lambda in the paper; infinite at the ends of a path."""
    return math.log(level.a / level.s) if min(level.a, level.s) > 0 else math.inf * (level.a - level.s)
