"""Copy after a gap, reverse, sort: the answer is the source in the same or another order."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy.special import gammaln

from playground.core.i18n import N_

from .task import BLANK, FIRST, SEP, TokenTask, joined

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, kw_only=True)
class Copy(TokenTask):
    """Symbols, a gap, then the same symbols: Hochreiter and Schmidhuber 1997, in the form of Arjovsky et al. 2016
    (section 5.1). The gap is T - 1 blanks and the sign to begin, so a row has T + 20 tokens."""

    name: str = "copy"
    title: str = N_("Copy")
    gap: int = 30
    length: int = 10
    kinds: int = 8

    grows: ClassVar[str] = "gap"

    @property
    def description(self) -> str:
        return N_("Repeat the letters after a gap. Whoever forgets them while waiting can only guess.")

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(LETTERS[: self.kinds])

    @property
    def source_length(self) -> int:
        return self.length + self.gap

    @property
    def answer_length(self) -> int:
        return self.length

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        letters = generator.integers(FIRST, FIRST + self.kinds, (n, self.length))
        return joined(letters, np.full((n, self.gap - 1), BLANK), SEP, letters)

    def distance(self, rows: np.ndarray) -> np.ndarray:
        return np.full((len(rows), self.length), self.source_length)

    @property
    def memoryless(self) -> float:
        return float(np.log(self.kinds))

    @property
    def memoryless_of_all(self) -> float:
        """As a mean over all positions of the row, blanks too: 10 ln 8 / (T + 20), as Arjovsky et al. 2016 state it."""
        return self.length * self.memoryless / self.dim


@dataclass(frozen=True, kw_only=True)
class Reverse(TokenTask):
    """Letters, then the same from the last to the first."""

    name: str = "reverse"
    title: str = N_("Reverse")
    length: int = 10
    kinds: int = 26

    grows: ClassVar[str] = "length"

    @property
    def description(self) -> str:
        return N_("Write the letters from the last to the first.")

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(LETTERS[: self.kinds])

    @property
    def source_length(self) -> int:
        return self.length + 1

    @property
    def answer_length(self) -> int:
        return self.length

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        letters = generator.integers(FIRST, FIRST + self.kinds, (n, self.length))
        return joined(letters, SEP, self.answer(letters))

    def answer(self, letters: np.ndarray) -> np.ndarray:
        """(n, length) -> (n, length)"""
        return letters[:, ::-1]

    def distance(self, rows: np.ndarray) -> np.ndarray | None:
        return np.tile(2 * np.arange(self.length) + 2, (len(rows), 1))

    @property
    def memoryless(self) -> float:
        return float(np.log(self.kinds))


@dataclass(frozen=True, kw_only=True)
class Sort(Reverse):
    """Letters, then the same in the order of the alphabet."""

    name: str = "sort"
    title: str = N_("Sort")

    @property
    def description(self) -> str:
        return N_("Write the letters in the order of the alphabet.")

    def answer(self, letters: np.ndarray) -> np.ndarray:
        return np.sort(letters, 1)

    def distance(self, rows: np.ndarray) -> None:
        return None

    @cached_property
    def memoryless(self) -> float:
        """The entropy of how often each letter occurs (a multinomial law), over the length."""
        length, kinds = self.length, self.kinds
        counts = np.arange(length + 1)
        log_factorial = gammaln(counts + 1)
        log_choose = log_factorial[-1] - log_factorial - log_factorial[::-1]
        p = np.exp(log_choose - counts * np.log(kinds) + (length - counts) * np.log1p(-1 / kinds))  # of one letter
        mean = p @ log_factorial
        return float(length * np.log(kinds) - log_factorial[-1] + kinds * mean) / length
