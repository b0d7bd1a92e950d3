"""The files of a run's folder, each there whole: appended to, replaced, and cut where a chunk was never reported."""

import json
import os
import re
from pathlib import Path

import numpy as np

from playground.core.aliases import SCORES, current
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.score import Score

from .safetensors_header import check_header
from .timeline import Scalars

MAX_ABOUT = 8_000_000
"""Bytes of run.json: changes by hand are a hundred each."""
ROWS = re.compile(r"metrics(-\d{1,4})?\.f32")


def check(folder: Path, most_mb: int) -> None:
    """That a run's folder holds plain files, at most so many megabytes: a folder may come from somebody else, and what
    is read here is also cut, replaced and deleted. `UserError` where it does not."""
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


def about(path: Path) -> dict:
    """What run.json says. `ValueError` where it is none."""
    with open(path, "rb") as file:
        raw = file.read(MAX_ABOUT + 1)
    told = json.loads(raw) if len(raw) <= MAX_ABOUT else None
    if not isinstance(told, dict):
        raise ValueError(f"no run.json of a run: {len(raw)} bytes")
    return told


def rows(folder: Path, about: dict) -> Scalars:
    """The scalars up to run.json's step, or as many as there are; what lies beyond is cut off."""
    names, file, step = [SCORES.get(name) or name for name in about["names"]], about.get("rows"), about["step"]
    path = folder / ("metrics.f32" if file is None else file)
    if not ROWS.fullmatch(path.name) or path.parent != folder or not isinstance(step, int) or step < 0:
        raise ValueError(f"no rows of a run: {path.name}, step {step}")
    whole = path.stat().st_size // (4 * len(names)) if names else 0
    count = min(step, whole)
    rows = np.fromfile(path, np.float32, count * len(names)).reshape(count, len(names))
    if path.stat().st_size > rows.nbytes:  # a folder that is only read may be read-only
        os.truncate(path, rows.nbytes)
    return Scalars(names, rows)


def add(path: Path, raw: bytes, anew: bool) -> None:
    """Append; or take the place of what is there, which stays whole until then."""
    if anew:
        replace(path, raw)
        return
    with open(path, "ab") as file:
        file.write(raw)


def replace(path: Path, raw: bytes) -> None:
    """Write to a temporary name and rename: a file is there whole or not at all."""
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(raw)
    os.replace(temporary, path)


def files(folder: Path, last: int) -> list[tuple[int, bytes]]:
    found = {int(path.stem): path for path in folder.glob("*.safetensors")}
    for step in [s for s in found if s > last]:
        found.pop(step).unlink()
    for path in found.values():
        check_header(path)
    return [(step, found[step].read_bytes()) for step in sorted(found)]


def scores(folder: Path, last: int) -> list[tuple[int, dict[str, Score]]]:
    """The lines up to a step; a torn or later line ends them, and is cut off."""
    path, good, found = folder / "scores.jsonl", 0, []
    raw = path.read_bytes() if path.exists() else b""
    for line in raw.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        step, scores = json.loads(line)
        if step > last:
            break
        found.append((step, {name: Score.read(values) for name, values in current(SCORES, scores).items()}))
        good += len(line)
    if good < len(raw):
        os.truncate(path, good)
    return found
