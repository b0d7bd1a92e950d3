"""Whose is what, where several servers use one folder: each run, and each room, has one owner; only that one writes.

The owner holds a lock of the operating system on a file of the thing's name (`flock`). The system takes it away from a
process that ends, however it ends, and at once: no heartbeat has to be waited for, no clock is compared, and a server
that hangs, or sleeps, does not lose what it still has in memory. Such locks hold on the disks of one machine. On the
folders of a network they hold only where its file system passes them on.

    owners/runs/<run>          locked by its owner, and removed by it in the end
    owners/runs/<run>.asked    another server would like to have it
    owners/servers/<id>        locked for as long as a server lives
"""

import contextlib
import logging
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from playground.core.errors import UserError
from playground.core.i18n import N_

from . import disk

log = logging.getLogger(__name__)

FOLDER = "owners"
"""In the folder of all runs."""
ASKED = ".asked"
ELSEWHERE = N_(
    "Another server of this site has this run at the moment: here you can watch it. It goes on here as soon as nobody "
    "watches it there, or that server ends."
)


class Elsewhere(UserError):
    """The run is another server's: here it can only be watched."""

    def __init__(self, template: str = ELSEWHERE):
        super().__init__(template)


class Ownership:
    """What this server owns of one kind of thing. Names are those of files. Used in the server's event loop.
    Without a folder it is alone, and everything is its own."""

    def __init__(self, folder: Path | None):
        self.folder = folder
        self._held: dict[str, FileLock | None] = {}
        """None: the disk gives no lock; it is tried again, and meanwhile this server goes on as if it were alone."""
        self._kept: dict[str, bool] = {}
        """What is not let go just now -> whether it is to be this server's afterwards."""

    def claim(self, name: str) -> bool:
        """Whether it is this server's from now on: it was, or nobody's."""
        if name in self._kept:
            self._kept[name] = True
        if self.folder is None or self._held.get(name) is not None:
            return True
        try:
            lock = _locked(self.folder / name)
        except (OSError, NotImplementedError) as error:
            if name not in self._held:
                log.warning("%s cannot be locked (%s): no other server may use it", self.folder / name, error)
            self._held[name] = None
            return True
        if lock is None:
            self._held.pop(name, None)
            return False
        self._held[name] = lock
        return True

    def claim_or_ask(self, name: str) -> bool:
        """Whether it is this server's from now on; else its owner is asked for it."""
        if self.claim(name):
            return True
        self.ask(name)
        return False

    @contextlib.contextmanager
    def kept(self, name: str) -> Iterator[bool]:
        """Whether it is this server's, and stays so meanwhile. What was nobody's is so only for that long, unless it is
        claimed in between. Not to be nested."""
        had = self.holds(name)
        if not self.claim(name):
            yield False
            return
        self._kept[name] = had
        try:
            yield True
        finally:
            if not self._kept.pop(name):
                self.release(name)

    def holds(self, name: str) -> bool:
        """Whether it is this server's."""
        return self.folder is None or name in self._held

    def left_behind(self, name: str) -> bool:
        """Whether a file of an owner is there; where it can be claimed nevertheless, that server has died."""
        return self.folder is not None and name not in self._held and (self.folder / name).exists()

    @property
    def unlocked(self) -> list[str]:
        """What is this server's without a lock."""
        return [name for name, lock in self._held.items() if lock is None]

    def release(self, name: str) -> None:
        """It is nobody's any more, or will be when it is not `kept`. Everything about it has to be on the disk."""
        if name in self._kept:
            self._kept[name] = False
            return
        lock = self._held.pop(name, None)
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            disk.unlink(self.folder / f"{name}{ASKED}")
        if lock is not None:
            _let_go(lock, self.folder / name)

    def ask(self, name: str) -> None:
        """Let the owner know that somebody here would like to have it."""
        if self.folder is not None:
            with contextlib.suppress(OSError):
                (self.folder / f"{name}{ASKED}").touch(0o600)

    def asked(self) -> set[str]:
        """What other servers would like to have of this one's."""
        names = _names(self.folder) if self.folder is not None else []
        return {name.removesuffix(ASKED) for name in names if name.endswith(ASKED)} & self._held.keys()

    def clear(self) -> None:
        """Remove what dead servers have left."""
        if self.folder is None:
            return
        for name in _names(self.folder):
            if name.endswith(ASKED):
                disk.unlink(self.folder / name)
            elif name not in self._held:
                _remove_if_free(self.folder / name)

    def close(self) -> None:
        """The server ends."""
        for name in [*self._held]:
            self.release(name)


class Presence:
    """That this server lives, and how many others do on the same folder."""

    def __init__(self, folder: Path):
        self.folder, self.name = folder, secrets.token_hex(8)
        self._lock: FileLock | None = None

    def begin(self) -> None:
        """It can be seen from now on, where the disk knows locks."""
        with contextlib.suppress(OSError, NotImplementedError):
            while self._lock is None:  # another one may have looked at it before it was locked
                self._lock = _locked(self.folder / self.name)

    def others(self) -> int:
        """How many other servers live. What dead ones have left is removed."""
        names = [name for name in _names(self.folder) if name != self.name]
        return sum(not _remove_if_free(self.folder / name) for name in names)

    def close(self) -> None:
        if self._lock is not None:
            _let_go(self._lock, self.folder / self.name)
            self._lock = None


def _locked(path: Path) -> FileLock | None:
    """A lock that this process holds now; None where another one does."""
    disk.make_folder(path.parent)
    lock = FileLock(path, timeout=0, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    return lock


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _remove_if_free(path: Path) -> bool:
    """Whether nobody holds it: then it goes. One that cannot be looked at counts as free."""
    try:
        lock = _locked(path)
    except (OSError, NotImplementedError):
        return True
    if lock is not None:
        _let_go(lock, path)
    return lock is not None


def _let_go(lock: FileLock, path: Path) -> None:
    """Remove the file while it is still locked: who waits for it sees that it is none any more, and makes a new one."""
    with contextlib.suppress(OSError):
        disk.unlink(path)
    lock.release()
