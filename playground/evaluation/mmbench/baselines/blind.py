"""Answers without a look at the picture: always the same letter, or by the texts of the options alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

from ..model import Answer

if TYPE_CHECKING:
    from ..question import Row


@dataclass(frozen=True)
class Always:
    """The same letter: 1/k of the passes, no question in all of them."""

    letter: str = "A"
    name = "always the same letter"

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"letter": self.letter}

    async def answer(self, row: "Row", prompt: str) -> Answer:
        return Answer(self.letter)


@dataclass(frozen=True)
class TextPrior:
    """The longest option, a prior of many question sets; of equally long ones that whose hash is largest. As it goes by
    the text, not the letter, it is right in all passes of a question or in none: CircularEval takes nothing from it.
    """

    seed: int = 0
    name = "text prior"

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"seed": self.seed}

    async def answer(self, row: "Row", prompt: str) -> Answer:
        def preference(label: str) -> tuple[int, int]:
            text = row.options[label]
            return len(text), crc32(f"{self.seed} {row.question} {text}".encode())

        return Answer(max(row.options, key=preference, default=""))
