"""The files of a run's folder, read: only what run.json counts. Nothing is changed by reading, since somebody else may
be writing; what a chunk that was never reported has left is overwritten by the next one."""

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError

from playground.core.aliases import SCORES, current
from playground.core.contract import Frame
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.score import Score

from .run_about import Damaged
from .safetensors_header import check_header
from .timeline import Scalars

log = logging.getLogger(__name__)


def check(folder: Path, most_mb: int) -> None:
    """That a run's folder holds plain files, at most so many megabytes: a folder may come from somebody else, and what
    is read here is also replaced and deleted. `UserError` where it does not."""
    size, waiting = 0, [folder]
    while waiting:
        for entry in os.scandir(waiting.pop()):
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                size += entry.stat().st_size
            else:
                raise UserError(
                    N_("The folder {folder} holds {name}, which is a link or no file: no run has such."),
                    folder=folder.name,
                    name=entry.name,
                )
    if size > most_mb * 1_000_000:
        raise UserError(
            N_("The folder {folder} is too large for a run: at most {most} MB."), folder=folder.name, most=most_mb
        )


def rows(folder: Path, about: Mapping[str, Any]) -> Scalars:
    """The scalars up to run.json's step, or as many as there are. `Damaged` if there is no file of them."""
    names = [SCORES.get(name) or name for name in about["names"]]
    if not names:
        return Scalars()
    path = folder / about["rows"]
    try:
        count = min(about["step"], path.stat().st_size // (4 * len(names)))
        return Scalars(names, np.fromfile(path, np.float32, count * len(names)).reshape(count, len(names)))
    except FileNotFoundError:
        raise Damaged(folder.name, "its scalars are missing") from None


def numbered(folder: Path) -> dict[str, int]:
    """The files of frames or states, by their names without the ending: of which step they are."""
    return {path.stem: int(path.stem) for path in folder.glob("*.safetensors") if re.fullmatch(r"\d{1,10}", path.stem)}


def frames(folder: Path, last: int, names: Mapping[str, str]) -> dict[int, Frame]:
    """The frames up to a step; without those that are damaged."""
    found = {}
    for step, raw in _whole(folder, last):
        try:
            found[step] = Frame.from_bytes(step, raw, names)
        except (SafetensorError, ValueError, TypeError):
            log.warning("%s: frame %s is damaged", folder, step)
    return found


def states(folder: Path, last: int) -> dict[int, bytes]:
    """The states up to a step; without those that are damaged."""
    return dict(_whole(folder, last))


def _whole(folder: Path, last: int) -> Iterator[tuple[int, bytes]]:
    for name, step in sorted(numbered(folder).items(), key=lambda item: item[1]):
        path = folder / f"{name}.safetensors"
        if step > last or not path.is_file():
            continue
        try:
            check_header(path)
            raw = path.read_bytes()
        except UserError:
            raw = b""
        if _ends_where_it_says(raw):
            yield step, raw
        else:
            log.warning("%s is damaged", path)


def scores(folder: Path, last: int) -> tuple[list[tuple[int, dict[str, Score]]], int]:
    """The lines up to a step, and their length in bytes; a torn, damaged or later line ends them."""
    path, good, found = folder / "scores.jsonl", 0, []
    raw = path.read_bytes() if path.exists() else b""
    for line in raw.splitlines(keepends=True):
        try:
            step, values = json.loads(line)
            read = {name: Score.read(value) for name, value in current(SCORES, values).items()}
        except (ValueError, TypeError, AttributeError, RecursionError):
            break
        if not line.endswith(b"\n") or not isinstance(step, int) or step > last:
            break
        found.append((step, read))
        good += len(line)
    return found, good


def _ends_where_it_says(raw: bytes) -> bool:
    """Whether a safetensors file is as long as its header says: one that was cut off is not."""
    try:
        length = int.from_bytes(raw[:8], "little")
        header = json.loads(raw[8 : 8 + length])
        last = max((entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"), default=0)
        return 8 + length + last == len(raw)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return False
