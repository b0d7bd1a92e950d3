"""The logit between the unit cube and the real numbers (Dinh et al. 2016, section 4.1), and dequantisation."""

import math
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn import functional as F

from .bijection import Bijection

Number = TypeVar("Number", float, Tensor)

MARGIN = 0.05
"""Distance that the logit keeps from 0 and 1, where it is infinite (ibidem, alpha)."""


class Logit(Bijection):
    """Data to noise: z = logit(margin + (1 - 2 margin) x) of x in [0, 1].

    Noise to data may leave the cube by up to margin / (1 - 2 margin): such samples are clamped where they are shown.
    """

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        p = MARGIN + (1 - 2 * MARGIN) * x
        z = p.log() - torch.log1p(-p)
        return z, -_log_slope(z)

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return (torch.sigmoid(z) - MARGIN) / (1 - 2 * MARGIN), _log_slope(z)


def _log_slope(z: Tensor) -> Tensor:
    """log|det dx/dz|: (n, dim) -> (n,)."""
    return -(F.softplus(z) + F.softplus(-z)).sum(1) - z.shape[1] * math.log(1 - 2 * MARGIN)


def dequantise(x: Tensor, u: Tensor, levels: int) -> Tensor:
    """Pixels x (n, dim), level / (levels - 1), with noise u, uniform on [0, 1), spread over the level's interval
    of [0, 1] (Uria et al. 2013, section 4): the density of the result bounds the probability of the levels from
    below."""
    return (x * (levels - 1) + u) / levels


def quantise(x: Tensor, levels: int) -> Tensor:
    """Outputs of a flow (n, dim), 0 to 1, as pixels: level / (levels - 1)."""
    return (x * levels).floor().clamp(0, levels - 1) / (levels - 1)


def bits_per_dim(nll: Number, dim: int, levels: int) -> Number:
    """Bits per dimension of the levels, from nats -log p of dequantised pixels: each level has an interval of
    1 / levels (Theis et al. 2016, section 3.1)."""
    return (nll / dim + math.log(levels)) / math.log(2)
