"""The pictures of a benchmark's rows: base64 in the row itself, the index of the row that holds it, or a path.

What a file says is never evaluated as code: a list is read as a literal, a path stays inside its folder.
"""

import ast
import base64
import binascii
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.render.foreign_picture import opened

LONGEST_REFERENCE = 64
"""A shorter cell is the index of another row, a longer one a picture."""
BEGINNINGS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8"}
MAX_LITERAL = 10_000
LISTED = re.compile(r"""\[\s*(?P<quote>['"])(?P<text>[^'"\\]*)(?P=quote)\s*\]""")
"""A list of one text, as Python writes it; longer ones than `MAX_LITERAL` are pictures."""
DATA_URL = re.compile(r"data:image/[\w.+-]+;base64,")


def picture_type(image: bytes) -> str | None:
    """png, jpeg, gif or webp, by the first bytes; None: something else."""
    if image[:4] == b"RIFF" and image[8:12] == b"WEBP":
        return "webp"
    return next((name for name, start in BEGINNINGS.items() if image.startswith(start)), None)


class Pictures:
    """The pictures in the cells of a file, by index. One that stands in many rows is kept once."""

    def __init__(self, cells: Mapping[int, str], folder: Path | None = None):
        self._cells = cells
        self._folder = folder
        self._decoded: dict[str, bytes] = {}

    def of(self, index: int, path: str = "") -> bytes | None:
        """The picture of a row; `path` is its `image_path`. None: it has none. `UserError` if it cannot be read."""
        cell = self._one(self._cells[index], index)
        if cell and len(cell) <= LONGEST_REFERENCE:
            cell = self._referred(cell, index)
        if cell:
            return self._decode(cell, index)
        return self._from_folder(self._one(path, index), index) if path.strip() else None

    def _one(self, cell: str, index: int) -> str:
        """The only member, where a cell is a list of one; a list arrives as Python writes it."""
        cell = cell.strip()
        if not cell.startswith("["):
            return cell
        if len(cell) > MAX_LITERAL:  # what Python reads takes a hundred times the memory
            listed = LISTED.fullmatch(cell)
            found = [listed["text"]] if listed else None
            return self._alone(found, index)
        try:
            found = ast.literal_eval(cell)
        except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
            raise UserError(N_("Row with index {index}: the list of pictures cannot be read."), index=index) from error
        return self._alone(found, index)

    @staticmethod
    def _alone(found: object, index: int) -> str:
        if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], str | int):
            raise UserError(N_("Row with index {index}: a question can have one picture only."), index=index)
        return str(found[0]).strip()

    def _referred(self, cell: str, index: int) -> str:
        """The cell of the row that holds the picture: one hop, no chains."""
        holder = re.fullmatch(r"([0-9]{1,19})(?:\.0*)?", cell)
        found = self._one(self._cells.get(int(holder[1]), ""), index) if holder else ""
        if len(found) <= LONGEST_REFERENCE:
            raise UserError(
                N_("Row with index {index}: the image must be base64, or the index of a row that holds it."),
                index=index,
            )
        return found

    def _decode(self, cell: str, index: int) -> bytes:
        image = self._decoded.get(cell)
        if image is None:
            try:
                image = base64.b64decode("".join(DATA_URL.sub("", cell, count=1).split()), validate=True)
            except (binascii.Error, ValueError) as error:
                raise UserError(N_("Row with index {index}: the image is not base64."), index=index) from error
            self._decoded[cell] = _checked(image, index)
        return image

    def _from_folder(self, path: str, index: int) -> bytes:
        parts = PurePosixPath(path).parts
        windows = PureWindowsPath(path)
        if path.startswith("/") or ".." in (*parts, *windows.parts) or windows.drive or windows.root:
            raise UserError(
                N_("Row with index {index}: the path of the picture must be inside the folder of the file."),
                index=index,
            )
        if self._folder is None:
            raise UserError(
                N_("Row with index {index}: the picture is in another file. Use a file with its pictures inside."),
                index=index,
            )
        try:
            whole = (self._folder / path).resolve()
            if not whole.is_relative_to(self._folder.resolve()):  # by a symbolic link
                raise OSError
            return _checked(whole.read_bytes(), index)
        except (OSError, ValueError) as error:
            if isinstance(error, UserError):
                raise
            raise UserError(
                N_("Row with index {index}: the picture {path} cannot be read."), index=index, path=path[:80]
            ) from error


def _checked(image: bytes, index: int) -> bytes:
    if picture_type(image) is None:
        raise UserError(N_("Row with index {index}: the image is not PNG, JPEG, GIF or WebP."), index=index)
    try:
        with opened(image):  # its head alone is read: browsers and baselines unpack it later
            return image
    except UserError as refusal:
        raise UserError(
            N_("Row with index {index}: the image cannot be read, or has too many pixels."), index=index
        ) from refusal
