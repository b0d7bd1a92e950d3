"""Corrupted vectors: a good model finds them less likely than real ones."""

from collections.abc import Callable

import numpy as np

from playground.core.i18n import N_
from playground.data.bits.binary import Binary

CORRUPTED_COUNT = 6
"""How many corrupted vectors hide among real ones."""
FLIPPED_SHARE = 0.1
"""Share of the bits that noise flips."""


def _noise(data: Binary, x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return np.where(generator.random(x.shape) < FLIPPED_SHARE, 1 - x, x)


def _mirrored(data: Binary, x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return x.reshape(-1, *data.shape)[:, :, ::-1].reshape(x.shape)


def _halves(data: Binary, x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    middle = data.shape[0] // 2 * data.shape[1]
    return np.concatenate([x[:, :middle], np.roll(x, 1, 0)[:, middle:]], 1)


def _independent(data: Binary, x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return generator.random(x.shape) < data.frequencies


CORRUPTIONS: dict[str, tuple[str, Callable[[Binary, np.ndarray, np.random.Generator], np.ndarray]]] = {
    "noise": (N_("noise: one bit in ten flipped"), _noise),
    "mirrored": (N_("mirrored"), _mirrored),
    "halves": (N_("halves of two pictures joined"), _halves),
    "alone": (N_("independent bits"), _independent),
}
"""Name -> (title, how corrupted vectors are made of real ones)."""


def corrupted(kind: str, data: Binary, draw: int) -> np.ndarray:
    """`CORRUPTED_COUNT` corrupted vectors (n, dim) float32, decided by `draw`."""
    generator = np.random.default_rng([draw, 23])
    rows = data.rows("test")
    x = rows[generator.choice(len(rows), CORRUPTED_COUNT, replace=len(rows) < CORRUPTED_COUNT)].astype(np.float32)
    return CORRUPTIONS[kind][1](data, x, generator).astype(np.float32)
