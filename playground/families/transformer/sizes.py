"""How many parameters a model has, in closed form, and the width at which two models have the same number. No torch:
the page shows these numbers before anything is trained."""

from collections.abc import Callable
from dataclasses import dataclass

GATES = {"rnn": 1, "gru": 3, "lstm": 4}
MIN_WIDTH, MAX_WIDTH = 4, 1024


@dataclass(frozen=True)
class Sizes:
    """What decides the number of parameters, besides the width."""

    vocabulary: int
    source: int
    answer: int
    architecture: str
    layers: int
    ratio: int
    positions: str
    pre: bool
    tied: bool
    attention: bool

    @property
    def both(self) -> bool:
        return self.architecture == "encoder_decoder"

    def embedding(self, width: int) -> int:
        """Embedding and output layer."""
        return self.vocabulary * width + (0 if self.tied else self.vocabulary * (width + 1))

    def transformer(self, width: int) -> int:
        """Parameters of a `Transformer`."""
        attention = 4 * width * (width + 1) + 2 * width
        mlp = 2 * self.ratio * width * width + (self.ratio + 1) * width + 2 * width
        norms = (2 if self.both else 1) * 2 * width if self.pre else 0
        blocks = (3 * attention + 2 * mlp) if self.both else attention + mlp
        table = (self.source + self.answer) * width if self.positions == "learned" else 0
        return self.embedding(width) + self.layers * blocks + norms + table

    def recurrent(self, cell: str, width: int) -> int:
        """Parameters of a `Recurrent`, with attention of an `AttentiveRecurrent`."""
        layer = GATES[cell] * width * (2 * width + 2)
        found = self.embedding(width) + self.layers * layer * (2 if self.both else 1)
        if self.attention and self.both:
            found += GATES[cell] * width * width + width * width + width * (width + 1) + width
        return found


def width_for(count: Callable[[int], int], wanted: int) -> int:
    """The width at which `count`, which grows with it, is closest to `wanted`."""
    low, high = MIN_WIDTH, MAX_WIDTH
    while low < high:  # the smallest width with at least so many
        middle = (low + high) // 2
        low, high = (low, middle) if count(middle) >= wanted else (middle + 1, high)
    return min((max(low - 1, MIN_WIDTH), low), key=lambda width: abs(count(width) - wanted))
