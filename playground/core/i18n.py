"""Two languages: gettext catalogues, read with Babel. English is the message id.

Sentences are marked with `N_` where they are written, and translated where they are shown: the reader's language is
known only there. `playground.commands.translations` keeps the catalogues up to date.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel.messages import Catalog

LANGUAGES = {"en": "English", "zh": "中文"}
CATALOGUES = Path(__file__).parent / "locale"

Translate = Callable[[str], str]


def N_(text: str) -> str:
    """Mark `text` for extraction; it is translated later, where the reader's language is known."""
    return text


class _Filled(Formatter):
    """As `str.format`, with `{n:point|points}`: a number and its noun."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        return f"{value} {one if str(value) == '1' else many}" if bar else super().format_field(value, format_spec)


def fill(text: str, /, **values: Any) -> str:
    """`text` with its {placeholders} filled in. Where a number stands before a noun the text has both of the noun's
    forms, "{n:point|points}", and n = 1 gives "1 point"; a translation into a language of one form says "{n} ...".
    The number may be a text already ("1,024"). `KeyError`: a placeholder without a value."""
    return _Filled().vformat(text, (), values)


def catalogue_path(lang: str) -> Path:
    return CATALOGUES / lang / "LC_MESSAGES" / "playground.po"


def read_catalogue(lang: str) -> "Catalog":
    from babel.messages.pofile import read_po  # workers mark texts, and never translate

    with catalogue_path(lang).open("rb") as file:
        return read_po(file, locale=lang)


@cache
def translator(lang: str) -> Translate:
    """A gettext function for one of `LANGUAGES`; any other language is read as English."""
    if lang == "en" or lang not in LANGUAGES:
        return str
    known = {str(m.id): str(m.string) for m in read_catalogue(lang) if m.id and m.string and not m.fuzzy}
    return lambda text: known.get(text, text)


def language_of(locale: str | None) -> str:
    """The language that suits a browser's locale, such as "zh-CN"."""
    start = (locale or "").lower().split("-")[0]
    return start if start in LANGUAGES else "en"
