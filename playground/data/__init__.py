"""Data to learn from. `toy2d` holds the plane's classics with their exact densities, `own` a person's own
points, `digits` small pictures, `binary` vectors of bits."""

from typing import Protocol

from playground.data import own, toy2d
from playground.data.binary import TRIPLES, Binary, table
from playground.data.digits import DIGITS, Digits
from playground.data.distribution import Distribution


class Chosen(Protocol):
    """Settings that say what the data are."""

    data: str
    own: str


def of(config: Chosen) -> Distribution | Digits | Binary:
    """The data that a family's settings choose: a classic, what `config.own` holds, or pictures."""
    return CHOICES[config.data](config) if config.data in CHOICES else toy2d.get(config.data)


CHOICES = {"own": lambda config: own.get(config.own), "digits": lambda config: DIGITS,
           "xor": lambda config: TRIPLES, "table": lambda config: table(config.table)}
