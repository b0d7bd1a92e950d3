"""Tables as files: tab- or comma-separated text, workbooks (XLSX), Parquet. All cells are text here.

Nothing is guessed: an option "None", "NA" or "nan" is the text that it is. What cannot be read is one sentence.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from playground.core import foreign_text
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.archives import unpacked

from . import parquet_cells
from .parquet_cells import cell_text

MAX_MEGABYTES, MAX_ROWS, MAX_COLUMNS = 500, 200_000, 200
"""How large a file may be."""
MAX_CELL, MAX_SEPARATORS = 2**23, 100_000
"""Characters of a cell, in which a picture of six megabytes may stand; separators in a line of text."""
MAX_WORKBOOK_CELL = 32_767
"""What a cell of a workbook can hold."""
MAX_WORKBOOK_MEGABYTES, MAX_MARKS, PIECE = 100, 2_000_000, 2**18
"""Of a workbook when it is unpacked: its size, and the beginnings and ends of its XML elements, about five for each
cell; how much is unpacked at a time."""
SUFFIXES = (".tsv", ".csv", ".xlsx", ".parquet")
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Table:
    """The cells of a file; `rows` all have the keys `columns`."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]


def read_table(raw: bytes, name: str) -> Table:
    """The table in a file called `name`, whose ending says the format. `UserError` says what is wrong with it."""
    suffix = suffix_of(name)
    if len(raw) > MAX_MEGABYTES * 1_000_000:
        raise UserError(N_("The file is too large; the maximum is {most} MB."), most=MAX_MEGABYTES)
    if suffix == ".xlsx":
        cells = _workbook(raw)
    elif suffix == ".parquet":
        cells = _parquet(raw)
    else:
        cells = _text(raw, "\t" if suffix == ".tsv" else ",")
    return _table(cells)


def write_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]], suffix: str) -> bytes:
    """The bytes of a file. In CSV a beginning that a spreadsheet would compute gets a ' before it, which `read_table`
    takes away; in a workbook such a cell is marked as text. TSV and Parquet are for programs: nothing is changed."""
    suffix_of(suffix)
    cells = [[row.get(column, "") for column in columns] for row in rows]
    if suffix == ".xlsx":
        return _written_workbook(columns, cells)
    if suffix == ".parquet":
        import pyarrow as pa
        from pyarrow import parquet

        whole = io.BytesIO()
        names = [_sound(column) for column in columns]
        texts = [[_sound(row[i]) for row in cells] for i in range(len(names))]
        arrays = [pa.array(column, pa.string()) for column in texts]
        parquet.write_table(pa.Table.from_arrays(arrays, names=names), whole)
        return whole.getvalue()
    text = io.StringIO(newline="")
    escape = foreign_text.cell if suffix == ".csv" else str
    write = partial(csv.writer, text, delimiter="\t" if suffix == ".tsv" else ",", lineterminator="\n")
    # Before Python 3.13 the writer does not quote a lone \r, at which readers end the row.
    sparing, quoting = write(), write(quoting=csv.QUOTE_ALL)
    for row in (columns, *cells):
        has_return = any("\r" in cell for cell in row)
        (quoting if has_return else sparing).writerow(row if row is columns else [escape(cell) for cell in row])
    return text.getvalue().encode("utf-8", "replace")


def suffix_of(name: str) -> str:
    """The ending of a file's name, in small letters, with its point; also of an ending alone."""
    suffix = PurePath(f"file{name}" if name.startswith(".") else name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError(N_("A table ends in {endings}; this file does not: {name}."), endings=_ENDINGS, name=name)
    return suffix


_ENDINGS = ", ".join(SUFFIXES)


def _table(cells: Iterable[list[str]]) -> Table:
    """Checks the first row, the names of the columns, and makes all rows as long."""
    each = iter(cells)
    head = next(each, None)
    if head is None:
        raise UserError(N_("The file is empty."))
    while head and not head[-1].strip():
        head = head[:-1]
    if len(head) > MAX_COLUMNS:
        raise UserError(N_("The file has more than {most} columns."), most=MAX_COLUMNS)
    names = [_column(cell) for cell in head]
    if not names or "" in names:
        raise UserError(N_("The first row must name every column."))
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UserError(N_("Two columns are called {name}."), name=twice)
    rows = []
    for line, row in enumerate(each, start=2):
        if not any(row):
            continue
        if len(row) > len(names) and any(row[len(names) :]):
            raise UserError(
                N_("Row {row} has {count:cell|cells}, but the table has {columns:column|columns}."),
                row=line,
                count=len(row),
                columns=len(names),
            )
        if len(rows) >= MAX_ROWS:
            raise UserError(N_("The file has more than {most} rows."), most=MAX_ROWS)
        rows.append(dict(zip(names, row + [""] * (len(names) - len(row)), strict=False)))
    return Table(tuple(names), tuple(rows))


def _column(cell: str) -> str:
    """A column's name: labels of options are capital letters, the others are written small, with a hyphen."""
    name = cell.strip().lstrip("\ufeff")
    return name if re.fullmatch("[A-Z]", name) else name.lower().replace("l2_category", "l2-category")


def _text(raw: bytes, separator: str) -> Iterable[list[str]]:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    csv.field_size_limit(MAX_CELL)
    lines = _lines(io.TextIOWrapper(io.BytesIO(raw), encoding, newline=""), separator)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for row in reader:
            yield [foreign_text.from_cell(cell) for cell in row] if separator == "," else row
    except UnicodeError as error:
        raise UserError(N_("The file is not text in UTF-8. Save it as UTF-8 and try again.")) from error
    except csv.Error as error:
        raise UserError(
            N_("The quotation marks of line {line} do not match, or a cell is too long."), line=reader.line_num
        ) from error


def _lines(text: io.TextIOBase, separator: str) -> Iterator[str]:
    """One after the other: the whole text at once would need four bytes for each of its characters, and so would a line
    without end."""
    while line := text.readline(2 * MAX_CELL):
        if len(line) == 2 * MAX_CELL or line.count(separator) > MAX_SEPARATORS:
            raise csv.Error("a line without end")
        yield line


def _workbook(raw: bytes) -> Iterable[list[str]]:
    """The first sheet. The library is given hostile bytes: whatever it raises means that they are no workbook."""
    import openpyxl

    try:
        _check_workbook(raw)
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size may be wrong
        for count, row in enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1)):
            if count > MAX_ROWS + 1:
                break
            cells = [cell_text(value) for value in row]
            if max(map(len, cells), default=0) > MAX_WORKBOOK_CELL:  # one text may stand in all cells
                raise ValueError("a cell that is too long")
            yield cells
    except (UserError, GeneratorExit):
        raise
    except Exception as error:
        raise UserError(N_("The file is not a workbook (XLSX) that can be read.")) from error


def _check_workbook(raw: bytes) -> None:
    """How many cells and texts it has, before any is made: all texts are in memory at once. Entities of XML, which can
    stand for any length, are no part of the format."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if unpacked(archive) > MAX_WORKBOOK_MEGABYTES * 1_000_000:
            raise UserError(N_("The file is too large; the maximum is {most} MB."), most=MAX_WORKBOOK_MEGABYTES)
        marks = 0
        for member in archive.infolist():
            with archive.open(member) as part:
                before = b""
                while piece := part.read(PIECE):
                    plain = piece.replace(b"\0", b"")  # in UTF-16 every second byte of a mark is zero
                    if b"<!DOCTYPE" in before + plain:
                        raise ValueError("a document type")
                    marks, before = marks + plain.count(b"<"), plain[-16:]
                    if marks > MAX_MARKS:
                        raise UserError(N_("The workbook has too many cells. Save it as TSV or CSV."))


def _parquet(raw: bytes) -> Iterable[list[str]]:
    try:
        yield from parquet_cells.cells(raw)
    except (parquet_cells.Unreadable, ValueError) as error:
        raise UserError(N_("The file is not a Parquet table that can be read, or it needs too much memory.")) from error


def _written_workbook(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    if any(len(text) > MAX_WORKBOOK_CELL for row in rows for text in row):
        raise UserError(
            N_("A cell is too long for a workbook; the maximum is {most} characters. Choose TSV."),
            most=MAX_WORKBOOK_CELL,
        )
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (columns, *rows):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=NOT_IN_XML.sub("\ufffd", text))
            cell.data_type = "s"  # never a formula
            cell.quotePrefix = foreign_text.FORMULA.match(text) is not None
            cells.append(cell)
        sheet.append(cells)
    whole = io.BytesIO()
    book.save(whole)
    return whole.getvalue()


def _sound(text: str) -> str:
    """`text` without halves of characters, which no encoding takes."""
    return text.encode("utf-8", "replace").decode()
