"""Which data the settings of a family choose."""

from typing import Protocol

from .bits.binary import TRIPLES, Binary, table
from .images.digits import DIGITS, Digits
from .plane import distributions, user_data
from .plane.distribution import Distribution


class Chosen(Protocol):
    """Settings that say what the data are."""

    data: str
    own: str


def dataset_of(config: Chosen) -> Distribution | Digits | Binary:
    """The data that a family's settings choose: a classic, what `config.own` holds, or pictures."""
    return CHOICES[config.data](config) if config.data in CHOICES else distributions.get(config.data)


CHOICES = {
    "own": lambda config: user_data.get(config.own),
    "digits": lambda config: DIGITS,
    "xor": lambda config: TRIPLES,
    "table": lambda config: table(config.table),
}
