"""Positions by themselves: what they add, how products of two of them depend on the distance, and what rotary turns."""

import torch
from torch import Tensor

from .networks.positions import ALiBi, Learned, Positions, Rotary, Sinusoidal, angles, sinusoids, slopes


def encoding(positions: Positions, length: int, width: int, heads: int) -> Tensor:
    """The picture of the encodings, a row for each position: the vectors added by sinusoidal and learned positions
    (length, width); the cosines of the angles of rotary ones (length, width / heads / 2); what ALiBi adds to the scores
    of each head at that distance (length, heads). None at all: (length, 0)."""
    if isinstance(positions, Sinusoidal):
        return sinusoids(length, width)
    if isinstance(positions, Learned):
        return positions.table[:length].detach()
    if isinstance(positions, Rotary):
        return angles(length, width // heads)[0]
    if isinstance(positions, ALiBi):
        return -torch.from_numpy(slopes(heads)).float() * torch.arange(length)[:, None]
    return torch.zeros(length, 0)


def by_distance(positions: Positions, length: int, width: int, heads: int) -> Tensor:
    """How scores depend on the distance d from 0 on by positions alone: (curves, length).

    Of added positions the mean product of two that are d apart, over the mean squared length of one. Of rotary ones
    the product of a vector of ones with itself d positions on, over its squared length: the mean of cos(d w_i) (Su et
    al. 2021, section 3.4.3). Of ALiBi what is added in each head.
    """
    table = encoding(positions, length, width, heads)
    if isinstance(positions, Rotary):
        return table.mean(1)[None]
    if isinstance(positions, ALiBi):
        return table.t()
    if not table.shape[1]:
        return torch.zeros(0, length)
    products = table @ table.t()  # (length, length)
    return torch.stack([products.diagonal(d).mean() for d in range(len(table))])[None] / products.diagonal().mean()


def turned_pairs(vectors: Tensor, pair: int, positions: Tensor) -> Tensor:
    """The two numbers of each of `vectors` (n, size) that rotary positions turn as pair number `pair`, at `positions`
    (moments, n), which need not be whole: (moments, n, 2). Su et al. 2021, equation 34; pairs as in `Rotary`."""
    half = vectors.shape[1] // 2
    a, b = vectors[:, pair], vectors[:, pair + half]  # (n,)
    cos, sin = angles(2, vectors.shape[1])
    angle = positions * torch.atan2(sin[1, pair], cos[1, pair])  # frequencies are at most 1: this is one
    return torch.stack([a * angle.cos() - b * angle.sin(), a * angle.sin() + b * angle.cos()], -1)
