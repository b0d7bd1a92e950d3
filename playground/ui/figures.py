"""The figures and comparisons in the pages' prose: none is typed, all are read from `figures.json`.

`bench/figures.py` measures them and writes the file: each with its standard error, its date and the training it comes
from. A text names a figure as `{figure:flows.volume.plain}` and its standard error as `{error:flows.volume.plain}`.
"""

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from playground.core.i18n import Translate

FILE = Path(__file__).with_suffix(".json")
SIGNIFICANT = 2.5
"""Standard errors from which on a difference counts: chance exceeds them in 1.2 percent of cases."""
PLACEHOLDER = re.compile(r"\{(figure|error):([\w.-]+)\}")
MINUS = "\u2212"
EXACT_DIGITS, MAX_PLACES = 3, 4
"""Significant digits of figures without an error; decimal places at most."""


class Row(NamedTuple):
    """A figure, or a difference of two; `how`: what it was measured on. A comparison has a `claim`: "more", that the
    first is more than the second, or "none", that there is no clear difference; `says`: the words that claim it."""

    value: float
    error: float
    unit: str
    how: str
    says: str | None = None
    claim: str | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the claim is true, as far as the standard error says; None: there is none."""
        if self.claim is None:
            return None
        return (
            self.value > SIGNIFICANT * self.error
            if self.claim == "more"
            else (abs(self.value) <= SIGNIFICANT * self.error)
        )


@cache
def rows() -> dict[str, Row]:
    """All rows of the file, by name."""
    found = json.loads(FILE.read_text("utf-8"))["rows"]
    return {key: Row(**{name: row[name] for name in Row._fields}) for key, row in found.items()}


def figure(key: str) -> str:
    """A figure in as many digits as its standard error leaves: the last one is uncertain by that error."""
    row = rows()[key]
    places = decimals(row.error) if row.error else 0
    if not row.error and row.value % 1:
        places = EXACT_DIGITS - 1 - math.floor(math.log10(abs(row.value)))
    places = min(places, MAX_PLACES)
    return f"{round(row.value, places) + 0.0:,.{max(places, 0)}f}".replace("-", MINUS)


def error(key: str) -> str:
    """Its standard error, in one digit."""
    found = rows()[key].error
    return f"{found:.{max(decimals(found), 0)}f}" if found else "0"


def decimals(error: float) -> int:
    """Decimal places of the first digit of an error, as rounded."""
    return -math.floor(math.log10(float(f"{error:.0e}")))


def fill(text: str) -> str:
    """A text with its figures in place."""
    return PLACEHOLDER.sub(lambda found: {"figure": figure, "error": error}[found[1]](found[2]), text)


def named(text: str) -> list[str]:
    """The rows that a text names."""
    return [found[1] for found in PLACEHOLDER.findall(text)]


def filling(translate: Translate) -> Translate:
    """A translation that puts the figures in place, too."""
    return lambda text: fill(translate(text))
