"""What all models of sequences share: how a row of tokens is read, and which outputs are judged.

A row is a source and its answer, side by side. Three architectures read it differently:

- decoder: one sequence, begin + source + answer without its last token; each output predicts the next token;
- encoder_decoder: the source is read whole; then begin + answer without its last token;
- encoder: source + blanks; all tokens of the answer are predicted at once, in place of the blanks.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.data.tokens.task import BEGIN, BLANK

from .attention import Weights
from .cache import Cache
from .dropout import KEEP, Dropout
from .linear import Embedding, ScaledLinear


@dataclass(frozen=True)
class Shape:
    """Lengths of the source and of the answer, the number of different tokens, and the architecture."""

    source: int
    answer: int
    vocabulary: int
    architecture: str

    @property
    def longest(self) -> int:
        """The most positions that one sequence has."""
        return max(self.source, self.answer) if self.architecture == "encoder_decoder" else self.source + self.answer


def _shifted(rows: Tensor) -> Tensor:
    return F.pad(rows[:, :-1], (1, 0), value=BEGIN)


PARTS: dict[str, Callable[[Tensor, int], tuple[Tensor, ...]]] = {
    "decoder": lambda rows, source: (_shifted(rows),),
    "encoder_decoder": lambda rows, source: (rows[:, :source], _shifted(rows[:, source:])),
    "encoder": lambda rows, source: (F.pad(rows[:, :source], (0, rows.shape[1] - source), value=BLANK),),
}
"""Which ids are read of rows (n, dim) whose first `source` tokens are given: one sequence, or the encoder's too."""


class SequenceModel(nn.Module):
    """Rows (n, dim) of whole numbers -> logits (n, answer, vocabulary) of the answer's tokens.

    `tied`: the output layer is the matrix of the embedding (Press and Wolf 2017).
    """

    sites: int
    """How often a pass drops out: see `Dropout`."""
    width: int
    causal = True
    """Whether the decoder reads in one direction, so that what it has made of a token holds when more follow."""

    def __init__(self, shape: Shape, width: int, tied: bool):
        super().__init__()
        self.shape, self.width = shape, width
        self.embedding = Embedding(shape.vocabulary, width)
        self.output = None if tied else ScaledLinear(width, shape.vocabulary, scale=0.5)

    @abstractmethod
    def encode(self, source: Tensor, look: Weights | None = None, drop: Dropout = KEEP) -> Any:
        """What the decoder needs of embeddings (n, source, width)."""

    @abstractmethod
    def decode(
        self,
        x: Tensor,
        memory: Any = None,
        cache: Cache | None = None,
        look: Weights | None = None,
        drop: Dropout = KEEP,
    ) -> Tensor:
        """Embeddings (n, length, width) -> the last layer (n, length, width). With a `cache`, the tokens follow those
        that were read before."""

    def parts(self, rows: Tensor, source: int | None = None) -> tuple[Tensor, ...]:
        """What is read of rows: see `PARTS`."""
        return PARTS[self.shape.architecture](rows, self.shape.source if source is None else source)

    def logits(self, h: Tensor) -> Tensor:
        """(n, length, width) -> (n, length, vocabulary)."""
        return F.linear(h, self.embedding.weight) if self.output is None else self.output(h)

    def read(
        self,
        embedded: tuple[Tensor, ...],
        source: int | None = None,
        look: Weights | None = None,
        drop: Dropout = KEEP,
    ) -> Tensor:
        """Logits (n, answer, vocabulary) of embedded `parts`."""
        *before, x = embedded
        memory = self.encode(before[0], look, drop) if before else None
        h = self.decode(x, memory, None, look, drop)
        first = 0 if before else (self.shape.source if source is None else source)
        return self.logits(h[:, first:])

    def forward(
        self,
        rows: Tensor,
        source: int | None = None,
        look: Weights | None = None,
        drop: Dropout = KEEP,
    ) -> Tensor:
        """`source`: how many tokens of each row are given, where that is not as in training."""
        return self.read(tuple(map(self.embedding, self.parts(rows, source))), source, look, drop)

    def start(self, rows: Tensor) -> tuple[Any, Tensor]:
        """Of prompts (n, length): what the encoder makes of them, and the ids with which the decoder starts."""
        begin = torch.full((len(rows), 1), BEGIN, dtype=torch.long, device=rows.device)
        if self.shape.architecture == "encoder_decoder":
            return self.encode(self.embedding(rows)), begin
        return None, torch.cat([begin, rows], 1)
