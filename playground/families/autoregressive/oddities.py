"""Vectors that are not what they seem: whether a model finds them unlikely."""

from collections.abc import Callable

import numpy as np

from playground.core.i18n import N_
from playground.data.bits.binary import Binary

ODD = 6
"""How many odd vectors hide among real ones."""
FLIPPED = 0.1
"""Share of the bits that noise turns."""


def _noise(data: Binary, x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return np.where(generator.random(x.shape) < FLIPPED, 1 - x, x)


def _mirrored(data: Binary, x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return x.reshape(-1, *data.shape)[:, :, ::-1].reshape(x.shape)


def _halves(data: Binary, x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    middle = data.shape[0] // 2 * data.shape[1]
    return np.concatenate([x[:, :middle], np.roll(x, 1, 0)[:, middle:]], 1)


def _alone(data: Binary, x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return generator.random(x.shape) < data.frequencies


ODDITIES: dict[str, tuple[str, Callable[[Binary, np.ndarray, np.random.Generator], np.ndarray]]] = {
    "noise": (N_("one bit in ten turned"), _noise),
    "mirrored": (N_("mirrored"), _mirrored),
    "halves": (N_("halves of two, put together"), _halves),
    "alone": (N_("each bit drawn on its own"), _alone),
}
"""Name -> (title, how they are made of real vectors)."""


def odd(kind: str, data: Binary, draw: int) -> np.ndarray:
    """`ODD` odd vectors (n, dim) float32, decided by `draw`."""
    generator = np.random.default_rng([draw, 23])
    rows = data.rows("test")
    x = rows[generator.choice(len(rows), ODD, replace=len(rows) < ODD)].astype(np.float32)
    return ODDITIES[kind][1](data, x, generator).astype(np.float32)
