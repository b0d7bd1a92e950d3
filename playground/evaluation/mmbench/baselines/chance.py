"""Guessing. Every pass of a question is guessed anew, and always in the same way for the same seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.data.generators import generator

from ..model import Answer

if TYPE_CHECKING:
    from ..question import Row


def one_pass(seed: int, what: str, row: "Row") -> np.random.Generator:
    """The chance of one pass, whatever was asked before it and in whatever order."""
    return generator(seed, f"mmbench {what} {row.group}", row.number)


def guess(labels: tuple[str, ...], chance: np.random.Generator) -> str:
    """Each label as likely as the next; "" where there is none."""
    return labels[chance.integers(len(labels))] if labels else ""


@dataclass(frozen=True)
class Uniform:
    """Each option as likely as the next: a question of k options is right with probability 1/k in one pass and k^-k in
    all."""

    seed: int = 0
    name = "random"

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"seed": self.seed}

    async def answer(self, row: "Row", prompt: str) -> Answer:
        return Answer(guess(tuple(row.options), one_pass(self.seed, self.name, row)))


@dataclass(frozen=True)
class PositionBiased:
    """Takes the favourite letter with probability `bias`, else guesses among all: over keys that stand at every letter
    equally often right in 1/k of the passes, as guessing is; in all passes with probability
    (b + (1 - b)/k) ((1 - b)/k)^(k-1)."""

    seed: int = 0
    bias: float = 0.6
    favourite: str = "B"
    name = "position-biased"

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"seed": self.seed, "bias": self.bias, "favourite": self.favourite}

    async def answer(self, row: "Row", prompt: str) -> Answer:
        chance = one_pass(self.seed, self.name, row)
        if chance.random() < self.bias and self.favourite in row.options:
            return Answer(self.favourite)
        return Answer(guess(tuple(row.options), chance))
