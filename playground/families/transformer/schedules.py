"""How the learning rate changes over training: a factor for each update, as tensors, so that settings can change."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

Schedule = Callable[[Tensor, Tensor, Tensor], Tensor]
FINAL = 0.05
"""What the cosine leaves of the learning rate."""


def constant(count: Tensor, warmup: Tensor, horizon: Tensor) -> Tensor:
    """Linear up to 1 over `warmup` updates, then 1. `count` is the number of the update, from 1 on."""
    return (count / warmup.clamp(min=1)).clamp(max=1)


def cosine(count: Tensor, warmup: Tensor, horizon: Tensor) -> Tensor:
    """After the warm-up half a cosine down to `FINAL` at update number `horizon` (Loshchilov and Hutter 2017)."""
    share = ((count - warmup) / (horizon - warmup).clamp(min=1)).clamp(0, 1)
    return constant(count, warmup, horizon) * (FINAL + (1 - FINAL) * 0.5 * (1 + torch.cos(math.pi * share)))


def inverse_sqrt(count: Tensor, warmup: Tensor, horizon: Tensor) -> Tensor:
    """min(t / w, sqrt(w / t)): the paper's schedule (Vaswani et al. 2017, equation 3), as a share of its peak."""
    top = warmup.clamp(min=1)
    return torch.minimum(count / top, (top / count).sqrt())


SCHEDULES: dict[str, Schedule] = {"constant": constant, "cosine": cosine, "inverse_sqrt": inverse_sqrt}
