"""The files of a run's folder, each there whole: appended to, replaced, and cut where a chunk was never reported."""

import json
import os
from pathlib import Path

import numpy as np

from playground.core.aliases import SCORES, current
from playground.core.score import Score

from .timeline import Scalars


def rows(folder: Path, about: dict) -> Scalars:
    """The scalars up to run.json's step, or as many as there are; what lies beyond is cut off."""
    names, path = [SCORES.get(name) or name for name in about["names"]], folder / about.get("rows", "metrics.f32")
    flat = np.fromfile(path, np.float32, count=about["step"] * len(names))
    count = len(flat) // len(names) if names else 0
    rows = flat[: count * len(names)].reshape(count, len(names))
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
