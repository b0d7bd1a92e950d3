"""The table of a sweep on disk: a CSV file in which every finished cell is a line, there whole or not at all."""

import contextlib
import csv
import io
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playground.core.aliases import column
from playground.core.errors import UserError
from playground.core.foreign_text import cell, from_cell
from playground.core.i18n import N_

from . import disk

KEY, STATUS = "key", "status"
MAX_BYTES = 64_000_000
"""Bytes of a file that is read."""


class ResultsCsv:
    """Rows by key. A sweep that was killed finds here which of its cells are done."""

    def __init__(self, path: Path, shelter: Path | None = None):
        """`shelter`: the folder in which it is kept when the file cannot be written any more."""
        self.path, self.columns = path, [KEY]
        self.shelter = Path(tempfile.gettempdir()) if shelter is None else shelter
        self.moved: UserError | None = None
        self._elsewhere = False
        self.rows: dict[str, dict[str, str]] = {}
        self._size: int | None = None
        """Bytes of the file, as far as it holds the rows; None: it is written anew."""
        self._read()

    def _read(self) -> None:
        try:
            if self.path.stat().st_size > MAX_BYTES:
                raise UserError(N_("{file} is not a table of a sweep: it is too long."), file=self.path.name)
            text = self.path.read_bytes().decode()
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError):
            raise UserError(N_("{file} cannot be read as a table of a sweep."), file=self.path.name) from None
        whole = text[: text.rfind("\n") + 1]  # the last line of a killed sweep may be torn
        lines = [[from_cell(one) for one in line] for line in csv.reader(io.StringIO(whole, newline="")) if line]
        if not lines and not text:
            return
        if not lines or lines[0][0] != KEY or STATUS not in lines[0]:
            raise UserError(
                N_("{file} already exists and is not a table of a sweep; choose another name."), file=self.path.name
            )
        self.columns = [column(name) for name in lines[0]]
        for line in lines[1:]:
            if len(line) == len(self.columns):
                self.rows[line[0]] = dict(zip(self.columns, line, strict=True))
        self._size = len(whole.encode())
        if len(whole) < len(text) or self.columns != lines[0]:
            self._size = None
            with contextlib.suppress(OSError):  # it is written with the next row
                self._rewrite(self.path)

    def add(self, row: Mapping[str, Any]) -> None:
        """Write a row. From when on the file cannot be written, the whole table is kept elsewhere: `moved` says it.
        While that cannot be written either, it is kept in memory, and written whole with the next row that can be."""
        try:
            self._add(row)
        except OSError as error:
            self._size = None
            there = self.shelter / f"{self.path.stem}-{secrets.token_hex(3)}{self.path.suffix}"
            why = error.strerror or error
            try:
                self._rewrite(there)
            except OSError:
                self.moved = UserError(
                    N_("{file} cannot be written: {why}. Its last rows are not on the disk."), file=self.path, why=why
                )
                return
            self.moved = UserError(
                N_("{file} cannot be written: {why}. The table is kept in {there}."),
                file=self.path,
                why=why,
                there=there,
            )
            self.path, self._elsewhere = there, True

    def _add(self, row: Mapping[str, Any]) -> None:
        """Appended in one piece, or, where it brings new columns or takes the place of another, with the whole table
        under a new name that then takes over."""
        texts = {name: _text(value) for name, value in row.items()}
        fresh = [name for name in texts if name not in self.columns]
        anew = bool(fresh) or self._size is None or texts[KEY] in self.rows
        self.columns += fresh
        self.rows[texts[KEY]] = texts
        if anew or self._size is None:
            self._rewrite(self.path)
            if not self._elsewhere:
                self.moved = None  # the file has all rows again
            return
        line = self._line([texts.get(name, "") for name in self.columns])
        disk.write_at(self.path, self._size, line)
        self._size += len(line)

    def done(self, key: str) -> bool:
        """Whether the cell has come to an end that another try would not change."""
        return key in self.rows and self.rows[key][STATUS] != "failed"

    def _rewrite(self, path: Path) -> None:
        rows = [self.columns, *([row.get(name, "") for name in self.columns] for row in self.rows.values())]
        raw = b"".join(self._line(row) for row in rows)
        disk.replace(path, raw, 0o666)
        disk.sync_folder(path.parent)
        self._size = len(raw)

    @staticmethod
    def _line(values: list[str]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerow(map(cell, values))
        return text.getvalue().encode()


def _text(value: Any) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.6g}"
    return str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())
