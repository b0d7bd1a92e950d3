"""Data of one's own, named by a path on the command line, and how its file is to be read."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playground.core.config import Config
from playground.core.errors import UserError
from playground.data.bits import tables
from playground.data.plane import text_table, user_data
from playground.data.plane.point_table import PointTable, read_points
from playground.data.settings import USER_MADE
from playground.data.streams import own as own_streams
from playground.data.tokens import text_codec
from playground.data.tokens.text import OWN
from playground.engine.text_store import TextStore
from playground.render.image_points import points_from_image

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp")
SEPARATORS = {word: sign for sign, word in text_table.SEPARATORS.items()}
DECIMALS = {word: sign for sign, word in text_table.DECIMALS.items()}


@dataclass(frozen=True)
class OwnPoints:
    """The points that were read of a file."""

    points: np.ndarray  # (m, 2), in the file's own units
    names: tuple[str, str] = ("", "")
    table: PointTable | None = None
    """None: they come from a picture."""

    @property
    def code(self) -> str:
        """The setting `own` that stands for them."""
        return user_data.fitted_code(self.points, self.names)


def add_reading_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags that say how own data are read; what is not said is found out."""
    reading = parser.add_argument_group("reading own data")
    reading.add_argument("--columns", metavar="X,Y", help="two columns of a table, by their headings or numbers from 1")
    reading.add_argument("--separator", choices=SEPARATORS, help="what separates the columns")
    reading.add_argument("--decimal", choices=DECIMALS, help="the decimal sign")
    reading.add_argument(
        "--leave-out-far", action="store_true", help="leave out points far from all others, such as -999"
    )
    reading.add_argument("--ink", choices=("auto", "dark", "light"), default="auto", help="what a picture draws with")


def _bytes(path: Path) -> bytes:
    try:
        return path.expanduser().read_bytes()
    except OSError as error:
        raise UserError("{path} cannot be read: {why}.", path=path, why=error.strerror) from None


def read_own(path: Path, given: argparse.Namespace) -> OwnPoints:
    """The points of a table or a picture; `UserError` says why there are none."""
    raw = _bytes(path)
    if path.suffix.lower() in IMAGE_SUFFIXES:
        return OwnPoints(points_from_image(raw, given.ink))
    separator, decimal = SEPARATORS.get(given.separator), DECIMALS.get(given.decimal)
    table = read_points(raw, separator=separator, decimal=decimal)
    if given.columns is not None:
        columns = [_column(table, name.strip()) for name in given.columns.split(",")]
        if len(columns) != 2:
            raise UserError("--columns wants two columns, such as 2,3 or x,y, not '{given}'.", given=given.columns)
        table = read_points(raw, columns, separator, decimal)
    points = table.points[~table.far] if given.leave_out_far else table.points
    return OwnPoints(points, table.names, table)


def _column(table: PointTable, name: str) -> int:
    """The place of a column that is named by its heading or its number from 1."""
    headings = table.table.headings
    if name in headings:
        return headings.index(name)
    if name.isdecimal() and 1 <= int(name) <= len(headings):
        return int(name) - 1
    raise UserError(
        "There is no column '{name}'; there are: {names}.",
        name=name,
        names=", ".join(heading or str(place) for place, heading in enumerate(headings, 1)),
    )


def own_data(values: Mapping[str, object], given: argparse.Namespace, kind: type[Config] = Config) -> dict[str, object]:
    """`data=own:FILE`, `data=own_text:FILE`, `data=npz:FILE`, `data=folder:FOLDER` and, of own data, `own=@HASH` and
    the like as the settings that they stand for. An .npz file holds what a family with settings `kind` learns."""
    data, codes = str(values.get("data", "")), {name: str(values.get(name, "")) for name in USER_MADE.values()}
    how, colon, file = data.partition(":")
    if colon and how in own_streams.READERS and own_streams.OWN[0] in kind.model_fields:
        return {"data": own_streams.OWN[0], own_streams.OWN[0]: f"{how}:{Path(file).expanduser().resolve()}"}
    if colon and how in tables.READERS:  # the command line may read any folder
        return {"data": "table", "table": f"{how}:{Path(file).expanduser().resolve()}"}
    if kept := {name: code for name, code in codes.items() if code.startswith("@")}:
        return {name: TextStore().expand(code) for name, code in kept.items()}
    if colon and how == OWN[0]:
        return {"data": how, how: text_codec.encode(text_codec.read_text(_bytes(Path(file))))}
    if not data.startswith("own:"):
        return {}
    return {"data": "own", "own": read_own(Path(data.removeprefix("own:")), given).code}
