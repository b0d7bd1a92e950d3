"""Binary vectors to learn from: binarised digits, nine bits with a hidden rule, and tables from files.

Each has a training, a validation and a test part, and a shape in which a vector is drawn as a picture.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from math import isqrt
from typing import cast

import numpy as np
from scipy.special import bdtrik

from playground.core.errors import UserError
from playground.core.i18n import N_

from ..images.digits import DIGITS, Digits, Part
from .tables import Parts, read

MAX_LISTED_DIM = 12
"""Up to so many bits all vectors can be listed."""


@dataclass(frozen=True, kw_only=True)
class Binary(ABC):
    """Vectors in {0, 1}^dim, in three parts. Frozen and hashable: what is computed of it is kept by it."""

    name: str
    title: str
    bounds: tuple[float, float] = (0.0, 1.0)
    modes: None = None
    domain = "bits"
    classes = 0
    split = ("train", "valid", "test")
    grey: Digits | None = None
    """The pictures in grey that these vectors were made of."""

    @property
    @abstractmethod
    def description(self) -> str:
        """What the vectors are (a message id, filled from `figures`)."""

    @property
    def figures(self) -> dict[str, str]:
        """Numbers for the description."""
        return {}

    @property
    def entropy(self) -> float | None:
        """In nats; None: the distribution is not known."""
        return None

    @property
    def linear_gap(self) -> float | None:
        """Nats above the entropy that a model stays at least if it only weighs bits one by one, where it is known."""
        return None

    def nll_interval(self, n: int) -> tuple[float, float] | None:
        """Where the truth's own mean of -log p over `n` vectors lies in 95 % of cases; None: it is not known."""
        return None

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        """Exact log p in nats at `x` (n, dim): (n,), where the distribution is known."""
        raise UserError(N_("The distribution of “{name}” is not known."), name=self.name)

    @abstractmethod
    def rows(self, part: Part = "train") -> np.ndarray:
        """The vectors of a part: (n, dim) uint8, 0 or 1, locked."""

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """Height and width of a vector drawn as a picture, row by row."""

    @property
    def dim(self) -> int:
        return self.shape[0] * self.shape[1]

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        """`n` training vectors drawn with replacement: (n, dim) float32."""
        rows = self.rows("train")
        return rows[generator.integers(len(rows), size=n)].astype(np.float32)

    def part(self, name: str) -> np.ndarray:
        """The vectors of a part: (n, dim) float32."""
        return self.rows(cast(Part, name)).astype(np.float32)

    @cached_property
    def frequencies(self) -> np.ndarray:
        """How often each bit is set in the training part, each seen once more as 0 and once as 1 (Laplace): (dim,)."""
        rows = self.rows("train")
        return (rows.sum(0, dtype=np.float64) + 1) / (len(rows) + 2)

    def independent(self, part: Part = "test") -> float:
        """Nats for a vector of a part, if every bit is on its own: the line that a model has to get below."""
        return float(-bernoulli(self.rows(part), self.frequencies).mean())


def bernoulli(x: np.ndarray, p: np.ndarray) -> np.ndarray:
    """log p(x) in nats of independent bits, x (n, dim) and p (dim,): (n,)."""
    return x @ np.log(p) + (1.0 - x) @ np.log1p(-p)


@dataclass(frozen=True, kw_only=True)
class BinaryDigits(Binary):
    """Handwritten digits of 8 x 8 pixels, each set or not."""

    name: str = "digits"
    title: str = N_("Handwritten digits")
    grey: Digits | None = DIGITS

    @property
    def description(self) -> str:
        return N_("Each pixel is black or white: of the sixteen grey levels, those from the eighth on are ink.")

    @property
    def shape(self) -> tuple[int, int]:
        return DIGITS.shape

    def rows(self, part: Part = "train") -> np.ndarray:
        return _digits(part)


@lru_cache(maxsize=4)
def _digits(part: Part) -> np.ndarray:
    return _locked(DIGITS.binary(part))


@dataclass(frozen=True, kw_only=True)
class Triples(Binary):
    """Nine bits: three times two fair coins, and third a bit that is their XOR, but for one time in twenty.

    No pair of bits tells anything, so conditionals that only weigh bits one by one cannot learn the rule.
    """

    name: str = "xor"
    title: str = N_("XOR triples")
    flip: float = 0.05

    @property
    def description(self) -> str:
        return N_(
            "Nine bits in three groups: two fair coins and their exclusive or, which is flipped with probability "
            "1/20. The distribution is known: its entropy is {entropy} nats, and a logistic regression for each bit "
            "needs at least {gap} more. The gap of a model is exact: a sum over all {count} vectors."
        )

    @property
    def figures(self) -> dict[str, str]:
        return {"entropy": f"{self.entropy:.3f}", "gap": f"{self.linear_gap:.3f}", "count": str(2**self.dim)}

    @property
    def shape(self) -> tuple[int, int]:
        return 3, 3

    def rows(self, part: Part = "train") -> np.ndarray:
        return _triples(self, part)

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        """`n` fresh vectors: (n, 9) float32."""
        coins = generator.integers(0, 2, (n, 3, 2), np.uint8)
        third = coins[..., 0] ^ coins[..., 1] ^ (generator.random((n, 3)) < self.flip)
        return np.concatenate([coins, third[..., None]], 2).reshape(n, 9).astype(np.float32)

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        """Exact log p in nats at `x` (n, 9): (n,)."""
        bits = np.asarray(x).reshape(-1, 3, 3) > 0.5
        kept = (bits[..., 0] ^ bits[..., 1]) == bits[..., 2]  # (n, 3)
        return np.where(kept, np.log1p(-self.flip), np.log(self.flip)).sum(1) - 6 * np.log(2)

    @property
    def entropy(self) -> float:
        """In nats: of six coins, and of three bits that may break the rule."""
        q = self.flip
        return 6 * np.log(2) - 3 * (q * np.log(q) + (1 - q) * np.log1p(-q))

    def nll_interval(self, n: int) -> tuple[float, float]:
        """Exact: the mean depends only on how many of 3 n rules are broken, whose law is binomial."""
        broken = np.ceil(bdtrik(np.array([0.025, 0.975]), 3 * n, self.flip)) / n
        low, high = 6 * np.log(2) - 3 * np.log1p(-self.flip) + broken * np.log(1 / self.flip - 1)
        return float(low), float(high)

    def dots(self) -> np.ndarray:
        """Its sign, a plus in a circle, as dots: (n, 2) in [0, 1]."""
        turn, along = np.linspace(0, 2 * np.pi, 60, endpoint=False), np.linspace(-1, 1, 25)
        circle = np.stack([np.cos(turn), np.sin(turn)], 1)
        cross = np.stack([along, np.zeros_like(along)], 1)
        return 0.5 + 0.42 * np.concatenate([circle, cross, cross[:, ::-1]])

    @property
    def linear_gap(self) -> float:
        """To such a model the third bit is one more coin."""
        return 9 * np.log(2) - self.entropy


SIZES: dict[Part, int] = {"train": 2000, "valid": 1000, "test": 2000}
"""Vectors of `Triples` that stand for a part where one is asked for."""


@lru_cache(maxsize=8)
def _triples(data: Triples, part: Part) -> np.ndarray:
    generator = np.random.default_rng([7, list(SIZES).index(part)])
    return _locked(data.sample(SIZES[part], generator).astype(np.uint8))


@dataclass(frozen=True, kw_only=True)
class Table(Binary):
    """What a file holds; `source` is `npz:PATH` or `mnist:PATH` (see `tables`).
    `UserError` where that cannot be read."""

    source: str
    name: str = "table"
    title: str = N_("Table from a file")

    @property
    def description(self) -> str:
        return N_(
            "A table from a file, with {dim} bits: {train} vectors for training, {valid} to choose the best weights, "
            "and {test} to evaluate them."
        )

    @property
    def figures(self) -> dict[str, str]:
        return {"dim": str(self.dim), **{part: str(len(self.rows(part))) for part in ("train", "valid", "test")}}

    @cached_property
    def parts(self) -> Parts:
        return read(self.source)

    @property
    def shape(self) -> tuple[int, int]:
        return self.parts.shape or rectangle(self.parts.train.shape[1])

    def rows(self, part: Part = "train") -> np.ndarray:
        return getattr(self.parts, part)


def rectangle(dim: int) -> tuple[int, int]:
    """Height and width, as near to a square as `dim` can be divided, lying rather than standing."""
    height = next(k for k in range(isqrt(dim), 0, -1) if dim % k == 0)
    return height, dim // height


def states(dim: int) -> np.ndarray:
    """All vectors in {0, 1}^dim: (2^dim, dim) float32."""
    if dim > MAX_LISTED_DIM:
        raise ValueError(f"2^{dim} vectors are too many")
    return np.array([*product((0, 1), repeat=dim)], np.float32).reshape(-1, dim)


def _locked(rows: np.ndarray) -> np.ndarray:
    rows.setflags(write=False)
    return rows


BINARY_DIGITS, TRIPLES = BinaryDigits(), Triples()


@lru_cache(maxsize=2)
def table(source: str) -> Table:
    """The table of a file, kept while others are not asked for: reading takes seconds."""
    return Table(source=source)
