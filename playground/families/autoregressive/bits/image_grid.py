"""Vectors of bits as a grid of pictures."""

import numpy as np

from playground.core.scene import Images, Role, Scene
from playground.data.bits.binary import Binary

UNKNOWN_INK = 0.25
"""How dark a pixel is drawn that is not known yet."""


def grid_columns(count: int) -> int:
    """Pictures in a row, so that a grid is about as wide as high."""
    return int(np.ceil(count**0.5))


def to_images(data: Binary, x: np.ndarray) -> np.ndarray:
    """Vectors (n, dim) or (dim,) of numbers from 0 to 1 as pictures (n, height, width)."""
    return np.clip(x, 0, 1).astype(np.float32).reshape(-1, *data.shape)


def image_scene(
    data: Binary,
    x: np.ndarray,
    title: str,
    words: str,
    role: Role = "generated",
    roles: tuple[Role, ...] = (),
    **values: str,
) -> Scene:
    """A scene of pictures with a sentence about them (a message id)."""
    pixels = to_images(data, x)
    layer = Images(
        name="pictures", title=title, role=role, pixels=pixels, columns=grid_columns(len(pixels)), roles=roles
    )
    return Scene((layer,), legend=words, words=words, values=values)
