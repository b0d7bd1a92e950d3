"""The points in a table: which two columns are meant, which rows have no point, what lies far from the rest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

from . import text_table
from .text_table import MISSING, SPACES, TextTable, numbers

NAMES = (("x", "y"), ("lon", "lat"), ("lng", "lat"), ("longitude", "latitude"))
"""Pairs of headings that say which columns are meant."""
INDEX = {"", "index", "id", "no", "nr", "row", "rowid", "#", "unnamed: 0"}
LABEL = {"label", "labels", "class", "target", "kind", "group", "cluster", "species", "category", "type"}
"""Headings of columns that number the rows or name a class."""
MAX_CLASSES = 10
"""So few different whole numbers are a label, where there are other columns."""
NUMERIC_SHARE = 0.5
"""Of a column's cells that are not empty must be numbers."""
FAR = 10.0
"""A value is far from the rest when it lies so many times the width of their middle half beyond it."""
MAX_FAR_SHARE = 0.05
"""What is more frequent than this is no outlier."""


@dataclass(frozen=True)
class PointTable:
    """What was read of a file."""

    table: TextTable
    columns: tuple[int, int]

    @cached_property
    def choices(self) -> list[int]:
        """Columns that hold numbers."""
        return numeric_columns(self.table)

    @property
    def names(self) -> tuple[str, str]:
        """What the two columns are called; "column 3" where there is no heading."""
        first, second = (column_name(self.table, column) for column in self.columns)
        return first, second

    @cached_property
    def _values(self) -> np.ndarray:
        """(rows, 2), nan where a cell is no number."""
        cells = ([row[column] for row in self.table.rows] for column in self.columns)
        return np.stack([numbers(list(column), self.table.decimal) for column in cells], 1)

    @cached_property
    def points(self) -> np.ndarray:
        """(m, 2) float64, in the file's own units: the rows with two numbers."""
        return self._values[~np.isnan(self._values).any(1)]

    @cached_property
    def dropped(self) -> dict[str, int]:
        """Rows without a point: "missing" where a cell is empty or says so, "text" where it holds something else."""
        bad = np.isnan(self._values)
        missing = text = 0
        for row in np.flatnonzero(bad.any(1)):
            cells = [
                self.table.rows[row][column] for column, is_bad in zip(self.columns, bad[row], strict=True) if is_bad
            ]
            if any(SPACES.sub(" ", cell).strip().lower() in MISSING for cell in cells):
                missing += 1
            else:
                text += 1
        return {name: count for name, count in (("missing", missing), ("text", text)) if count}

    @cached_property
    def far(self) -> np.ndarray:
        """(m,) bool: points so far from all others that they would squeeze them."""
        return far_points(self.points)

    @property
    def far_values(self) -> list[float]:
        """The values of such points, where all are the same few, such as -999 for "missing"."""
        values = np.unique(self.points[self.far])
        return values.tolist() if len(values) <= 3 else []


def read_points(
    raw: bytes,
    columns: Sequence[int] | None = None,
    separator: str | None = None,
    decimal: str | None = None,
) -> PointTable:
    """The points of a file. What is not given is found out; `UserError` says what is wrong with the file."""
    table = text_table.read(raw, separator, decimal)
    chosen = tuple(columns) if columns is not None else likely_columns(table)
    found = PointTable(table, (chosen[0], chosen[1]))
    if not len(found.points):
        raise UserError(N_("No row of the file has numbers in both columns, {names}."), names=", ".join(found.names))
    return found


def column_name(table: TextTable, column: int) -> str:
    """A column's heading, or its number from 1."""
    return table.headings[column] or str(column + 1)


def numeric_columns(table: TextTable) -> list[int]:
    """Columns of which most cells that are not empty are numbers."""
    found = []
    for column in range(len(table.headings)):
        cells = [row[column] for row in table.rows if row[column].lower() not in MISSING]
        if cells and np.mean(~np.isnan(numbers(cells[:500], table.decimal))) > NUMERIC_SHARE:
            found.append(column)
    return found


def likely_columns(table: TextTable) -> tuple[int, int]:
    """Those that are called x and y, or longitude and latitude; else the first two that neither number the rows nor
    name a class. `UserError` if there are no two columns of numbers."""
    candidates = numeric_columns(table)
    if len(candidates) < 2:
        raise UserError(N_("The file has no two columns of numbers; points need two."))
    words = {re.sub(r"[^a-z]", "", re.sub(r"\(.*?\)|\[.*?\]", "", table.headings[c].lower())): c for c in candidates}
    for first, second in NAMES:
        if first in words and second in words:
            return words[first], words[second]
    index = [column for column in candidates[:1] if _counts_rows(table, column)]
    labels = [column for column in candidates if _names_classes(table, column)]
    for skipped in ({*index, *labels}, {*index}, set()):
        left = [column for column in candidates if column not in skipped]
        if len(left) >= 2:
            return left[0], left[1]
    raise AssertionError("two candidates are left when none is skipped")


def far_points(points: np.ndarray) -> np.ndarray:
    """(m,) bool: points (m, 2) that lie `FAR` times the width of the middle half outside it, on either axis."""
    low, high = np.quantile(points, [0.25, 0.75], axis=0)
    width = np.maximum(high - low, 1e-300)
    far = ((points < low - FAR * width) | (points > high + FAR * width)).any(1)
    return far if far.mean() <= MAX_FAR_SHARE else np.zeros(len(points), bool)


def _counts_rows(table: TextTable, column: int) -> bool:
    values = numbers([row[column] for row in table.rows], table.decimal)
    if len(values) < 3 or np.isnan(values).any():
        return False
    return (
        bool((np.diff(values) == 1).all())
        and values[0] in (0, 1)
        and (table.headings[column].lower().strip() in INDEX or len(values) >= 10)
    )


def _names_classes(table: TextTable, column: int) -> bool:
    if table.headings[column].lower().strip() in LABEL:
        return True
    values = numbers([row[column] for row in table.rows], table.decimal)
    values = values[~np.isnan(values)]
    return bool((values == np.rint(values)).all()) and len(np.unique(values)) <= MAX_CLASSES < len(values) / 2
