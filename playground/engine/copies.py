"""Copies of runs in a folder that knows no append and no rename, such as a mounted bucket: where a machine's own disk
is empty after a restart, visitors find their runs again.

Each copy is one archive, `<run>.<number>.zip`, written once from its beginning to its end; of those that are whole the
highest number counts. A newer copy is a new file, and older ones are removed where the folder allows it. A file that
holds one word says that the run was deleted.
"""

import contextlib
import io
import logging
import os
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from playground.core.errors import UserError
from playground.core.i18n import N_

from . import disk, run_about
from .runs_folder import DAMAGED, NAME, OTHERS
from .store import Store

log = logging.getLogger(__name__)

VARIABLE = "PLAYGROUND_RUNS_COPY"
COPY = re.compile(r"(?P<run>.+)\.(?P<number>\d{12})\.zip")
INSIDE = re.compile(r"[\w-]+(\.[\w-]+)*|(frames|states|texts)/[\w-]+(\.[\w-]+)*", re.ASCII)
"""What the files of a run's folder are called: nothing that leads out of it."""
TEMPORARY = ".restored"
GONE = b"deleted"
PAUSED_S, TRAINS_S = 2.0, 60.0
"""After so many seconds a run that has changed is copied: one that is paused or done, and one that still trains."""
CLOSING_S = 20.0
"""A server that ends goes on copying for so long."""
NO_COPY = N_("The run '{name}' is not on the server's disk, and its copy cannot be read: {why}.")
NO_FOLDER = N_("There is no run '{name}' here any more: the server cannot keep copies of runs ({why}).")


class Copies:
    """Those of a store's runs. Nothing is done where no folder is named. All but `refusal` is for a thread."""

    def __init__(self, store: Store, environ: Mapping[str, str] = os.environ):
        self.store = store
        self.folder = Path(given) if (given := environ.get(VARIABLE)) else None
        self.mine: Callable[[str], bool] = lambda run: True
        """Which runs this server copies, among several on one folder of runs."""
        self._copied: dict[str, tuple[int, float]] = {}
        """run -> which run.json was copied last (when that was written), and when that was done"""
        self._unreadable: dict[str, str] = {}
        """Why copies of runs could not be taken back."""
        self._trouble = ""
        """Why the folder cannot be used; it may be again."""

    # back

    def restore(self) -> None:
        """Take back the runs that are not on the disk, the latest ones first, as far as there is room for them."""
        left = self.store.limits.disk_mb * 1_000_000 - disk.bytes_in(self.store.root)
        found = self._found()
        for run in sorted(found, key=lambda run: max(found[run]), reverse=True):
            if not (self.store.root / run).exists():
                left -= self._newest(run, [found[run][number] for number in sorted(found[run], reverse=True)], left)

    def _newest(self, run: str, copies: Iterable[Path], room: int) -> int:
        """Take back the first that is whole; the bytes that it takes."""
        for path in copies:
            try:
                if (size := path.stat().st_size) == len(GONE) and path.read_bytes() == GONE:
                    break
                if size > room:
                    raise ValueError("there is no room for it on the disk")
                self._take_back(run, path, room)
            except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
                if (self.store.root / run).exists():  # another server was quicker
                    break
                self._unreadable[run] = getattr(error, "strerror", None) or str(error)
                log.warning("the copy %s cannot be read: %s", path, error)
            else:
                self._unreadable.pop(run, None)
                return size
        return 0

    def _take_back(self, run: str, path: Path, most: int) -> None:
        beside = self.store.root / f"{TEMPORARY}-{os.getpid()}-{run}"
        disk.remove_tree(beside)
        try:
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
                files = archive.infolist()
                if any(not INSIDE.fullmatch(file.filename) for file in files) or not files:
                    raise ValueError("it is no archive of a run")
                if sum(file.file_size for file in files) > most:
                    raise ValueError("it is too large")
                for file in files:
                    target = beside / file.filename
                    disk.make_folder(target.parent)
                    with archive.open(file) as source, open(target, "wb") as copy:
                        shutil.copyfileobj(source, copy)
            run_about.read(beside)  # it is one
            os.rename(beside, self.store.root / run)
            self._copied[run] = (self._written(run), time.monotonic())
        except UserError as refusal:
            raise ValueError(str(refusal)) from None
        finally:
            disk.remove_tree(beside)

    def refusal(self, run: str) -> UserError | None:
        """Why a visitor's run did not come back; None: not for anything that is known here."""
        if why := self._unreadable.get(run):
            return UserError(NO_COPY, name=run, why=why)
        return UserError(NO_FOLDER, name=run, why=self._trouble) if self._trouble else None

    # there

    def changed(self, trains: Callable[[str], bool] = lambda run: False) -> list[str]:
        """The runs whose copy is older than they are, and is to be made anew now."""
        found, now = [], time.monotonic()
        with contextlib.suppress(OSError), os.scandir(self.store.root) as entries:
            for name in [entry.name for entry in entries if NAME.fullmatch(entry.name)]:
                written, at = self._copied.get(name, (0, -TRAINS_S))
                if name in (*OTHERS, DAMAGED) or self._written(name) in (0, written) or not self.mine(name):
                    continue
                if now - at >= (TRAINS_S if trains(name) else PAUSED_S):
                    found.append(name)
        return found

    def copy(self, run: str) -> None:
        """Make the copy anew; nobody writes the run meanwhile."""
        assert self.folder is not None
        folder, written = self.store.root / run, self._written(run)
        try:
            number = run_about.read(folder)["order"]
            raw = _archive(folder)
        except (OSError, UserError):
            return  # it has just been deleted, or is damaged: then the last copy is better
        before = self._found(run).get(run, {})
        if not (before and max(before) == number and zipfile.is_zipfile(before[number])):  # else a server before did it
            number = max([number, *(other + 1 for other in before)])
            if not self._write(f"{run}.{number:012d}.zip", raw):
                self._copied[run] = 0, time.monotonic() + TRAINS_S  # until then it is not tried again
                return
            self._remove(before.values())
        self._copied[run] = written, time.monotonic()

    def discard(self, run: str) -> None:
        """The run was deleted: no copy brings it back."""
        if self.folder is None or not (before := self._found(run).get(run, {})):
            return
        self._copied.pop(run, None)
        mark = f"{run}.{max(before) + 1:012d}.zip"
        if self._write(mark, GONE) and self._remove(before.values()):
            self._remove([self.folder / mark])

    def finish(self) -> None:
        """Before the server ends: what has changed is copied, as far as there is time."""
        end = time.monotonic() + CLOSING_S
        if self.folder is None:
            return
        for run in self._found():
            if self.store.is_deleted(run):
                self.discard(run)
        self._copied = {run: (written, -TRAINS_S) for run, (written, _) in self._copied.items()}
        for run in self.changed():
            if time.monotonic() < end:
                self.copy(run)

    def _write(self, name: str, raw: bytes) -> bool:
        """Whether a new file is there; it was written at once, and counts when it is closed."""
        assert self.folder is not None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with open(self.folder / name, "xb") as file:
                file.write(raw)
        except OSError as error:
            if not self._trouble:
                log.error("%s: copies of runs cannot be written to %s: %s", VARIABLE, self.folder, error)
            self._trouble = error.strerror or str(error)
            return False
        self._trouble = ""
        return True

    @staticmethod
    def _remove(paths: Iterable[Path]) -> bool:
        gone = True
        for path in paths:
            try:
                disk.unlink(path)
            except OSError:  # some folders know no removal: the higher number counts
                gone = False
        return gone

    def _found(self, only: str | None = None) -> dict[str, dict[int, Path]]:
        """run -> its copies, by number."""
        found: dict[str, dict[int, Path]] = {}
        if self.folder is None:
            return found
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return found
        except OSError as error:
            self._trouble = error.strerror or str(error)
            log.error("%s: %s cannot be read: %s", VARIABLE, self.folder, error)
            return found
        for name in names:
            if (parts := COPY.fullmatch(name)) and NAME.fullmatch(parts["run"]) and only in (None, parts["run"]):
                found.setdefault(parts["run"], {})[int(parts["number"])] = self.folder / name
        return found

    def _written(self, run: str) -> int:
        """Which run.json a run has, by when it was written; 0: none."""
        try:
            return os.stat(self.store.root / run / "run.json").st_mtime_ns
        except OSError:
            return 0


def _archive(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.suffix != ".part":
                archive.writestr(path.relative_to(folder).as_posix(), path.read_bytes())
    return out.getvalue()
