"""Texts of tokens as they are drawn: what cannot be seen becomes a sign, and some letters are wide."""

from collections.abc import Iterable
from unicodedata import combining, east_asian_width

SIGNS = str.maketrans({" ": "\u2423", "\n": "\u21b5", "\t": "\u21e5", "\r": "\u240d", "\u3000": "\u2423"})


def visible(token: str) -> str:
    """The token, its spaces and line breaks as signs (\u2423, \u21b5)."""
    return token.translate(SIGNS)


def columns(text: str) -> int:
    """The width in halves of a Chinese character: about two for each of those, one for a Latin letter."""
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def widest(texts: Iterable[str]) -> str:
    """The text that needs most room, about; "" of none."""
    return max(texts, key=columns, default="")
