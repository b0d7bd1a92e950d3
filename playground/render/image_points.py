"""A picture read as a density: the more ink a place has, the more points it gets."""

import threading
from collections.abc import Callable
from typing import Literal

import numpy as np
from PIL import Image, ImageOps
from scipy.ndimage import gaussian_filter, percentile_filter

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.plane.point_codec import MAX_POINTS
from playground.data.plane.user_data import FIT_HALF_WIDTH

from .foreign_picture import opened

MAX_BYTES = 8_000_000
"""Of a file."""
MAX_SIDE = 256
"""Pixels along the longer side that are looked at."""
PAPER_SHARE = 0.12
"""What has less than this share of the most ink counts as paper."""
DARK_EDGE, WHITE_EDGE = 0.4, 0.9
"""Grey of the picture's edge: below the first the drawing is light on a dark ground; where it is nowhere as light as
the second, a drawing on a sheet of paper is looked for."""
LINE_SHARE, MIN_CONTRAST, MAX_LINES = 0.35, 0.2, 0.2
"""A line on grey paper: its share of the greatest contrast, the least of that, and how much of the sheet lines may
cover."""
Ink = Literal["auto", "dark", "light"]
BAND = 64
"""Rows of the reduced picture that are made at a time."""
_lock = threading.Lock()  # a picture of 16 million pixels takes 64 MB while it is read


def points_from_image(raw: bytes, ink: Ink = "auto") -> np.ndarray:
    """2,000 points (m, 2) where the picture has ink, the same for the same file.

    `ink`: "dark" or "light" places, or those that differ from the picture's edge ("auto"; of a grey sheet of paper,
    what is darker than the paper around it). `UserError` says what is wrong with the file. Size is read from the head
    before a pixel is unpacked.
    """
    density = _density(_grey(raw), ink)[::-1]  # rows from below
    if density.max() < 0.02 or density.max() - density.min() < 0.02:
        raise UserError(N_("The picture has only one colour; there is nothing to learn."))
    random = np.random.default_rng(0)
    heap = np.cumsum(density.ravel())
    chosen = np.searchsorted(heap, random.uniform(0, heap[-1], MAX_POINTS), side="right").clip(0, density.size - 1)
    row, column = np.divmod(chosen, density.shape[1])
    places = np.stack([column, row], 1) + random.uniform(0, 1, (MAX_POINTS, 2))  # anywhere in its pixel
    return (places - np.array(density.shape[::-1]) / 2) * (2 * FIT_HALF_WIDTH / max(density.shape))


def _density(grey: np.ndarray, ink: Ink) -> np.ndarray:
    """How much ink each place has, from grey (row, column), 0 black to 1 white."""
    edges = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    edge, lightest = float(np.median(edges)), float(np.quantile(edges, 0.95))
    if ink == "auto" and DARK_EDGE < edge <= lightest < WHITE_EDGE and (drawn := _drawn_on_paper(grey)) is not None:
        return drawn
    light = ink == "light" or ink == "auto" and edge < DARK_EDGE
    density = grey - min(grey.min(), edge) if light else 1 - grey
    return np.where(density < PAPER_SHARE * max(density.max(), 1e-9), 0.0, density)


def _drawn_on_paper(grey: np.ndarray) -> np.ndarray | None:
    """The lines of a drawing on an unevenly lit, grey sheet: what is darker than the paper around it (a local
    threshold); None where the picture is something else."""
    around = max(grey.shape) // 6 | 1
    paper = gaussian_filter(percentile_filter(grey, 80, around), around / 4)
    darker = np.clip(paper - grey, 0, None)
    lines = darker > LINE_SHARE * darker.max()
    if darker.max() < MIN_CONTRAST or lines.mean() > MAX_LINES:
        return None
    return np.where(lines, darker, 0.0)


def _grey(raw: bytes) -> np.ndarray:
    """Grey 0 to 1 of a picture held upright, its longer side at most `MAX_SIDE`. What is clear becomes paper in the
    colour that the drawing on it is not."""
    if len(raw) > MAX_BYTES:
        raise UserError(
            N_("The file is too large: {size} kB, the maximum is {most} kB."),
            size=len(raw) // 1000,
            most=MAX_BYTES // 1000,
        )
    with _lock, opened(raw, draft=MAX_SIDE) as image:
        return _small_grey(image)


def _small_grey(image: Image.Image) -> np.ndarray:
    if image.mode.startswith("I"):  # 16 bits a pixel: Pillow's own conversion cuts off what is above 255
        deep = _reduced(image, "F", lambda band: Image.fromarray(np.asarray(band).astype(np.float32) / 65_535))
        deep.thumbnail((MAX_SIDE, MAX_SIDE))
        return np.asarray(deep, np.float64).clip(0, 1)
    small = _reduced(image, "RGBA", lambda band: band.convert("RGBA"))
    small.thumbnail((MAX_SIDE, MAX_SIDE))
    grey, alpha = (np.asarray(small.convert("LA"), np.float64) / 255).transpose(2, 0, 1)
    drawn = (grey * alpha).sum() / max(alpha.sum(), 1e-9)
    paper = 1.0 if drawn <= 0.5 else 0.0
    return alpha * grey + (1 - alpha) * paper


def _reduced(image: Image.Image, mode: str, convert: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """The picture held upright in another mode, its longer side at least four times what is looked at. Band by band: a
    second picture as large as the first is never made."""
    by = max(1, max(image.size) // (4 * MAX_SIDE))
    small = Image.new(mode, (-(-image.width // by), -(-image.height // by)))
    for y in range(0, image.height, by * BAND):
        band = convert(image.crop((0, y, image.width, min(y + by * BAND, image.height))))
        small.paste(band.reduce(by) if by > 1 else band, (0, y // by))
    small.info = dict(image.info)  # says which side is up
    return ImageOps.exif_transpose(small)
