"""The official file of MMBench: a table with a row for every question and pass. Read with all its oddities, written.

Columns: index, question, hint?, A, B, C?, ..., answer?, category?, l2-category?, image?, split?, source?, comment?,
image_path?, g_index?. An image is base64, or the index of the row that holds it. A file of predictions has `index` and
`prediction`, and may have the others too.
"""

import base64
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from playground.core.errors import UserError
from playground.core.i18n import N_

from .pictures import Pictures
from .question import OFFSET, Benchmark, Row
from .tables import Table, read_table, suffix_of, write_table

MAX_INDEX = 2**63 - 1
NO_SPLIT = "none"
"""What a row without a split belongs to."""
LABELS = string.ascii_uppercase


@dataclass(frozen=True)
class Predictions:
    """What a model replied, apart from the questions."""

    name: str
    texts: Mapping[int, str]
    """Index of a row -> the raw reply."""


def read_benchmark(raw: bytes, name: str, folder: Path | None = None) -> Benchmark:
    """The questions in a file called `name`; `folder`: where the pictures of a column `image_path` lie.

    `UserError` says in a sentence what is wrong with the file.
    """
    table = read_table(raw, name)
    _need(table.columns, "index", "question")
    if not table.rows:
        raise UserError(N_("The file has no questions."))
    if suffix_of(name) == ".parquet" and "g_index" not in table.columns:
        table = Table(table.columns, tuple(map(_without_nan, table.rows)))
    indexes = [_index(cells["index"], line, "index") for line, cells in enumerate(table.rows, start=2)]
    lines: dict[int, Mapping[str, str]] = {}
    groups: dict[int, int] = {}
    for line, (index, cells) in enumerate(zip(indexes, table.rows, strict=True), start=2):
        if lines.setdefault(index, cells) != cells:
            raise UserError(N_("Two different rows have the index {index}."), index=index)
        groups[index] = _index(cells["g_index"], line, "g_index") if cells.get("g_index") else index % OFFSET
    numbers = _numbers(groups)
    pictures = Pictures({index: cells.get("image", "") for index, cells in lines.items()}, folder)
    rows = tuple(
        _row(index, groups[index], numbers[index], cells, pictures.of(index, cells.get("image_path", "")))
        for index, cells in lines.items()
    )
    benchmark = Benchmark(PurePath(name).stem, rows)
    _coherent(benchmark)
    return benchmark


def read_predictions(raw: bytes, name: str) -> Predictions:
    """The replies in a file called `name`. `UserError` says in a sentence what is wrong with it."""
    table = read_table(raw, name)
    _need(table.columns, "index", "prediction")
    texts: dict[int, str] = {}
    for line, cells in enumerate(table.rows, start=2):
        index = _index(cells["index"], line, "index")
        if texts.setdefault(index, cells["prediction"]) != cells["prediction"]:
            raise UserError(N_("Two different predictions have the index {index}."), index=index)
    return Predictions(PurePath(name).stem, texts)


def check_predictions(benchmark: Benchmark, predictions: Predictions) -> None:
    """That every prediction belongs to a row; there may be fewer."""
    strange = predictions.texts.keys() - {row.index for row in benchmark.rows}
    if strange:
        raise UserError(
            N_(
                "{count:prediction belongs|predictions belong} to no row of {name}, such as that of index {index}. Is "
                "it another file?"
            ),
            count=len(strange),
            index=min(strange),
            name=benchmark.name,
        )


def write_benchmark(benchmark: Benchmark, suffix: str = ".tsv") -> bytes:
    """The official file. Each picture stands once; the other rows name the row that holds it."""
    holders: dict[bytes, int] = {}
    images = {}
    for row in benchmark.rows:
        holder = holders.setdefault(row.image, row.index) if row.image is not None else None
        if holder == row.index and row.image is not None:
            images[row.index] = base64.b64encode(row.image).decode()
        else:
            images[row.index] = "" if holder is None else str(holder)
    rows = [{**_cells(row), "image": images[row.index]} for row in benchmark.rows]
    return write_table(_columns(benchmark.rows, "image"), rows, suffix)


def write_predictions(benchmark: Benchmark, texts: Mapping[int, str], suffix: str = ".tsv") -> bytes:
    """The replies beside their questions, without pictures: the columns that other evaluation tools read."""
    rows = [{**_cells(row), "prediction": texts[row.index]} for row in benchmark.rows if row.index in texts]
    return write_table(_columns(benchmark.rows, "prediction"), rows, suffix)


def _columns(rows: Sequence[Row], last: str) -> list[str]:
    labels = sorted({label for row in rows for label in row.options})
    first = ["index", "question", "hint", *labels, "answer", "category", "l2-category"]
    return [*first, "split", "source", "comment", "g_index", last]


def _cells(row: Row) -> dict[str, str]:
    return {
        "index": str(row.index),
        "question": row.question,
        "hint": row.hint,
        **row.options,
        "answer": row.answer or "",
        "category": row.category,
        "l2-category": row.l2,
        "split": "" if row.split == NO_SPLIT else row.split,
        "source": row.source,
        "comment": row.comment,
        "g_index": str(row.group),
    }


def _need(columns: Iterable[str], *names: str) -> None:
    for name in names:
        if name not in columns:
            raise UserError(N_("The file has no column {name}."), name=name)


def _index(cell: str, line: int, column: str) -> int:
    found = re.fullmatch(r"([0-9]{1,19})(?:\.0*)?", cell.strip())
    if found is None or int(found[1]) > MAX_INDEX:
        raise UserError(
            N_("Row {row}: the column {column} must hold a whole number, not {cell}."),
            row=line,
            column=column,
            cell=_short(cell),
        )
    return int(found[1])


def _short(text: str) -> str:
    return f'"{text if len(text) <= 40 else text[:40] + "…"}"'


def _without_nan(cells: Mapping[str, str]) -> Mapping[str, str]:
    """A row of the Hub's copy of MMBench (lmms-lab/MMBench, Parquet), which writes "nan" where the official file has
    an empty cell: a hint, a comment, an option after the last one. A key that names such an option keeps it."""
    empty = [name for name in ("hint", "comment", "source") if cells.get(name) == "nan"]
    key = cells.get("answer", "").strip().upper()
    for label in reversed([label for label in LABELS[2:] if cells.get(label, "").strip()]):
        if cells[label] != "nan" or label == key:
            break
        empty.append(label)
    return {**cells, **dict.fromkeys(empty, "")}


def _numbers(groups: Mapping[int, int]) -> dict[int, int]:
    """The pass of every index: what was added to the question's, in multiples of the first power of ten from OFFSET
    that is larger than every question's. Where a file counts otherwise, the passes are counted in their order."""
    offset = OFFSET
    while max(groups.values()) >= offset:
        offset *= 10
    members: dict[int, list[int]] = {}
    for index, group in sorted(groups.items()):
        members.setdefault(group, []).append(index)
    numbers = {}
    for group, indexes in members.items():
        parts = [divmod(index - group, offset) for index in indexes]
        regular = all(rest == 0 and 0 <= number < len(LABELS) for number, rest in parts)
        for place, (index, (number, _rest)) in enumerate(zip(indexes, parts, strict=True)):
            numbers[index] = number if regular else place
    return numbers


def _row(index: int, group: int, number: int, cells: Mapping[str, str], image: bytes | None) -> Row:
    options = {label: cells[label] for label in LABELS if cells.get(label, "").strip()}
    if list(options) != list(LABELS[: len(options)]) or len(options) == 1:
        raise UserError(
            N_("Row with index {index}: the options must be A, B and so on, without a gap, and at least two."),
            index=index,
        )
    answer = cells.get("answer", "").strip().upper()
    if options and answer and answer not in options:
        raise UserError(
            N_("Row with index {index}: the answer {answer} is not the label of an option."),
            index=index,
            answer=_short(cells["answer"]),
        )
    return Row(
        index=index,
        group=group,
        number=number,
        question=cells["question"],
        hint=cells.get("hint", ""),
        options=options,
        answer=answer if answer in options else None,
        category=cells.get("category", "").strip(),
        l2=cells.get("l2-category", "").strip(),
        split=cells.get("split", "").strip() or NO_SPLIT,
        image=image,
        source=cells.get("source", ""),
        comment=cells.get("comment", ""),
    )


def _coherent(benchmark: Benchmark) -> None:
    """That the passes of a question ask the same: an index beyond OFFSET that is no pass needs a `g_index`."""
    for rows in benchmark.groups().values():
        asked = [(" ".join(row.question.split()), sorted(map(str.strip, row.options.values()))) for row in rows]
        for row, one in zip(rows, asked, strict=True):
            if one != asked[0]:
                raise UserError(
                    N_("The rows {first} and {second} count as passes of one question, but differ. Add g_index."),
                    first=rows[0].index,
                    second=row.index,
                )
