"""`data`: what is read of a file before anything is trained on it."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from playground.core.errors import UserError
from playground.core.strict_json import dumps
from playground.data.bits import tables
from playground.data.plane import text_table, user_data
from playground.data.plane.point_table import column_name

from .own_data import OwnPoints, add_reading_arguments, read_own

HELP = "show what is read of a table of points, a picture or a table of bits"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", help="a file of points or a picture (own:FILE); npz:FILE or mnist:FOLDER: bits")
    add_reading_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print a JSON object")


def run(given: argparse.Namespace) -> None:
    """Print what was read; `UserError` where there is nothing to learn from."""
    source = given.source
    if Path(source).suffix.lower() == ".npz" and ":" not in source:
        source = f"npz:{source}"
    bits = source.partition(":")[0] in tables.READERS
    found = _bits(source) if bits else _points(read_own(Path(source.removeprefix("own:")), given))
    if given.json:
        print(dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        print(f"{name:10} {dumps(value, ensure_ascii=False)}")


def _points(own: OwnPoints) -> dict[str, Any]:
    """Of points: how many, the first, where they are; of a table also how it was read and what was left out."""
    units = user_data.fitting_units(own.points, own.names)
    found: dict[str, Any] = {
        "points": len(own.points),
        "first": own.points[:5].tolist(),
        "columns": list(own.names),
        "dropped": {},
        "center": list(units.center),
        "scale": list(units.scale),
        "low": own.points.min(0).tolist(),
        "high": own.points.max(0).tolist(),
    }
    if own.table is None:
        return found | {"code": own.code}
    read = own.table.table
    return found | {
        "dropped": own.table.dropped,
        "far": {"points": int(own.table.far.sum()), "values": own.table.far_values},
        "separator": text_table.SEPARATORS.get(read.separator, read.separator),
        "decimal": text_table.DECIMALS[read.decimal],
        "numeric": [column_name(read, column) for column in own.table.choices],
        "code": own.code,
    }


def _bits(source: str) -> dict[str, Any]:
    """Of a table of bits: its parts, from which level on a number counts as 1, and what is worth a look."""
    parts = tables.read(source)
    if parts.train.shape[1] == len(parts.constant):
        raise UserError("Every column of that table is constant; there is nothing to learn in it.")
    return {
        "train": list(parts.train.shape),
        "valid": list(parts.valid.shape),
        "test": list(parts.test.shape),
        "threshold": parts.threshold,
        "ones": round(float(np.mean(parts.train)), 4),
        "constant": parts.constant,
    }
