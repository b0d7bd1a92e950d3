"""Find again what was said: the value of a key, and queues by key."""

from dataclasses import dataclass
from string import ascii_letters, digits
from typing import ClassVar

import numpy as np

from playground.core.i18n import N_

from .task import FIRST, SEP, TokenTask, joined


@dataclass(frozen=True, kw_only=True)
class Recall(TokenTask):
    """Associative recall: pairs of a key and its value, then one of the keys (Graves et al. 2014, section 4.3; in the
    form of Ba et al. 2016, section 4.1). The keys of a row are different; each is as likely to be asked for."""

    name: str = "recall"
    title: str = N_("Associative recall")
    pairs: int = 8

    grows: ClassVar[str] = "pairs"
    longest: ClassVar[int] = len(ascii_letters)

    @property
    def description(self) -> str:
        return N_("Each letter is followed by its digit. Then one of the letters is asked for: what was its digit?")

    @property
    def symbols(self) -> tuple[str, ...]:
        return (*ascii_letters, *digits)

    @property
    def source_length(self) -> int:
        return 2 * self.pairs + 2

    @property
    def answer_length(self) -> int:
        return 1

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        keys = generator.random((n, len(ascii_letters)), np.float32).argsort(1)[:, : self.pairs]
        values = generator.integers(0, len(digits), (n, self.pairs)) + len(ascii_letters)
        asked = generator.integers(0, self.pairs, (n, 1))
        pairs = np.stack([keys, values], 2).reshape(n, 2 * self.pairs) + FIRST
        key, value = (np.take_along_axis(table, asked, 1) + FIRST for table in (keys, values))
        return joined(pairs, SEP, key, value)

    def distance(self, rows: np.ndarray) -> np.ndarray:
        keys, asked = rows[:, : 2 * self.pairs : 2], rows[:, self.source_length - 1]
        place = 2 * (keys == asked[:, None]).argmax(1) + 1
        return self.source_length - place[:, None]

    @property
    def memoryless(self) -> float:
        return float(np.log(len(digits)))


@dataclass(frozen=True, kw_only=True)
class Queues(TokenTask):
    """Several queues, one for each key: pairs of a key and a value that joins its queue, then keys, each of which takes
    the first value of its queue. All values are taken, the keys in random order."""

    name: str = "queues"
    title: str = N_("Queues")
    pairs: int = 8
    keys: str = "ABCD"

    grows: ClassVar[str] = "pairs"
    longest: ClassVar[int] = 300

    @property
    def description(self) -> str:
        return N_(
            "Each letter has a queue, and each digit joins the queue of the letter before it. Then each letter that is "
            "named takes the digit that has waited longest in its queue: first in, first out."
        )

    @property
    def symbols(self) -> tuple[str, ...]:
        return (*self.keys, *digits)

    @property
    def source_length(self) -> int:
        return 3 * self.pairs + 1

    @property
    def answer_length(self) -> int:
        return self.pairs

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        keys = generator.integers(0, len(self.keys), (n, self.pairs))
        values = generator.integers(0, len(digits), (n, self.pairs)) + len(self.keys)
        asked = generator.permuted(keys, axis=1)
        answers = np.take_along_axis(values, self._taken(keys, asked), 1)
        pairs = np.stack([keys, values], 2).reshape(n, 2 * self.pairs)
        return joined(pairs + FIRST, asked + FIRST, SEP, answers + FIRST)

    @staticmethod
    def _taken(keys: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Which of the pairs each asked key takes: (n, pairs) twice -> (n, pairs). Sorted by key, both are the same
        keys, and sorting keeps the order within a queue."""
        into, out = keys.argsort(1, kind="stable"), asked.argsort(1, kind="stable")
        taken = np.empty_like(into)
        np.put_along_axis(taken, out, into, 1)
        return taken

    def distance(self, rows: np.ndarray) -> np.ndarray:
        keys, asked = rows[:, : 2 * self.pairs : 2], rows[:, 2 * self.pairs : 3 * self.pairs]
        return self.source_length + np.arange(self.pairs) - (2 * self._taken(keys, asked) + 1)

    @property
    def memoryless(self) -> float:
        return float(np.log(len(digits)))
