"""What a machine with little memory does: parity needs one bit, closing brackets a stack."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from playground.core.i18n import N_

from .task import BLANK, END, FIRST, SEP, TokenTask, joined

CLOSING = {"(": ")", "[": "]", "{": "}"}
KINDS = len(CLOSING)


@dataclass(frozen=True, kw_only=True)
class Parity(TokenTask):
    """Whether the number of ones is odd: of all bits, or after each."""

    name: str = "parity"
    title: str = N_("Parity")
    length: int = 20
    running: bool = False

    grows: ClassVar[str] = "length"

    @property
    def description(self) -> str:
        return N_("Is the number of ones odd? One wrong bit turns the answer around.")

    @property
    def symbols(self) -> tuple[str, ...]:
        return "0", "1"

    @property
    def source_length(self) -> int:
        return self.length + 1

    @property
    def answer_length(self) -> int:
        return self.length if self.running else 1

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        bits = generator.integers(0, 2, (n, self.length))
        parity = bits.cumsum(1) % 2
        return joined(bits + FIRST, SEP, parity[:, -self.answer_length :] + FIRST)

    @property
    def memoryless(self) -> float:
        return float(np.log(2))


@dataclass(frozen=True, kw_only=True)
class Brackets(TokenTask):
    """The beginning of balanced brackets of three kinds; the answer closes what is open, the innermost first, and ends.

    A bracket opens or closes with equal probability, but where none is open one opens, and where `deepest` are, one
    closes.
    """

    name: str = "brackets"
    title: str = N_("Brackets")
    length: int = 20
    deepest: int = 8

    grows: ClassVar[str] = "length"

    @property
    def description(self) -> str:
        return N_("Close the brackets that are still open, the last one first.")

    @property
    def symbols(self) -> tuple[str, ...]:
        return (*CLOSING, *CLOSING.values())

    @property
    def source_length(self) -> int:
        return self.length + 1

    @property
    def answer_length(self) -> int:
        return self.deepest + 1

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        opens = generator.integers(0, 2, (n, self.length), np.uint8)
        kinds = generator.integers(0, KINDS, (n, self.length))
        source = np.empty((n, self.length), np.int64)
        rows, stack, depth = np.arange(n), np.zeros((n, self.deepest), np.int64), np.zeros(n, np.int64)
        for place in range(self.length):
            opening = (depth == 0) | (opens[:, place] == 1) & (depth < self.deepest)
            top = np.where(opening, depth, depth - 1)  # what is written, or read
            stack[rows, top] = np.where(opening, kinds[:, place], stack[rows, top])
            source[:, place] = stack[rows, top] + np.where(opening, 0, KINDS)
            depth += np.where(opening, 1, -1)
        still = depth[:, None] - 1 - np.arange(self.answer_length)  # (n, answer_length), places from the top down
        closing = np.take_along_axis(stack, still.clip(0, self.deepest - 1), 1) + KINDS + FIRST
        answer = np.where(still >= 0, closing, np.where(still == -1, END, BLANK))
        return joined(source + FIRST, SEP, answer)

    def counted(self, rows: np.ndarray) -> np.ndarray:
        return rows[:, self.source_length :] != BLANK

    @cached_property
    def depths(self) -> np.ndarray:
        """How probable it is that so many brackets are open at the end: (deepest + 1,)."""
        step = np.zeros((self.deepest + 1, self.deepest + 1))
        for depth in range(self.deepest + 1):
            up = 1.0 if depth == 0 else 0.0 if depth == self.deepest else 0.5
            step[depth, min(depth + 1, self.deepest)] += up
            step[depth, max(depth - 1, 0)] += 1 - up
        return np.linalg.matrix_power(step, self.length)[0]

    @cached_property
    def memoryless(self) -> float:
        """The entropy of the depth, and of the kind of each open bracket."""
        p, mean = self.depths[self.depths > 0], self.depths @ np.arange(self.deepest + 1)
        return float((-(p @ np.log(p)) + mean * np.log(KINDS)) / (mean + 1))
