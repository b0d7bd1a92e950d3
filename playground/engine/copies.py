"""Copies of runs in a folder that knows no append and no rename (`copy_folder`): where a machine's own disk is empty
after a restart, visitors find their runs again.

A copy is one archive of a run's folder. Of those that are whole the highest number counts. Among several servers on one
folder of runs a run's owner copies it; what is nobody's is claimed for that long.
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
from .copy_folder import CopyFolder, is_gone, named
from .ownership import Ownership
from .runs_folder import DAMAGED, NAME, OTHERS
from .store import Store

log = logging.getLogger(__name__)

INSIDE = re.compile(r"[\w-]+(\.[\w-]+)*|(frames|states|texts)/[\w-]+(\.[\w-]+)*", re.ASCII)
"""What the files of a run's folder are called: nothing that leads out of it."""
TEMPORARY = ".restored"
PAUSED_S, TRAINS_S = 2.0, 60.0
"""After so many seconds a run that has changed is copied: one that is paused or done, and one that still trains."""
CLOSING_S = 20.0
"""A server that ends goes on copying for so long."""
NO_COPY = N_("The run '{name}' is not on the server's disk, and its copy cannot be read: {why}.")
NO_FOLDER = N_("There is no run '{name}' here any more: the server cannot keep copies of runs ({why}).")


class Copies:
    """Those of a store's runs. Nothing is done where no folder is named. All but `refusal` is for a thread."""

    def __init__(self, store: Store, environ: Mapping[str, str] = os.environ):
        self.store, self.there = store, CopyFolder(named(environ), NAME, "zip")
        self.owners = Ownership(None)
        """Whose the runs are."""
        self._copied: dict[str, tuple[int, float]] = {}
        """run -> which run.json was copied last (when that was written), and when that was done"""
        self._unreadable: dict[str, str] = {}
        """Why copies of runs could not be taken back."""

    # back

    def restore(self) -> None:
        """Take back the runs that are not on the disk, the latest ones first, as far as there is room for them."""
        if not (found := self.there.found()):
            return
        left = self.store.limits.disk_mb * 1_000_000 - disk.bytes_in(self.store.root)
        for run in sorted(found, key=lambda run: max(found[run]), reverse=True):
            if (self.store.root / run).exists():
                continue
            with self.owners.kept(run) as mine:  # else another server makes it, or deletes it
                if mine:
                    copies = [found[run][number] for number in sorted(found[run], reverse=True)]
                    left -= self._newest(run, copies, left)

    def _newest(self, run: str, copies: Iterable[Path], room: int) -> int:
        """Take back the first that is whole; the bytes that it takes."""
        for path in copies:
            try:
                if is_gone(path):
                    break
                if (size := path.stat().st_size) > room:
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
        return UserError(NO_FOLDER, name=run, why=self.there.trouble) if self.there.trouble else None

    # there

    def changed(self, trains: Callable[[str], bool] = lambda run: False) -> list[str]:
        """The runs whose copy is older than they are, and is to be made anew now."""
        found, now = [], time.monotonic()
        with contextlib.suppress(OSError), os.scandir(self.store.root) as entries:
            for name in [entry.name for entry in entries if NAME.fullmatch(entry.name)]:
                written, at = self._copied.get(name, (0, -TRAINS_S))
                if name in (*OTHERS, DAMAGED) or self._written(name) in (0, written):
                    continue
                if now - at >= (TRAINS_S if trains(name) else PAUSED_S):
                    found.append(name)
        return found

    def copy(self, run: str) -> None:
        """Make the copy anew; nobody writes the run meanwhile."""
        folder, written, before = self.store.root / run, self._written(run), self.there.found(run).get(run, {})
        try:
            number = run_about.read(folder)["order"]
            # what this server has not copied yet, another one, or one before, may have
            same = run not in self._copied and bool(before) and _holds(before[max(before)], folder)
            raw = b"" if same else _archive(folder)
        except (OSError, UserError):
            return  # it has just been deleted, or is damaged: then the last copy is better
        if not same:
            number = max([number, *(other + 1 for other in before)])  # servers count each for itself
            if not self.there.write(run, number, raw):
                self._copied[run] = 0, time.monotonic() + TRAINS_S  # until then it is not tried again
                return
            self.there.remove(before.values())
        self._copied[run] = written, time.monotonic()

    def discard(self, run: str) -> None:
        """The run was deleted: no copy brings it back."""
        self._copied.pop(run, None)
        self.there.discard(run)

    def finish(self) -> None:
        """Before the server ends: what has changed is copied, as far as there is time. Nothing else claims runs any
        more."""
        end = time.monotonic() + CLOSING_S
        if self.there.path is None:
            return
        for run in self.there.found():
            if self.store.is_deleted(run):
                self.discard(run)
        self._copied = {run: (written, -TRAINS_S) for run, (written, _) in self._copied.items()}
        for run in self.changed():
            if time.monotonic() < end and self.owners.claim(run):
                self.copy(run)

    def _written(self, run: str) -> int:
        """Which run.json a run has, by when it was written; 0: none."""
        try:
            return os.stat(self.store.root / run / "run.json").st_mtime_ns
        except OSError:
            return 0


def _holds(copy: Path, folder: Path) -> bool:
    """Whether a copy is whole and is of the run as it is: run.json changes whenever something of the run does."""
    try:
        with zipfile.ZipFile(io.BytesIO(copy.read_bytes())) as archive:
            return archive.read("run.json") == (folder / "run.json").read_bytes()
    except (OSError, KeyError, zipfile.BadZipFile, NotImplementedError):
        return False


def _archive(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.suffix != ".part":
                archive.writestr(path.relative_to(folder).as_posix(), path.read_bytes())
    return out.getvalue()
