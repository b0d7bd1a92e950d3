"""Models that are told some keys: how scores treat what is known, not what can be known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.data.generators import generator

from ..model import Answer
from .chance import one_pass

if TYPE_CHECKING:
    from ..question import Row

ELSE = "A"
"""What is said where the key is not known."""


@dataclass(frozen=True)
class Oracle:
    """Knows every key; says nothing where a file has none."""

    name = "oracle"

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {}

    async def answer(self, row: "Row", prompt: str) -> Answer:
        return Answer(row.answer or "")


@dataclass(frozen=True)
class KnowsQuestions:
    """Knows each question with probability `share`, then in all its passes, and else says A: right in
    p + (1 - p)/k of the passes, and p of the questions in all passes."""

    seed: int = 0
    share: float = 0.6
    name = "knows some questions"

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"seed": self.seed, "share": self.share}

    async def answer(self, row: "Row", prompt: str) -> Answer:
        known = generator(self.seed, f"mmbench {self.name} {row.group}").random() < self.share
        return Answer((row.answer or "") if known else ELSE)


@dataclass(frozen=True)
class KnowsPasses:
    """Knows each pass with probability `share`, whatever it knew in the others, and else says A: right in
    p + (1 - p)/k of the passes, and in all passes of a question with probability p^(k-1), for in the pass whose key
    is A it is always right."""

    seed: int = 0
    share: float = 0.8
    name = "knows some passes"

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"seed": self.seed, "share": self.share}

    async def answer(self, row: "Row", prompt: str) -> Answer:
        known = one_pass(self.seed, self.name, row).random() < self.share
        return Answer((row.answer or "") if known else ELSE)
