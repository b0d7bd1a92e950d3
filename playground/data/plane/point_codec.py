"""Points as a short text that fits into a link.

Places on a grid of 1024 by 1024 over the frame are numbered along Morton's curve (1966), which visits near
places one after the other, and sorted; the gaps between numbers, seven bits to a byte, are compressed
(zlib) and written in base64url. The order of the points is lost, and at most half a grid step of place: 0.003.
"""

import base64
import binascii
import re
import zlib

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

GRID_BITS = 10
HALF_WIDTH = 3.0
GRID_STEP = 2 * HALF_WIDTH / (2**GRID_BITS - 1)
"""Between two places of the grid."""
MAX_POINTS = 2000
"""Points a code holds."""
MAX_CODE_LENGTH = 8000
"""Characters of a code of points: three bytes to a gap at most, the compression's own, four characters to three
bytes."""
MAX_UNPACKED_BYTES = 3 * MAX_POINTS


def encode(points: np.ndarray) -> str:
    """The code of points (m, 2); what lies outside the frame is moved to its border.

    Of more than `MAX_POINTS`, a part is kept by lot, always the same. (Every k-th along the curve would leave them
    more evenly spread than any sample is, and the estimate too smooth.)
    """
    places = np.rint((np.asarray(points, np.float64) + HALF_WIDTH) / GRID_STEP)
    places = np.clip(places, 0, 2**GRID_BITS - 1).astype(np.int64)
    numbers = np.sort(_interleave(places[:, 0]) | _interleave(places[:, 1]) << 1)
    if len(numbers) > MAX_POINTS:
        numbers = np.sort(np.random.default_rng(0).permutation(numbers)[:MAX_POINTS])
    gaps = np.diff(numbers, prepend=0)
    raw = bytearray()
    for gap in gaps.tolist():
        while gap > 127:
            raw.append(gap & 127 | 128)
            gap >>= 7
        raw.append(gap)
    return base64.urlsafe_b64encode(zlib.compress(bytes(raw), 9)).decode().rstrip("=")


def decode(code: str) -> np.ndarray:
    """The points (m, 2) float64 of a code, along the curve. `UserError` if it is not whole."""
    broken = UserError(N_("Your own data in this link are damaged. Copy the whole link, or draw the data again."))
    if len(code) > MAX_CODE_LENGTH or not re.fullmatch(r"[A-Za-z0-9_-]+", code):
        raise broken
    try:
        packed = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
        unpacker = zlib.decompressobj()
        raw = np.frombuffer(unpacker.decompress(packed, MAX_UNPACKED_BYTES + 1), np.uint8).astype(np.int64)
    except (binascii.Error, zlib.error):
        raise broken from None
    last = np.flatnonzero(raw < 128)
    if not unpacker.eof or unpacker.unused_data or not 0 < len(last) <= MAX_POINTS or last[-1] != len(raw) - 1:
        raise broken
    begins = np.append(0, last[:-1] + 1)
    place = np.arange(len(raw)) - np.repeat(begins, np.diff(np.append(begins, len(raw))))
    if place.max() > 2:
        raise broken
    numbers = np.cumsum(np.add.reduceat((raw & 127) << 7 * place, begins))
    if numbers[-1] >= 4**GRID_BITS:
        raise broken
    return np.stack([_deinterleave(numbers), _deinterleave(numbers >> 1)], 1) * GRID_STEP - HALF_WIDTH


def evenly_spaced(count: int, most: int) -> np.ndarray:
    """At most `most` of the numbers below `count`, evenly spread."""
    kept = min(count, most)
    return (np.arange(kept) * count) // max(kept, 1)


def _interleave(x: np.ndarray) -> np.ndarray:
    """The bits of `x` at the even places of a number twice as long."""
    return np.bitwise_or.reduce([(x >> bit & 1) << 2 * bit for bit in range(GRID_BITS)])


def _deinterleave(number: np.ndarray) -> np.ndarray:
    """The bits at the even places of `number`."""
    return np.bitwise_or.reduce([(number >> 2 * bit & 1) << bit for bit in range(GRID_BITS)])
