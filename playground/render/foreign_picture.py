"""Pictures of other people, opened with Pillow: few formats, and no more pixels than memory is meant for.

Size is read from the head of a file, before a pixel is unpacked.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from playground.core.errors import UserError
from playground.core.i18n import N_

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
MAX_PIXELS, MAX_WEBP, MAX_DRAFT = 16_000_000, 5_000_000, 120_000_000
"""Of a picture; of one in WebP, whose reader takes five times as much memory; of a photograph that is reduced while it
is read."""
BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    IndexError,
    KeyError,
    TypeError,
    EOFError,
    OverflowError,
    Image.DecompressionBombError,
)
"""What Pillow raises for files that are not what they claim."""
NO_PICTURE = N_("The file cannot be read as a picture (PNG, JPEG, GIF, WebP or BMP).")


@contextmanager
def opened(raw: bytes, draft: int | None = None) -> Iterator[Image.Image]:
    """The picture in a file; with `draft` one that need not be larger than so many pixels on its longer side. Not yet
    unpacked, which may fail, too: `UserError` says what is wrong, then as well."""
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
            # A progressive JPEG has all its coefficients in memory, whatever it is reduced to.
            reducible = draft is not None and image.format == "JPEG" and not image.info.get("progressive")
            _check(image, MAX_DRAFT if reducible else MAX_WEBP if image.format == "WEBP" else MAX_PIXELS)
            if draft is not None and reducible:
                image.draft("L", (draft, draft))
                _check(image, MAX_PIXELS)
            yield image
    except UserError:
        raise
    except BROKEN as error:
        raise UserError(NO_PICTURE) from error


def _check(image: Image.Image, most: int) -> None:
    if image.width * image.height > most:
        raise UserError(
            N_("The picture has {width} × {height} pixels; the maximum is {most} million pixels."),
            width=image.width,
            height=image.height,
            most=most // 1_000_000,
        )
