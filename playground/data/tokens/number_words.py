"""Numbers in words, from English to Chinese and back: two languages whose answers are all known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import ClassVar, Literal

import numpy as np

from playground.core.i18n import N_

from .numerals import CHINESE, ENGLISH, chinese, compact, english
from .task import BLANK, END, FIRST, SEP, TokenTask, joined

SYMBOLS = (*ENGLISH, *CHINESE)
NUMBER = {symbol: FIRST + place for place, symbol in enumerate(SYMBOLS)}
AND, THOUSAND, ZERO, WAN = (NUMBER[symbol] for symbol in ("and", "thousand", "零", "万"))
ENGLISH_WIDTHS = (0, 1, 2, 5, 7, 8, 11)
CHINESE_WIDTHS = (0, 1, 3, 5, 7, 9, 11)
"""Words of the longest number of so many digits."""


@dataclass(frozen=True, kw_only=True)
class NumberWords(TokenTask):
    """A number of up to `digits` digits in English words, and in Chinese. How many digits it has is drawn first, each
    count equally likely, then the number: short ones would otherwise hardly occur."""

    name: str = "number_words"
    title: str = N_("Numbers in words")
    digits: int = 4
    to: Literal["chinese", "english"] = "chinese"

    grows: ClassVar[str] = "digits"
    longest: ClassVar[int] = len(CHINESE_WIDTHS) - 1

    @property
    def description(self) -> str:
        return N_("Translate a number from English words into Chinese ones, or back.")

    @property
    def symbols(self) -> tuple[str, ...]:
        return SYMBOLS

    @property
    def source_length(self) -> int:
        return (ENGLISH_WIDTHS if self.to == "chinese" else CHINESE_WIDTHS)[self.digits] + 1

    @property
    def answer_length(self) -> int:
        return (CHINESE_WIDTHS if self.to == "chinese" else ENGLISH_WIDTHS)[self.digits] + 1

    def numbers(self, n: int, generator: np.random.Generator) -> np.ndarray:
        """`n` numbers: (n,) int64."""
        digits = generator.integers(1, self.digits + 1, n)
        low = np.where(digits == 1, 0, 10 ** (digits - 1))
        return generator.integers(low, 10**digits)

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        return self.rows(self.numbers(n, generator))

    def rows(self, numbers: np.ndarray) -> np.ndarray:
        """The rows of numbers (n,): (n, dim) float32."""
        read, write = (english_tokens, chinese_tokens) if self.to == "chinese" else (chinese_tokens, english_tokens)
        source = compact(read(numbers), self.source_length - 1)
        answer = compact(write(numbers), self.answer_length)
        ends = np.arange(self.answer_length) == (answer >= 0).sum(1, keepdims=True)
        answer = np.where(ends, END, np.where(answer < 0, BLANK, answer))
        return joined(np.where(source < 0, BLANK, source), SEP, answer)

    def counted(self, rows: np.ndarray) -> np.ndarray:
        return rows[:, self.source_length :] != BLANK

    @cached_property
    def memoryless(self) -> float:
        """The entropy of the number, which the answer tells, over the mean number of words and END."""
        write = chinese_tokens if self.to == "chinese" else english_tokens
        entropy, words = np.log(self.digits), 0.0
        for digits in range(1, self.digits + 1):
            numbers = np.arange(10 ** (digits - 1) if digits > 1 else 0, 10**digits)
            entropy += np.log(len(numbers)) / self.digits
            words += (write(numbers) >= 0).sum() / len(numbers) / self.digits
        return float(entropy / (words + 1))


def english_tokens(numbers: np.ndarray) -> np.ndarray:
    """The words of numbers (n,), -1 between them where there are none: (n, 12) int16."""
    high, low = np.divmod(numbers, 1000)
    table = _table(english, 1000, 5)
    joint = np.where((high > 0) & (low > 0) & (low < 100), AND, -1)
    return np.concatenate(
        [
            _unless(high == 0, table[high]),
            _one(high > 0, THOUSAND),
            _column(joint),
            _unless((high > 0) & (low == 0), table[low]),
        ],
        1,
    )


def chinese_tokens(numbers: np.ndarray) -> np.ndarray:
    """The characters of numbers (n,), -1 between them where there are none: (n, 12) int16."""
    high, low = np.divmod(numbers, 10_000)
    table = _table(chinese, 10_000, 7)
    below = table[low]
    teens = (high > 0) & (low >= 10) & (low < 20)
    one = np.where(teens, NUMBER["一"], -1)  # 十 is 一十 after 万
    return np.concatenate(
        [
            _unless(high == 0, table[high][:, :3]),
            _one(high > 0, WAN),
            _one((high > 0) & (low > 0) & (low < 1000), ZERO),
            _column(one),
            _unless((high > 0) & (low == 0), below),
        ],
        1,
    )


def _unless(none: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    return np.where(none[:, None], np.int16(-1), tokens)


def _one(there: np.ndarray, token: int) -> np.ndarray:
    return _column(np.where(there, token, -1))


def _column(tokens: np.ndarray) -> np.ndarray:
    return tokens.astype(np.int16)[:, None]


@cache
def _table(words: Callable[[int], Sequence[str]], size: int, width: int) -> np.ndarray:
    """The tokens of the numbers below `size`, -1 after the last: (size, width) int16."""
    table = np.full((size, width), -1, np.int16)
    for number in range(size):
        said = [NUMBER[word] for word in words(number)]
        table[number, : len(said)] = said
    return table
