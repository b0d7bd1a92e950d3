"""A picture read as a density: the darker a place, the more points it gets."""

import io
import threading

import numpy as np
from PIL import Image

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.plane.point_codec import MAX_POINTS
from playground.data.plane.user_data import FIT_HALF_WIDTH

MAX_BYTES, MAX_PIXELS = 8_000_000, 16_000_000
"""What a picture may have: of a file, and of the picture in it, whatever the file claims to need."""
MAX_SIDE = 256
"""Pixels along the longer side that are looked at."""
PAPER_SHARE = 0.12
"""What is lighter than this share of the darkest place counts as white."""
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_lock = threading.Lock()  # a picture of 16 million pixels takes 64 MB while it is read


def points_from_image(raw: bytes, light: bool = False) -> np.ndarray:
    """2,000 points (m, 2) where the picture is dark (or `light`), the same for the same file.

    `UserError` says what is wrong with the file. Size is read from the head before a pixel is unpacked.
    """
    ink = _ink(raw)  # (row, column), 0 to 1
    ink = ink[::-1]  # rows from below
    if light:
        ink = ink.max() - ink
    ink = np.where(ink < PAPER_SHARE * max(ink.max(), 1e-9), 0.0, ink)
    if ink.max() < 0.02 or ink.max() - ink.min() < 0.02:
        raise UserError(N_("The picture has only one colour; there is nothing to learn."))
    random = np.random.default_rng(0)
    heap = np.cumsum(ink.ravel())
    chosen = np.searchsorted(heap, random.uniform(0, heap[-1], MAX_POINTS), side="right").clip(0, ink.size - 1)
    row, column = np.divmod(chosen, ink.shape[1])
    places = np.stack([column, row], 1) + random.uniform(0, 1, (MAX_POINTS, 2))  # anywhere in its pixel
    return (places - np.array(ink.shape[::-1]) / 2) * (2 * FIT_HALF_WIDTH / max(ink.shape))


def _ink(raw: bytes) -> np.ndarray:
    """Darkness 0 to 1 of a picture on white paper, its longer side at most `MAX_SIDE`."""
    if len(raw) > MAX_BYTES:
        raise UserError(
            N_("The file is too large: {size} kB, the maximum is {most} kB."),
            size=len(raw) // 1000,
            most=MAX_BYTES // 1000,
        )
    try:
        with _lock, Image.open(io.BytesIO(raw), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise UserError(
                    N_("The picture has {width} × {height} pixels; the maximum is {most} million pixels."),
                    width=image.width,
                    height=image.height,
                    most=MAX_PIXELS // 1_000_000,
                )
            image.draft("L", (MAX_SIDE, MAX_SIDE))  # a large photograph is not unpacked whole
            small = image.convert("RGBA")
            small.thumbnail((MAX_SIDE, MAX_SIDE))
            paper = Image.new("RGBA", small.size, "white")
            grey = Image.alpha_composite(paper, small).convert("L")
    except UserError:
        raise
    except (
        OSError,
        ValueError,
        SyntaxError,
        IndexError,
        KeyError,
        TypeError,
        EOFError,
        OverflowError,
        Image.DecompressionBombError,
    ) as error:  # what Pillow raises for files that are not what they claim
        raise UserError(N_("The file cannot be read as a picture (PNG, JPEG, GIF, WebP or BMP).")) from error
    return 1 - np.asarray(grey, np.float64) / 255
