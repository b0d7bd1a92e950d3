"""What every data set offers, and which one the settings of a family choose."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from .bits.binary import BINARY_DIGITS, TRIPLES, table
from .images.digits import DIGITS
from .plane import distributions, user_data
from .streams import catalogue as streams
from .tokens.catalogue import MAKERS


class Dataset(Protocol):
    """Something to learn from. Frozen and hashable: what is computed of it is kept by it."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def domain(self) -> str:
        """What the data are, by the name of the folder of this domain: plane, images, bits, tokens, streams."""
        ...

    @property
    def dim(self) -> int:
        """Numbers of one piece of data."""
        ...

    @property
    def classes(self) -> int:
        """How many kinds of data there are, where each piece is of one; 0: there are none."""
        ...

    @property
    def split(self) -> tuple[str, ...]:
        """The names of the parts of a finite data set, each of which its method `part(name)` gives as (n, dim) float32;
        none where samples are drawn afresh."""
        ...

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        """`n` pieces of training data: (n, dim) float32. The same generator state gives the same."""
        ...


def dataset_of(config: Any) -> Any:
    """The data set that a family's settings choose (a `Dataset`, and what its domain offers besides)."""
    special = SPECIAL.get((config.data, config.domain))
    return special(config) if special else distributions.get(config.data)


SPECIAL: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("own", "plane"): lambda config: user_data.get(config.own),
    ("digits", "images"): lambda config: DIGITS,
    ("digits", "bits"): lambda config: BINARY_DIGITS,
    ("xor", "bits"): lambda config: TRIPLES,
    ("table", "bits"): lambda config: table(config.table),
    **{(name, "tokens"): make for name, make in MAKERS.items()},
    **{(name, "streams"): make for name, make in streams.MAKERS.items()},
}
"""Data that are no distribution of the catalogue, by name and domain."""
