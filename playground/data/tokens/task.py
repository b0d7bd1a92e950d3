"""What every task on tokens offers: rows [source | answer] of whole numbers, which answers count, and the losses to
compare with.

A decoder-only model reads the whole row, an encoder-decoder reads the source and writes the answer, an encoder-only
model reads the source and as many blanks as the answer is long. No row contains BEGIN: a model that needs something
to read before the first token puts it there.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol, Self, runtime_checkable

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

from ..dots import dots_of
from .pictograms import PICTOGRAMS

BEGIN, SEP, BLANK, END, OTHER = range(5)
SPECIAL = ("▷", "→", "·", "■", "▢")
"""How these are shown. Their numbers are the same in every task."""
FIRST = len(SPECIAL)
"""The number of a task's own first token."""


@dataclass(frozen=True, kw_only=True)
class TokenTask(ABC):
    """Rows of tokens. Frozen and hashable: what is computed of it is kept by it."""

    name: str = ""
    title: str = ""

    BEGIN: ClassVar[int] = BEGIN
    """Stands before the first token, where a model needs something there."""
    SEP: ClassVar[int] = SEP
    """The end of the source: now the answer is due."""
    BLANK: ClassVar[int] = BLANK
    """Nothing: a gap, or what follows the end."""
    END: ClassVar[int] = END
    """The end of an answer whose length varies."""
    OTHER: ClassVar[int] = OTHER
    """Stands for all rare characters of a text."""

    domain = "tokens"
    classes = 0
    split: ClassVar[tuple[str, ...]] = ()
    modes: ClassVar[None] = None
    grows: ClassVar[str] = ""
    """The field that makes the rows longer without new tokens; empty: the task has one length."""
    longest: ClassVar[int] = 1000
    """The largest value of that field."""
    floor: ClassVar[float | None] = 0.0
    """Nats for each judged token of the best possible predictor; None: it is not known."""
    memoryless_title: ClassVar[str] = N_("Without the source")
    """What `memoryless` is the loss of."""

    @property
    @abstractmethod
    def description(self) -> str:
        """The task in one sentence (a message id)."""

    @property
    @abstractmethod
    def symbols(self) -> tuple[str, ...]:
        """The task's own tokens as they are shown; the first is number `FIRST`."""

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """How each token is shown; its place is its number."""
        return SPECIAL + self.symbols

    @property
    @abstractmethod
    def source_length(self) -> int:
        """Tokens that are given."""

    @property
    @abstractmethod
    def answer_length(self) -> int:
        """Tokens to be predicted."""

    @property
    def dim(self) -> int:
        return self.source_length + self.answer_length

    @abstractmethod
    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        """`n` rows of training data, [source | answer]: (n, dim) float32, whole numbers."""

    def counted(self, rows: np.ndarray) -> np.ndarray:
        """Which answers are judged, those after the end are not: (n, dim) -> (n, answer_length) bool."""
        return np.ones((len(rows), self.answer_length), bool)

    @property
    def memoryless(self) -> float | None:
        """Nats for each judged token of the best predictor that sees the answer so far, but not the source: the line
        that a model has to get below. It is the entropy of the answer over its mean length."""
        return None

    def distance(self, rows: np.ndarray) -> np.ndarray | None:
        """How many tokens before each answer the token stands that it repeats, (n, dim) -> (n, answer_length); None:
        an answer is more than such a token."""
        return None

    def right(self, rows: np.ndarray, answers: np.ndarray) -> np.ndarray:
        """Which `answers` (n, answer_length) are those of `rows` (n, dim): (n, answer_length) bool, True where none
        is judged. A row is an exact match where all are."""
        return (np.asarray(answers) == rows[:, self.source_length :]) | ~self.counted(rows)

    def longer(self, factor: float = 2.0) -> Self:
        """The same task with the same tokens, `factor` times as long in the field `grows`. `UserError` if it cannot
        grow so far."""
        length = round(getattr(self, self.grows) * factor) if self.grows else 0
        if not 0 < length <= self.longest:
            raise UserError(N_("The task “{name}” cannot be made that long."), name=self.name)
        return replace(self, **{self.grows: length})

    def show(self, row: np.ndarray) -> list[str]:
        """The tokens of a row as they are shown."""
        vocabulary = self.vocabulary
        return [vocabulary[int(token)] for token in row]

    def dots(self) -> np.ndarray:
        """Its sign as dots: (n, 2) in [0, 1], y up."""
        return dots_of(PICTOGRAMS[self.name])


@runtime_checkable
class SplitTask(Protocol):
    """A task whose data are kept in the parts that `split` names."""

    def part(self, name: str) -> np.ndarray:
        """All rows of a part: (n, dim) float32."""
        ...


def joined(*columns: np.ndarray | int) -> np.ndarray:
    """Rows (n, dim) float32 of blocks (n, width), or of numbers that stand in a column of every row."""
    n = next(len(column) for column in columns if isinstance(column, np.ndarray))
    blocks = [c if isinstance(c, np.ndarray) else np.full((n, 1), c) for c in columns]
    return np.concatenate(blocks, 1).astype(np.float32)
