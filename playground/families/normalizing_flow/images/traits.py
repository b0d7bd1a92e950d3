"""Traits of images that panels measure, and the halves that they leave out."""

import numpy as np

from playground.data.images.digits import DIGITS


def measure_trait(name: str, images: np.ndarray) -> np.ndarray:
    """A trait of images (n, 64): `ink`, in full pixels; or `slant`, the columns by which the ink moves to the right
    with each row upwards: (n,)."""
    ink = images.reshape(-1, *DIGITS.shape).astype(np.float64)
    mass = ink.sum((1, 2))
    if name == "ink":
        return mass
    up, right = np.mgrid[DIGITS.shape[0] - 1 : -1 : -1, : DIGITS.shape[1]]
    weight = ink / np.maximum(mass, 1e-9)[:, None, None]
    height = up - (weight * up).sum((1, 2))[:, None, None]
    return (weight * height * right).sum((1, 2)) / np.maximum((weight * height**2).sum((1, 2)), 1e-9)


def missing_mask(half: str) -> np.ndarray:
    """1 where a pixel is missing: (64,)."""
    rows, columns = np.mgrid[: DIGITS.shape[0], : DIGITS.shape[1]]
    middle = DIGITS.shape[0] // 2
    gone = {"bottom": rows >= middle, "top": rows < middle, "right": columns >= middle, "left": columns < middle}
    return gone[half].ravel().astype(np.float32)
