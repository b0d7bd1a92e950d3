"""Rows of a results table as text for a terminal."""

import shutil
import sys
from collections.abc import Mapping, Sequence


def aligned(rows: Sequence[Mapping[str, str]], wanted: Sequence[str], *named: str) -> str:
    """These columns, where there are such, as aligned text; and, for rows with an error, its sentence behind those
    columns that name the row."""
    names = [name for name in wanted if name in named or any(row.get(name) for row in rows)]
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(names))]
    shown = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    wide = shutil.get_terminal_size((160, 24)).columns if sys.stdout.isatty() else None
    wrong = [f"{' '.join(row[name] for name in named)}: {row['error']}" for row in rows if row["error"]]
    return "\n".join([*(line[:wide] for line in shown), *wrong])
