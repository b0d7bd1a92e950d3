"""The characters of a text, one token each: two that ship, and a visitor's own."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

from . import text_codec
from .ngram import NGram
from .task import FIRST, OTHER, TokenTask

TEXTS = Path(__file__).parent / "texts"
"""What ships; its README names sources and licences."""
BLOCKS = 20
"""Into so many equal blocks a text is cut. Four of five in a row are for training; the fifth is held out, to choose by
and to test on in turn, so that every part is of the whole text."""
MAX_KINDS = 1000
"""Tokens of a vocabulary. Rarer characters are all the same token, OTHER."""
SHIPPED = {
    "alice": (
        N_("English text"),
        N_("Write the next character of Alice's Adventures in Wonderland by Lewis Carroll."),
    ),
    "four_books": (
        N_("Chinese text"),
        N_("Write the next character of the Four Books, classics of Confucianism. All rare characters are one token."),
    ),
}
"""Title and description of the texts that ship, by the name of their file."""
OWN = ("own_text", N_("Own text"))
"""Name and title of a visitor's text."""
EXAMPLE = "alice"
"""Stands for own text where there is none."""


@dataclass(frozen=True, kw_only=True)
class TextTask(TokenTask):
    """Windows of `length` characters of a text. `UserError` where the text is too short for that."""

    text: str = field(repr=False)
    length: int = 64
    about: str = N_("Predict each character from those before it.")

    split: ClassVar[tuple[str, ...]] = ("train", "valid", "test")
    grows: ClassVar[str] = "length"
    floor: ClassVar[float | None] = None
    memoryless_title: ClassVar[str] = N_("Character frequencies alone")

    def __post_init__(self):
        if len(self.text) < BLOCKS * self.length:
            raise UserError(
                N_(
                    "The text is too short: it has {count:character|characters}. With windows of {length} it needs at "
                    "least {fewest}."
                ),
                count=len(self.text),
                length=self.length,
                fewest=BLOCKS * self.length,
            )

    @classmethod
    def of(cls, text: str, length: int = 64) -> "TextTask":
        """A visitor's text."""
        name, title = OWN
        return cls(name=name, title=title, text=text, length=length)

    @property
    def description(self) -> str:
        return self.about

    @property
    def symbols(self) -> tuple[str, ...]:
        return encoded(self.text).symbols

    @property
    def source_length(self) -> int:
        return 0

    @property
    def answer_length(self) -> int:
        return self.length

    def runs(self, part: str = "train") -> tuple[np.ndarray, ...]:
        """The tokens of a part, a stretch of consecutive text each: (length,) int64, locked."""
        return encoded(self.text).runs[part]

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        """`n` windows of the training part, all equally likely: (n, length) float32."""
        tokens, starts = self._starts
        return tokens[starts[generator.integers(len(starts), size=n)][:, None] + np.arange(self.length)]

    def part(self, name: str) -> np.ndarray:
        """Windows of a part side by side: (n, length) float32. The rest of each stretch is left out."""
        return self.windows(name, self.length)

    def windows(self, part: str, stride: int) -> np.ndarray:
        """Windows of a part, `stride` characters apart: (n, length) float32. Judged on their last `stride` characters
        alone, they overlap so that each character is seen with at least length - stride before it."""
        views = [np.lib.stride_tricks.sliding_window_view(run, self.length)[::stride] for run in self.runs(part)]
        return np.concatenate(views).astype(np.float32)

    @cached_property
    def _starts(self) -> tuple[np.ndarray, np.ndarray]:
        """The training part as one array of float32, and where in it a window can begin."""
        runs = self.runs("train")
        ends = np.cumsum([len(run) for run in runs])
        starts = [np.arange(end - len(run), end - self.length + 1) for run, end in zip(runs, ends, strict=True)]
        return np.concatenate(runs).astype(np.float32), np.concatenate(starts)

    @cached_property
    def memoryless(self) -> float:
        """On the validation part: nats for a character by how often it occurs in training, once more than it does."""
        seen = np.bincount(np.concatenate(self.runs("train")), minlength=len(self.vocabulary)).astype(np.float64)
        possible = [OTHER, *range(FIRST, len(self.vocabulary))]
        p = (seen + 1) / (seen[possible] + 1).sum()
        return -float(np.log(p[np.concatenate(self.runs("valid"))]).mean())

    def ngram(self, order: int = 5) -> NGram:
        """The n-gram with back-off of the training part; `.nats(self.runs("test"))` is its loss."""
        return ngram(self.text, order)

    def read(self, text: str) -> np.ndarray:
        """The tokens of a text: (length,) int64."""
        return encoded(self.text).tokens(text)


@dataclass(frozen=True, eq=False)
class Encoded:
    """A text in tokens; kept for every window length."""

    symbols: tuple[str, ...]
    numbers: dict[str, int]
    runs: dict[str, tuple[np.ndarray, ...]]

    def tokens(self, text: str) -> np.ndarray:
        """(length,) int64"""
        return np.fromiter((self.numbers.get(character, OTHER) for character in text), np.int64, len(text))


@lru_cache(maxsize=8)
def encoded(text: str) -> Encoded:
    """The vocabulary is what the training part has: what is held out is not looked at."""
    cuts = np.linspace(0, len(text), BLOCKS + 1).astype(int)
    pieces: dict[str, list[str]] = {"train": [], "valid": [], "test": []}
    for block in range(0, BLOCKS, 5):
        pieces["train"].append(text[cuts[block] : cuts[block + 4]])
        pieces["test" if block % 10 else "valid"].append(text[cuts[block + 4] : cuts[block + 5]])
    counts = Counter(character for piece in pieces["train"] for character in piece)
    frequent = sorted(counts, key=lambda character: (-counts[character], character))[: MAX_KINDS - FIRST]
    symbols = tuple(sorted(frequent))
    found = Encoded(symbols, {character: FIRST + i for i, character in enumerate(symbols)}, {})
    for part, texts in pieces.items():
        found.runs[part] = tuple(_locked(found.tokens(piece)) for piece in texts)
    return found


@lru_cache(maxsize=4)
def ngram(text: str, order: int) -> NGram:
    whole = encoded(text)
    size = FIRST + len(whole.symbols)
    return NGram(whole.runs["train"], size, (OTHER, *range(FIRST, size)), order)


def _locked(tokens: np.ndarray) -> np.ndarray:
    tokens.setflags(write=False)
    return tokens


@lru_cache(maxsize=4)
def shipped(name: str) -> str:
    """A text that ships."""
    return (TEXTS / f"{name}.txt").read_text("utf-8")


def shipped_task(name: str, length: int = 64) -> TextTask:
    """The task of a text that ships."""
    title, about = SHIPPED[name]
    return TextTask(name=name, title=title, about=about, text=shipped(name), length=length)


def own_text(code: str) -> str:
    """The visitor's text of a code (`text_codec`); where it is empty, the English text is the example."""
    return text_codec.decode(code) if code else shipped(EXAMPLE)


def own(code: str = "", length: int = 64) -> TextTask:
    """The task of that text."""
    return TextTask.of(own_text(code), length)
