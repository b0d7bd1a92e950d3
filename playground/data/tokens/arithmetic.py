"""Numbers digit by digit, added and subtracted; and addition modulo p, a finite table with a part held out."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from string import digits as DIGITS
from typing import ClassVar

import numpy as np

from playground.core.i18n import N_

from .task import FIRST, SEP, TokenTask, joined

PLUS, MINUS = FIRST + 10, FIRST + 11
MAX_DIGITS = 12
"""Their sums are exact in int64."""


@dataclass(frozen=True, kw_only=True)
class Addition(TokenTask):
    """The sum of two numbers of `digits` digits, all equally likely, zeros in front."""

    name: str = "addition"
    title: str = N_("Addition")
    digits: int = 3
    least_first: bool = True
    """Whether the answer begins with the ones, as one adds by hand."""

    grows: ClassVar[str] = "digits"
    longest: ClassVar[int] = MAX_DIGITS

    @property
    def description(self) -> str:
        return N_("Add two numbers, digit by digit.")

    @property
    def symbols(self) -> tuple[str, ...]:
        return (*DIGITS, "+", "\u2212")

    @property
    def source_length(self) -> int:
        return 2 * self.digits + 2

    @property
    def answer_length(self) -> int:
        return self.digits + 1

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        a, b = generator.integers(0, 10**self.digits, (2, n))
        return joined(written(a, self.digits), PLUS, written(b, self.digits), SEP, self.answer(a, b))

    def answer(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """(n,), (n,) -> (n, answer_length) tokens"""
        return self._in_order(written(a + b, self.digits + 1))

    def _in_order(self, number: np.ndarray) -> np.ndarray:
        return number[:, ::-1] if self.least_first else number

    @property
    def memoryless(self) -> float:
        """The entropy of the sum, whose law is a triangle: N^2 pairs, k or N of which have the same sum. That of the
        difference is the same. The sum of k ln k is the hyperfactorial's asymptotic series, exact to 1e-7."""
        N = 10.0**self.digits
        up_to = N * N / 2 * np.log(N) - N * N / 4 + N / 2 * np.log(N) + np.log(N) / 12 + 0.2487544770337843
        k_ln_k = up_to + 1 / (720 * N * N) - N * np.log(N)  # k below N; the constant is ln of Glaisher's
        entropy = 2 * np.log(N) - (2 * k_ln_k + N * np.log(N)) / (N * N)
        return float(entropy / self.answer_length)


@dataclass(frozen=True, kw_only=True)
class Subtraction(Addition):
    """The difference of two such numbers: its sign, then its digits."""

    name: str = "subtraction"
    title: str = N_("Subtraction")

    @property
    def description(self) -> str:
        return N_("Subtract the second number from the first: first the sign, then the digits.")

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        a, b = generator.integers(0, 10**self.digits, (2, n))
        return joined(written(a, self.digits), MINUS, written(b, self.digits), SEP, self.answer(a, b))

    def answer(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        sign = np.where(a < b, MINUS, PLUS)[:, None]
        return np.concatenate([sign, self._in_order(written(np.abs(a - b), self.digits))], 1)


def written(numbers: np.ndarray, digits: int) -> np.ndarray:
    """The tokens of numbers (n,) in so many digits, the largest first: (n, digits)."""
    return numbers[:, None] // 10 ** np.arange(digits - 1, -1, -1) % 10 + FIRST


@dataclass(frozen=True, kw_only=True)
class ModularAddition(TokenTask):
    """a + b modulo p, each number one token: a part of the table is for training, the rest is held out. Power et al.
    2022 (section 3): training is perfect long before the rest is right."""

    name: str = "modular"
    title: str = N_("Modular addition")
    modulus: int = 97
    train_share: float = 0.5
    """Of the table's entries."""

    split: ClassVar[tuple[str, ...]] = ("train", "valid")

    @property
    def description(self) -> str:
        return N_("Add on a clock face. Part of the table is for training. Whoever has found the rule knows the rest.")

    @property
    def symbols(self) -> tuple[str, ...]:
        return (*map(str, range(self.modulus)), "+")

    @property
    def source_length(self) -> int:
        return 4

    @property
    def answer_length(self) -> int:
        return 1

    def part(self, name: str) -> np.ndarray:
        """All rows of a part: (n, 5) float32, locked."""
        return _table(self.modulus, self.train_share)[name]

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        rows = self.part("train")
        return rows[generator.integers(len(rows), size=n)]

    @cached_property
    def memoryless(self) -> float:
        """On the whole table, where all answers are equally frequent."""
        return float(np.log(self.modulus))


@lru_cache(maxsize=4)
def _table(modulus: int, train_share: float) -> dict[str, np.ndarray]:
    """Both parts in random order, always the same."""
    a, b = np.divmod(np.random.default_rng(modulus).permutation(modulus**2), modulus)
    a, b, c = ((values + FIRST)[:, None] for values in (a, b, (a + b) % modulus))
    rows = joined(a, FIRST + modulus, b, SEP, c)
    rows.setflags(write=False)
    count = min(max(round(train_share * len(rows)), 1), len(rows) - 1)
    return {"train": rows[:count], "valid": rows[count:]}
