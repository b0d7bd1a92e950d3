"""Fonts for the words in pictures. The one that Pillow brings along has Latin letters; for others one of the system's
is taken, and where there is none that has them all, words stay as they are in English."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

from PIL import ImageFont

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
FAMILIES = (
    "NotoSansCJK-Regular",
    "NotoSansCJKsc-Regular",
    "NotoSansSC-Regular",
    "SourceHanSansSC-Regular",
    "SourceHanSansCN-Regular",
    "wqy-microhei",
    "wqy-zenhei",
    "DroidSansFallbackFull",
    "PingFang",
    "Hiragino Sans GB",
    "STHeiti Light",
    "msyh",
    "simhei",
    "DejaVuSans",
)
"""Files with Chinese letters, the clearest first; the last has many signs."""
NO_LETTER = "\uffff"


def font(text: str, size: float) -> ImageFont.FreeTypeFont:
    """A font of that size that has every letter of the text; else Pillow's own."""
    return _font(_font_file(text), max(size, 6))


def drawable_translation(translate: Callable[[str], str]) -> Callable[[str], str]:
    """`translate`, but where no font here has the letters of the translation, the text itself."""

    def words(text: str) -> str:
        translated = translate(text)
        return text if _font_file(translated) is None else translated

    return words


def has_letters(text: str) -> bool:
    """Whether some font here has every letter of the text."""
    return _font_file(text) is not None


def _font_file(text: str) -> str | None:
    """The file of a font that has all letters of the text; "": Pillow's own; None: there is no such font."""
    return next((file for file in ("", *files()) if all(_has_letter(file, letter) for letter in text)), None)


@cache
def files() -> tuple[str, ...]:
    """The known fonts on this system, in the order of `FAMILIES`."""
    return tuple(str(path) for family in FAMILIES for path in _found(family))


def _found(family: str) -> Iterator[Path]:
    for folder in map(Path, FOLDERS):
        if (home := folder.expanduser()).is_dir():
            yield from sorted(home.rglob(f"{family}.[ot]t[cf]"))


@cache
def _has_letter(file: str, letter: str) -> bool:
    if letter.isspace():
        return True
    drawn, blank = (cast(Any, _font(file, 20).getmask(one)) for one in (letter, NO_LETTER))
    return (drawn.size, bytes(drawn)) != (blank.size, bytes(blank))


@cache
def _font(file: str | None, size: float) -> ImageFont.FreeTypeFont:
    if not file:
        return cast(ImageFont.FreeTypeFont, ImageFont.load_default(size))
    faces = [ImageFont.truetype(file, size)]
    while file.endswith(".ttc") and len(faces) < 10 and not str(faces[-1].getname()[0]).endswith("SC"):
        try:  # a file of several languages: simplified Chinese, if it is in it
            faces.append(ImageFont.truetype(file, size, len(faces)))
        except OSError:
            return faces[0]
    return faces[-1]
