"""Runs on disk: a folder each, so that a restart of the server loses nothing but the chunk in flight.

    <run>/run.json                    settings, events, step, why it stopped; written last, renamed into place
    <run>/texts/<hash>                long texts among the settings, which are there by their hash: written once
    <run>/metrics.f32                 one float32 row for each step, appended
    <run>/scores.jsonl                quality, a line each, appended
    <run>/frames/<step>.safetensors   kept frames and the newest
    <run>/states/<step>.safetensors   kept states and the newest

What a file has beyond run.json's step belongs to a chunk that was never reported, and is cut off.
"""

import logging
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from playground.core.aliases import ARRAYS, RUNS, SCORES, SETTINGS, current
from playground.core.contract import Event, Frame
from playground.core.kept import parse_kept
from playground.core.registry import family
from playground.core.strict_json import dumps

from . import run_files
from .eviction import first_to_go
from .limits import Limits
from .run import Run, cell_of
from .text_store import TextStore, in_short
from .timeline import Timeline
from .visitor import Visitor

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Saving:
    """The data to write after one chunk: collected in the server's event loop, written in a thread."""

    folder: Path
    about: bytes
    rows: bytes
    columns: str
    """The file of the rows. A new column makes a new file: run.json says which one counts."""
    rewrite: bool
    """Write all rows anew (a first save, or a new column), not only append."""
    scores: str
    scores_anew: bool
    """Write all scores anew."""
    files: dict[str, bytes]
    gone: tuple[str, ...]
    texts: tuple[str, ...]


class Store:
    """The folder of all runs."""

    def __init__(self, root: Path, limits: Limits):
        self.root, self.limits = root, limits
        self._settings: dict[str, dict] = {}
        """run -> its settings as run.json has them"""
        self._saved: dict[str, tuple[int, int, int]] = {}
        """run -> rows, columns and scores on disk"""
        self._columns: dict[str, str] = {}
        self._files: dict[str, dict[str, Frame | bytes]] = {}
        """run -> what stands in its files: a frame may be drawn again with other settings"""

    def saving(self, run: Run) -> Saving:
        """The part of the run that is not on disk yet."""
        rows, columns, scores = self._saved.get(run.id, (0, -1, 0))
        scalars = run.timeline.scalars
        rewrite = columns != len(scalars.names)
        before = self._columns.get(run.id)
        file = f"metrics-{len(scalars.names)}.f32" if rewrite or before is None else before
        wanted: dict[str, Frame | bytes] = {f"states/{step}": s for step, s in run.timeline.states.items.items()}
        if run.state is not None:
            wanted[f"states/{run.state_step}"] = run.state
        wanted |= {f"frames/{step}": frame for step, frame in run.timeline.frames.items.items()}
        if run.newest is not None:
            wanted[f"frames/{run.newest.step}"] = run.newest
        known = self._files.get(run.id, {})
        fresh = {name: item for name, item in wanted.items() if known.get(name) is not item}
        files = {name: item.to_bytes() if isinstance(item, Frame) else item for name, item in fresh.items()}
        lines = "".join(
            dumps([step, {k: list(s) for k, s in found.items()}]) + "\n" for step, found in run.timeline.scores[scores:]
        )
        gone = [f"{name}.safetensors" for name in known.keys() - wanted.keys()] + (
            [before] if before not in (None, file) else []
        )
        texts: tuple[str, ...] = ()
        if run.id not in self._settings:
            settings = run.config.model_dump()
            self._settings[run.id] = {k: in_short(v) if isinstance(v, str) else v for k, v in settings.items()}
            texts = tuple(v for k, v in settings.items() if v != self._settings[run.id][k])
        saving = Saving(
            self.root / run.id,
            dumps({**_about(run), "config": self._settings[run.id], "rows": file}).encode(),
            scalars.rows[0 if rewrite else rows :].tobytes(),
            file,
            rewrite,
            lines,
            scores == 0,
            files,
            tuple(gone),
            texts,
        )
        self._columns[run.id] = file
        self._saved[run.id] = (scalars.count, len(scalars.names), len(run.timeline.scores))
        self._files[run.id] = wanted
        return saving

    def write(self, saving: Saving) -> None:
        """Write it; run.json comes last and makes it count."""
        for name in ("frames", "states"):
            (saving.folder / name).mkdir(parents=True, exist_ok=True)
        run_files.add(saving.folder / saving.columns, saving.rows, saving.rewrite)
        if saving.scores or saving.rewrite:
            run_files.add(saving.folder / "scores.jsonl", saving.scores.encode(), saving.scores_anew)
        for text in saving.texts:
            TextStore(saving.folder / "texts").shorten(text)
        for name, raw in saving.files.items():
            run_files.replace(saving.folder / f"{name}.safetensors", raw)
        run_files.replace(saving.folder / "run.json", saving.about)
        for name in saving.gone:
            (saving.folder / name).unlink(missing_ok=True)

    def forget_written(self, name: str) -> None:
        """Writing a run has failed: the next time all of it is written, so that nothing is missing in its folder."""
        self._settings.pop(name, None)
        self._saved.pop(name, None)
        self._files.pop(name, None)

    def save(self, run: Run) -> None:
        """Write at once (command line, tests)."""
        self.write(self.saving(run))

    def load(self, name: str) -> Run | None:
        """The run in the folder `name`, in the last state its viewers saw; None if there is none."""
        folder = self.root / name
        try:
            about = self._about(name)
        except FileNotFoundError:
            return None
        run_files.check(folder, self.limits.disk_mb)
        scalars = run_files.rows(folder, about)
        run = self._run(about, scalars.count)
        run.timeline.scalars = scalars
        run.timeline.scores = run_files.scores(folder, run.step)
        names = ARRAYS.get(run.family, {})
        frames = {
            step: Frame.from_bytes(step, raw, names) for step, raw in run_files.files(folder / "frames", run.step)
        }
        states = dict(run_files.files(folder / "states", run.step))
        if frames:
            run.newest = frames[max(frames)]
            run.timeline.frames.restore(frames)
        if states:
            run.state_step = max(states)
            run.state = states[run.state_step]
            run.timeline.states.restore(states)
        for torn in folder.rglob("*.part"):
            torn.unlink(missing_ok=True)
        run.written, self._columns[run.id] = len(run.events), about.get("rows", "metrics.f32")
        self._saved[run.id] = (run.step, len(run.timeline.scalars.names), len(run.timeline.scores))
        self._files[run.id] = {
            **{f"frames/{step}": frame for step, frame in frames.items()},
            **{f"states/{step}": state for step, state in states.items()},
        }
        return run

    def summary(self, name: str) -> Run | None:
        """The run without its timeline and state."""
        try:
            about = self._about(name)
        except FileNotFoundError:
            return None
        return self._run(about, about["step"])

    def _about(self, name: str) -> dict:
        about, texts = run_files.about(self.root / name / "run.json"), TextStore(self.root / name / "texts")
        settings = {k: texts.expand(v) if isinstance(v, str) else v for k, v in about["config"].items()}
        return current(RUNS, {**about, "id": name, "config": settings})  # the folder's name: a file may say another

    def _run(self, about: dict, step: int) -> Run:
        config = parse_kept(family(about["family"]).Config, about["config"])
        return Run(
            about["family"],
            config,
            about["owner"],
            Timeline(self.limits.frames, self.limits.states),
            id=about["id"],
            parent=tuple(about["parent"]) if about["parent"] else None,
            cell=cell_of(about),
            opened=about.get("opened", False),
            events=[Event(**{**event, "changes": current(SETTINGS, event["changes"])}) for event in about["events"]],
            created=about["created"],
            used=about["used"],
            step=step,
            stopped=tuple(about["stopped"]) if about["stopped"] else None,
            spent=about.get("spent", 0.0),
            measurement=current(SCORES, about["measurement"]) if about.get("measurement") else None,
        )

    def names(self) -> list[tuple[float, str]]:
        """All runs there are as (last used, id), the longest unused first."""
        found = []
        for path in self.root.glob("*/run.json"):
            found.append((path.stat().st_mtime, path.parent.name))
        return sorted(found)

    def abouts(self) -> list[dict]:
        """run.json of every run, the longest unused first. What is damaged is left out: it must not stop the server."""
        found = []
        for _, name in self.names():
            try:
                found.append(self._about(name))
            except (OSError, KeyError, TypeError, ValueError, AttributeError):
                log.exception("run %s cannot be read", name)
        return found

    def delete(self, name: str) -> None:
        """Remove a run from the disk."""
        self._settings.pop(name, None)
        self._saved.pop(name, None)
        self._columns.pop(name, None)
        self._files.pop(name, None)
        shutil.rmtree(self.root / name, ignore_errors=True)

    def make_room(self, in_use: set[str], owners: Mapping[str, Visitor] | None = None) -> list[str]:
        """Delete runs until the disk budget holds, none of `in_use`: of whoever has most the longest unused ones; the
        ids of the deleted ones."""
        sizes = {
            name: sum(f.stat().st_size for f in (self.root / name).rglob("*") if f.is_file())
            for _, name in self.names()
        }
        free = [name for name in sizes if name not in in_use]  # the longest unused first
        gone = first_to_go(sizes, free, owners or {}, self.limits.disk_mb * 1_000_000)
        for name in gone:
            self.delete(name)
        return gone


def _about(run: Run) -> dict:
    return {
        "id": run.id,
        "family": run.family,
        "config": run.config.model_dump(),
        "owner": run.owner,
        "parent": run.parent,
        "cell": run.cell,
        "opened": run.opened,
        "events": [asdict(e) for e in run.events],
        "created": run.created,
        "used": run.used,
        "step": run.step,
        "stopped": run.stopped,
        "names": run.timeline.scalars.names,
        "spent": run.spent,
        "measurement": run.measurement,
    }
