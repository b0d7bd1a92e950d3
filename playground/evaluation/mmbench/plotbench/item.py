"""One question before its options have letters, and how chance decides what it is about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from playground.data.generators import generator

T = TypeVar("T")


@dataclass(frozen=True)
class Item:
    question: str
    right: str
    wrong: tuple[str, ...]
    picture: Callable[[], Image.Image]
    """Draws it, 256 x 256 pixels; the texts alone cost nothing."""
    truth: Mapping[str, Any]
    """What the key was computed from: points, counts, losses."""
    hint: str = ""


@dataclass(frozen=True)
class Source:
    """The chance behind question `number` (from 0) of a kind."""

    kind: str
    seed: int
    number: int

    def generator(self) -> np.random.Generator:
        """A fresh generator, always in the same state, of this question alone."""
        return generator(self.seed, f"plotbench {self.kind}", self.number)

    def deal(self, values: Sequence[T]) -> T:
        """One of `values`. They come in rounds, each shuffled anew, so that over the questions of a kind all are
        equally often what is right, and which one comes here is independent of the options' letters."""
        order = generator(self.seed, f"plotbench {self.kind} deal", self.number // len(values))
        return values[int(order.permutation(len(values))[self.number % len(values)])]


def others(values: Sequence[T], right: T, count: int, chance: np.random.Generator) -> tuple[T, ...]:
    """`count` different ones of `values`, none of them `right`, each as likely as the next."""
    rest = [value for value in values if value != right]
    return tuple(rest[k] for k in chance.permutation(len(rest))[:count])
