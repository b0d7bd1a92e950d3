"""A letter at random for a reply that cannot be read, as VLMEvalKit draws one when its judge finds none; here seeded.

A score that holds such letters is partly luck: count them beside it. Without this, an unreadable reply is wrong.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..question import Row
from .extracted import NONE_OF_THEM


@dataclass(frozen=True)
class Filled:
    """Letters, with those that were drawn."""

    letters: Mapping[int, str]
    """Index of a row -> letter; rows without a reply are not in it."""
    drawn: frozenset[int]
    """The indexes whose letter was drawn."""


def filled(rows: Iterable[Row], letters: Mapping[int, str | None], seed: int = 0) -> Filled:
    """`letters` with one drawn uniformly from the labels and Z where it is None. What a row gets depends on its index
    and the seed alone, not on the other rows."""
    found, drawn = {}, set()
    for row in rows:
        if row.index not in letters:
            continue
        letter = letters[row.index]
        if letter is None:
            letter = _drawn(row, seed)
            drawn.add(row.index)
        found[row.index] = letter
    return Filled(found, frozenset(drawn))


def _drawn(row: Row, seed: int) -> str:
    choices = [*row.options, NONE_OF_THEM]
    number = int.from_bytes(hashlib.sha256(f"{seed} {row.index}".encode()).digest()[:8], "big")
    return choices[number * len(choices) >> 64]
