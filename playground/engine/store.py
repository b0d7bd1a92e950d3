"""Runs on disk: a folder each, so that a restart of the server loses nothing but the chunk in flight.

    <run>/run.json                    settings, events, step, why it stopped; written last, renamed into place
    <run>/texts/<hash>                long texts among the settings, which are there by their hash: written once
    <run>/metrics.f32                 one float32 row for each step, appended
    <run>/scores.jsonl                quality, a line each, appended
    <run>/frames/<step>.safetensors   kept frames and the newest
    <run>/states/<step>.safetensors   kept states and the newest
    damaged/                          what was found in the place of a run and is none

What a file has beyond run.json's step belongs to a chunk that was never reported; the next one is written over it.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playground.core.aliases import ARRAYS
from playground.core.contract import Frame
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.strict_json import dumps

from . import disk, run_about, run_files
from .limits import Limits
from .ownership import Elsewhere
from .run import Run
from .run_about import Damaged, Foreign
from .runs_folder import GONE, RunsFolder
from .text_store import TextStore, in_short
from .timeline import Timeline

log = logging.getLogger(__name__)

MAX_DELETED = 100_000
"""Ids of deleted runs that are remembered: what still works for one of them must not bring it back."""
DELETED = N_("This run was deleted.")


@dataclass(frozen=True)
class OnDisk:
    """What stands in a run's folder, as far as run.json counts it."""

    settings: Mapping[str, Any]
    """As run.json has them: long texts by their hash."""
    file: str = ""
    """The file of the rows; a new column makes a new file."""
    rows: int = 0
    columns: int = -1
    scores: int = 0
    score_bytes: int = 0
    files: Mapping[str, Frame | bytes | None] = field(default_factory=dict)
    """A frame may be drawn again with other settings. None: nobody knows what the file holds."""
    surplus: tuple[str, ...] = ()
    """Other files that are there and should not be."""
    texts: tuple[str, ...] = ()
    """Long texts among the settings that are perhaps not there yet."""


@dataclass(frozen=True)
class Saving:
    """The data to write after one chunk: collected in the server's event loop, written in a thread."""

    run: str
    about: bytes
    rows: bytes
    rows_at: int | None
    """The byte where they go on; None: all are written anew (a first save, or a new column)."""
    scores: bytes
    scores_at: int | None
    files: dict[str, bytes]
    gone: tuple[str, ...]
    texts: tuple[str, ...]
    then: OnDisk
    """What is on disk when all of this is written."""


class Store:
    """The folder of all runs."""

    def __init__(self, root: Path, limits: Limits):
        self.root, self.limits = root, limits
        self.folder = RunsFolder(root, limits)
        self._on_disk: dict[str, OnDisk] = {}
        """Changed when something was written, never before."""
        self._deleted: OrderedDict[str, None] = OrderedDict()
        self.owned: Callable[[str], bool] = lambda name: True
        """Whether a run may be written: where several servers use the folder, not each of them (`neighbours`)."""

    def saving(self, run: Run) -> Saving:
        """The part of the run that is not on disk yet; `UserError` if the run was deleted, or is another server's. One
        saving of a run has to be written before the next one is asked for."""
        if run.id in self._deleted:
            raise UserError(DELETED)
        if not self.owned(run.id):
            raise Elsewhere()
        known = self._on_disk.get(run.id) or OnDisk(**_settings(run))
        scalars, scores = run.timeline.scalars, run.timeline.scores
        anew = known.columns != len(scalars.names) or known.rows > scalars.count
        file = f"metrics-{len(scalars.names)}.f32" if anew else known.file
        scores_anew = known.columns < 0 or known.scores > len(scores)
        lines = "".join(
            dumps([step, {k: list(s) for k, s in found.items()}]) + "\n"
            for step, found in scores[0 if scores_anew else known.scores :]
        ).encode()
        wanted = _wanted(run)
        fresh = {name: item for name, item in wanted.items() if known.files.get(name) is not item}
        gone = [f"{name}.safetensors" for name in known.files.keys() - wanted.keys()]
        gone += [name for name in (*known.surplus, known.file) if name not in ("", file)]
        then = OnDisk(
            known.settings,
            file,
            scalars.count,
            len(scalars.names),
            len(scores),
            (0 if scores_anew else known.score_bytes) + len(lines),
            wanted,
        )
        about = {**run_about.describe(run), "config": known.settings, "rows": file, "order": self.folder.use(run.id)}
        return Saving(
            run.id,
            dumps(about).encode(),
            scalars.rows[0 if anew else known.rows :].tobytes(),
            None if anew else 4 * known.rows * known.columns,
            lines,
            None if scores_anew else known.score_bytes,
            {name: item.to_bytes() if isinstance(item, Frame) else item for name, item in fresh.items()},
            tuple(gone),
            known.texts,
            then,
        )

    def write(self, saving: Saving) -> None:
        """Write it; run.json comes last and makes it count. All of it is on the disk when this returns. `OSError` if it
        cannot be written: then what was there still holds, and the next saving has this one's part, too."""
        folder = self.root / saving.run
        try:
            if saving.run in self._deleted:
                raise UserError(DELETED)
            self._write(folder, saving)
            self._on_disk[saving.run] = saving.then
        except (disk.Shorter, FileNotFoundError, NotADirectoryError):  # somebody else was here: all is written anew
            self._on_disk.pop(saving.run, None)
            raise
        except OSError:
            if (known := self._on_disk.get(saving.run)) is not None:
                unknown = dict.fromkeys(saving.files)
                made = (saving.then.file,) if saving.rows_at is None else ()
                self._on_disk[saving.run] = replace(
                    known, files={**known.files, **unknown}, surplus=(*known.surplus, *made)
                )
            raise
        finally:
            if saving.run in self._deleted:  # it was deleted meanwhile
                self._on_disk.pop(saving.run, None)
                disk.remove_tree(folder)

    def _write(self, folder: Path, saving: Saving) -> None:
        for name in ("frames", "states"):
            disk.make_folder(folder / name)
        if saving.rows_at is None:
            disk.replace(folder / saving.then.file, saving.rows)
        else:
            disk.write_at(folder / saving.then.file, saving.rows_at, saving.rows)
        if saving.scores_at is None:
            disk.replace(folder / "scores.jsonl", saving.scores)
        elif saving.scores:
            disk.write_at(folder / "scores.jsonl", saving.scores_at, saving.scores)
        for text in saving.texts:
            TextStore(folder / "texts").store(text)
        for name, raw in saving.files.items():
            disk.replace(folder / f"{name}.safetensors", raw)
        for name in sorted({name.partition("/")[0] for name in saving.files}):
            disk.sync_folder(folder / name)
        disk.replace(folder / "run.json", saving.about)
        disk.sync_folder(folder)
        for name in saving.gone:
            disk.unlink(folder / name)

    def save(self, run: Run) -> None:
        """Write at once (command line, tests)."""
        self.write(self.saving(run))

    def load(self, name: str) -> Run | None:
        """The run in the folder `name`, in the last state its viewers saw; None if there is none. `Damaged` or
        `Foreign` if it cannot be read for good, `OSError` if it cannot be read now. Nothing is changed by reading."""
        folder = self.root / name
        try:
            about = run_about.read(folder)
        except (FileNotFoundError, NotADirectoryError):
            return None
        run_files.check(folder, self.limits.disk_mb)
        run = run_about.summary(about, _timeline(self.limits))
        run.timeline.scalars = scalars = run_files.rows(folder, about)
        run.step = scalars.count if scalars.names else about["step"]
        run.timeline.scores, score_bytes = run_files.scores(folder, run.step)
        frames = run_files.frames(folder / "frames", run.step, ARRAYS.get(run.family, {}))
        states = run_files.states(folder / "states", run.step)
        if frames:
            run.newest = frames[max(frames)]
            run.timeline.frames.restore(frames)
        if states:
            run.state_step = max(states)
            run.state = states[run.state_step]
            run.timeline.states.restore(states)
        run.written = len(run.events)
        there: dict[str, Frame | bytes | None] = {}
        there |= {f"frames/{name}": None for name in run_files.numbered(folder / "frames")}
        there |= {f"states/{name}": None for name in run_files.numbered(folder / "states")}
        there |= {f"frames/{step}": frame for step, frame in frames.items()}
        there |= {f"states/{step}": state for step, state in states.items()}
        self._on_disk[run.id] = OnDisk(
            **_settings(run),
            file=about["rows"],
            rows=scalars.count,
            columns=len(scalars.names),
            scores=len(run.timeline.scores),
            score_bytes=score_bytes,
            files=there,
            surplus=tuple(str(path.relative_to(folder)) for path in folder.rglob("*.part")),
        )
        return run

    def summary(self, name: str) -> Run | None:
        """The run without its timeline and state; None if there is none that can be read."""
        try:
            return run_about.summary(run_about.read(self.root / name), _timeline(self.limits))
        except (OSError, Damaged, Foreign):
            return None

    def summaries(self) -> Iterator[Run]:
        """All runs there are, the longest unused first, without their timelines and states; what is damaged is set
        aside, once, and the log says so."""
        for about in self.folder.find():
            try:
                yield run_about.summary(about, _timeline(self.limits))
            except Foreign as reason:
                log.warning("%s It is left alone.", reason)

    def names(self) -> list[str]:
        """All runs there are, the longest unused first."""
        return self.folder.names()

    def let_go(self, name: str) -> None:
        """Somebody else may write the run now: what was there is not known any more."""
        self._on_disk.pop(name, None)

    def bury(self, name: str) -> None:
        """The run is deleted from now on: nothing brings it back, also if the server ends now. What it takes on the
        disk is freed by `clear`. `OSError` if its folder cannot be renamed."""
        self._deleted[name] = None
        while len(self._deleted) > MAX_DELETED:
            self._deleted.popitem(last=False)
        self._on_disk.pop(name, None)
        self.folder.bury(name)

    def is_deleted(self, name: str) -> bool:
        return name in self._deleted

    def clear(self) -> None:
        """Free what deleted runs take."""
        for name in [name for name in self._deleted if (self.root / name).exists()]:
            self.folder.bury(name)
        self.folder.clear(GONE)

    def delete(self, name: str) -> None:
        """Remove a run from the disk (command line, tests)."""
        self.bury(name)
        self.clear()


def _timeline(limits: Limits) -> Timeline:
    return Timeline(limits.frames, limits.states)


def _settings(run: Run) -> dict[str, Any]:
    """The settings as run.json has them, and the texts that are not in it."""
    given = run.config.model_dump()
    short = {k: in_short(v) if isinstance(v, str) else v for k, v in given.items()}
    return {"settings": short, "texts": tuple(v for k, v in given.items() if v != short[k])}


def _wanted(run: Run) -> dict[str, Frame | bytes]:
    """The files of a run: kept states and frames, and the newest."""
    wanted: dict[str, Frame | bytes] = {f"states/{step}": s for step, s in run.timeline.states.items.items()}
    if run.state is not None:
        wanted[f"states/{run.state_step}"] = run.state
    wanted |= {f"frames/{step}": frame for step, frame in run.timeline.frames.items.items()}
    if run.newest is not None:
        wanted[f"frames/{run.newest.step}"] = run.newest
    return wanted
