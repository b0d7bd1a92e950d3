"""Tables of text as people save them: any encoding, any separator, headings, comments. Cells stay text here.

Python's `csv` parts the cells; which separator and which decimal sign a file has is tried out on its first lines: the
pair under which most lines hold two numbers.
"""

import csv
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

MAX_BYTES, MAX_LINES = 2_000_000, 100_000
"""How large a file may be."""
SEPARATORS = {";": N_("semicolon"), "\t": N_("tab"), "|": N_("bar"), ",": N_("comma"), " ": N_("spaces")}
"""Those that are tried, the most telling first: a semicolon parts columns wherever it stands."""
DECIMALS = {".": N_("point"), ",": N_("comma")}
TRIED_LINES = 200
"""From which the separator and the decimal sign are found."""
COMMENT = re.compile(r"\s*(#|%|//)")
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe\0\0": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
NUMBERS = {
    decimal: re.compile(
        rf"[+-]?(?={re.escape(decimal)}?\d)(?:\d+|[1-9]\d{{0,2}}(?:[{thousands}]\d{{3}})+)?(?:{re.escape(decimal)}\d*)?(?:[eE][+-]?\d+)?"
    )
    for decimal, thousands in ((".", ",'’ "), (",", ".'’ "))
}
"""A number with that decimal sign, its thousands parted by a comma (or point), an apostrophe or a space."""
SPACES = re.compile(r"[\u00a0\u2007\u2009\u202f]")
MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "?", "inf", "-inf", "#n/a"}
"""What programs write where there is no number, in small letters."""


@dataclass(frozen=True)
class TextTable:
    """The cells of a file, all rows equally long."""

    rows: list[list[str]]
    headings: list[str]
    """One for each column; "" where there is none."""
    separator: str
    decimal: str


def read(raw: bytes, separator: str | None = None, decimal: str | None = None) -> TextTable:
    """The table in a file; what is not given is found out. `UserError` says what is wrong with it."""
    lines = _lines(_text(raw))
    if lines and (told := re.fullmatch(r"sep=(.)", lines[0].strip())):  # Excel's own way to say it
        separator, lines = separator or told[1], lines[1:]
    comments = [line for line in lines if COMMENT.match(line)]
    lines = [line for line in lines if not COMMENT.match(line)]
    if not lines:
        raise UserError(N_("The file is empty."))
    if len(lines) > MAX_LINES:
        raise UserError(
            N_("The file has too many lines: {count}, the maximum is {most}."), count=len(lines), most=MAX_LINES
        )
    separator, decimal = _dialect(lines[:TRIED_LINES], separator, decimal)
    rows = _cells(lines, separator)
    first = _first_row(rows, decimal)
    if first == 0 and comments:  # headings may stand in the last comment
        named = _cells([re.sub(COMMENT, "", comments[-1])], separator)[0]
        above = [named] if len(named) == len(rows[0]) else []
    else:
        above = rows[:first]
    width = max(map(len, rows))
    headings = [" ".join(row[i] for row in above if i < len(row) and row[i]) for i in range(width)]
    cells = [row + [""] * (width - len(row)) for row in rows[first:]]
    return TextTable(cells, headings, separator, decimal)


def numbers(cells: list[str], decimal: str) -> np.ndarray:
    """The numbers in cells (n,) float64; nan where there is none. Dates (ISO 8601) are days since 1970."""
    return np.array([number(cell, decimal) for cell in cells])


def number(cell: str, decimal: str) -> float:
    """The number in a cell, or nan."""
    text = SPACES.sub(" ", cell).strip().replace("\u2212", "-")
    if NUMBERS[decimal].fullmatch(text):
        thousands = "," if decimal == "." else "."
        plain = re.sub(rf"[{thousands}'’ ]", "", text).replace(decimal, ".")
        value = float(plain)
        return value if abs(value) < 1e100 else np.nan
    if re.match(r"\d{4}-\d\d-\d\d", text):
        try:
            time = datetime.fromisoformat(text)
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() / 86_400
        except ValueError:
            return np.nan
    return np.nan


def _text(raw: bytes) -> str:
    """Text in the encoding that its first bytes or its look tell: UTF-8, UTF-16, GB 18030 or Windows-1252."""
    if len(raw) > MAX_BYTES:
        raise UserError(
            N_("The file is too large: {size} kB, the maximum is {most} kB."),
            size=len(raw) // 1000,
            most=MAX_BYTES // 1000,
        )
    if raw[:4] == b"PK\x03\x04" or raw[:4] == b"\xd0\xcf\x11\xe0":
        raise UserError(N_("That is a workbook, not a table of text. Save it as CSV and choose that file."))
    encoding = next((name for bom, name in BOMS.items() if raw.startswith(bom)), None)
    if encoding is None and raw[1:40:2].count(0) > 10:
        encoding = "utf-16-le"
    for name in [encoding] if encoding else ["utf-8", "gb2312", "cp1252"]:
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UserError(N_("The file is not a table of text (CSV)."))


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip(" \t;,|\ufeff")]


def _cells(lines: list[str], separator: str) -> list[list[str]]:
    given = [SPACES.sub(" ", line).strip() for line in lines] if separator == " " else lines
    if separator == " ":
        given = [line.replace("\t", " ") for line in given]
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(given, delimiter=separator, skipinitialspace=True)]
    except csv.Error:
        return [[cell.strip() for cell in line.split(separator)] for line in given]


def _dialect(lines: list[str], separator: str | None, decimal: str | None) -> tuple[str, str]:
    """Separator and decimal sign under which most lines hold two numbers, and fewest cells are something else."""

    def suits(pair: tuple[str, str]) -> tuple[float, float, float]:
        part, sign = pair
        rows = _cells(lines, part)
        known = [[not np.isnan(number(cell, sign)) for cell in row if cell] for row in rows]
        count = max(1, sum(map(len, known)))
        thousands = sum("," in cell if sign == "." else "." in cell for row in rows for cell in row)
        pairs = sum(sum(row) >= 2 for row in known) / len(lines)
        return round(pairs, 2), round(sum(map(sum, known)) / count, 2), -thousands

    return max(_by_preference(separator, decimal), key=suits)


def _by_preference(separator: str | None, decimal: str | None) -> list[tuple[str, str]]:
    """Pairs to try, in the order in which a tie is decided. Where both signs would do, it is the comma after a
    semicolon or tab (such files come from countries that write it), else the point."""
    return [
        (part, sign)
        for part in ([separator] if separator else SEPARATORS)
        for sign in ([decimal] if decimal else (",", ".") if part in ";\t" else (".", ","))
        if part != sign
    ]


def _first_row(rows: list[list[str]], decimal: str) -> int:
    """How many rows of headings there are: those before the first with two numbers, or one of whole numbers that only
    count the columns."""
    for at, row in enumerate(rows[:50]):
        if sum(cell != "" and (cell.lower() in MISSING or not np.isnan(number(cell, decimal))) for cell in row) >= 2:
            counted = [cell for cell in row if cell] == [str(i) for i in range(len([c for c in row if c]))]
            below = [cell for other in rows[at + 1 :] for cell in other]
            return at + (counted and any(decimal in cell for cell in below))
    raise UserError(N_("The file has no two columns of numbers; points need two."))
