"""Data to learn from. `toy2d` holds the plane's classics with their exact densities, `own` a person's own."""

from typing import Protocol

from playground.data import own, toy2d
from playground.data.distribution import Distribution


class Chosen(Protocol):
    """Settings that say what the data are."""

    data: str
    own: str


def of(config: Chosen) -> Distribution:
    """The distribution that a family's settings choose: a classic, or what `config.own` holds."""
    return own.get(config.own) if config.data == "own" else toy2d.get(config.data)
