"""The header of a safetensors file, looked at before anything reads it: what reading costs is bounded by its bytes.

A header says how many tensors there are, of which shapes, and a reader makes room for all of them. That they lie within
the file, one after the other, and are as long as their shapes say, is checked by safetensors itself.
"""

from pathlib import Path

from playground.core.errors import UserError
from playground.core.i18n import N_

MAX_BYTES = 16_000_000
"""Of a header: the settings in it may hold features of five million characters."""
MAX_MARKS = 250_000
"""Commas and brackets of a header: 200 frames have 40,000."""
NOT_READ = N_("{name} cannot be read as weights: {why}.")


def check_header(path: Path) -> None:
    """`UserError` if the header of a file is longer than any that this project writes."""
    try:
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = file.read(min(length, MAX_BYTES))
    except OSError as error:
        raise UserError(NOT_READ, name=path.name, why=error.strerror or "?") from None
    if len(header) < length <= path.stat().st_size or sum(map(header.count, (b",", b"[", b"{"))) > MAX_MARKS:
        raise UserError(N_("{name} is no weights file of this playground: its header is too long."), name=path.name)
