"""A measured quality, beside what a perfect model would score."""

from typing import NamedTuple


class Score(NamedTuple):
    """A value and what a perfect model scores at the same size: its mean and 95 % interval."""

    value: float
    floor: float
    low: float
    high: float
