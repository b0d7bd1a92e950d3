"""A measured quality, beside what a perfect model would score."""

import math
from collections.abc import Sequence
from typing import NamedTuple


class Score(NamedTuple):
    """A value and what a perfect model scores at the same size: its mean and 95 % interval."""

    value: float
    floor: float
    low: float
    high: float

    @classmethod
    def read(cls, values: Sequence[float | None]) -> "Score":
        """From a file: null is what was no finite number."""
        return cls(*(math.nan if value is None else float(value) for value in values))
