"""How a Transformer knows where a token stands. Attention alone sees a set: without positions, order is lost.

Three places can carry positions, and each kind uses one of them: added to the embeddings (`add`), turned into queries
and keys (`turn`), or added to the scores (`distances`). All but the learned ones work at any length.
"""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.training.constants import beside
from playground.training.sinusoids import BASE, sinusoids


class Positions(nn.Module):
    """None at all, and what the kinds have in common: each replaces one method.

    `start` is the position of the first token given, which is not 0 where earlier ones lie in a cache.
    """

    def add(self, x: Tensor, start: int = 0) -> Tensor:
        """Embeddings (n, length, width) with their positions."""
        return x

    def turn(self, x: Tensor, start: int = 0) -> Tensor:
        """Queries or keys (n, heads, length, size), turned by their positions."""
        return x

    @staticmethod
    def distances(heads: int, start: int, queries: int, keys: int) -> np.ndarray | None:
        """What is added to the scores (heads, queries, keys) of queries from `start` on and keys from 0 on."""
        return None


class Sinusoidal(Positions):
    """Sines and cosines of the position, added to the embedding (Vaswani et al. 2017, section 3.5)."""

    def add(self, x: Tensor, start: int = 0) -> Tensor:
        table = beside(sinusoids(start + x.shape[1], x.shape[2]), x)
        return x + table[start:]  # (n, length, width)


class Learned(Positions):
    """A vector of its own for each position, added to the embedding (Gehring et al. 2017; as in GPT and BERT)."""

    def __init__(self, longest: int, width: int):
        super().__init__()
        self.table = nn.Parameter(torch.empty(longest, width))

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        return torch.randn(self.table.shape, generator=generator) * 0.5

    def add(self, x: Tensor, start: int = 0) -> Tensor:
        longest, end = len(self.table), start + x.shape[1]
        if end > longest:
            raise UserError(
                N_("Learned positions end at {longest}: this model cannot read {length} tokens."),
                longest=longest,
                length=end,
            )
        return x + self.table[start:end]  # (n, length, width)


class Rotary(Positions):
    """Queries and keys turned by angles that grow with the position, so that their products depend on the distance
    alone (Su et al. 2021, equation 34).

    Pairs are the numbers i and i + size / 2, where the paper takes neighbours: the same up to the order of the rows
    of the matrices that make queries and keys.
    """

    def turn(self, x: Tensor, start: int = 0) -> Tensor:
        cos, sin = (beside(part, x)[start:] for part in angles(start + x.shape[2], x.shape[3]))  # (length, size / 2)
        a, b = x.chunk(2, -1)  # (n, heads, length, size / 2) each
        return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)  # (n, heads, length, size)


class ALiBi(Positions):
    """The scores fall with the distance, by another slope in each head (Press et al. 2022, section 3)."""

    @staticmethod
    def distances(heads: int, start: int, queries: int, keys: int) -> np.ndarray:
        apart = np.abs(np.arange(start, start + queries)[:, None] - np.arange(keys)[None])  # (queries, keys)
        return -slopes(heads)[:, None, None] * apart  # (heads, queries, keys)


KINDS = {
    "none": lambda longest, width: Positions(),
    "sinusoidal": lambda longest, width: Sinusoidal(),
    "learned": Learned,
    "rotary": lambda longest, width: Rotary(),
    "alibi": lambda longest, width: ALiBi(),
}
"""By the name of the setting: of the longest sequence and the width, what knows the positions."""


@lru_cache(maxsize=64)
def angles(length: int, size: int) -> tuple[Tensor, Tensor]:
    """Cosine and sine of position times frequency, (length, size / 2) each."""
    phase = np.arange(length)[:, None] / BASE ** (np.arange(0, size, 2) / size)[None]
    return _tensor(np.cos(phase)), _tensor(np.sin(phase))


def slopes(heads: int) -> np.ndarray:
    """2^(-8 h / heads) for head number h from 1 on: (heads,)."""
    return 2.0 ** (-8 * np.arange(1, heads + 1) / heads)


def _tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, np.float32))
