"""Pictures in rows, enlarged so that single pixels can be seen."""

import numpy as np
from PIL import Image

GAP = 2
MIN_SIDE = 72
"""Pixels of the shorter side of each picture, at least."""


def contact_sheet(pictures: np.ndarray, columns: int, ground: int = 128) -> Image.Image:
    """(n, height, width, 1 or 3) uint8, `columns` in a row, with gaps of the grey `ground`."""
    n, height, width, channels = pictures.shape
    times = max(1, -(-MIN_SIDE // min(height, width)))
    large = pictures.repeat(times, 1).repeat(times, 2)
    if channels == 1:
        large = large.repeat(3, 3)
    high, wide, rows = height * times, width * times, -(-n // columns)
    sheet = np.full((rows * (high + GAP) - GAP, min(columns, n) * (wide + GAP) - GAP, 3), ground, np.uint8)
    for k, picture in enumerate(large):
        top, left = (k // columns) * (high + GAP), (k % columns) * (wide + GAP)
        sheet[top : top + high, left : left + wide] = picture
    return Image.fromarray(sheet)
