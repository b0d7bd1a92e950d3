"""The folders that the server writes to: whose they are, and who else uses them at the same time."""

import contextlib
import errno
import logging
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from playground.core.errors import UserError
from playground.core.i18n import N_

from . import disk

log = logging.getLogger(__name__)

VARIABLE = "PLAYGROUND_RUNS"
LOCK = ".lock"
MORE = 9
"""Servers of one person, beside the first, that may use the default folder: each has one of its own."""


def runs_root(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of all runs: PLAYGROUND_RUNS, or one of the person's own."""
    if given := environ.get(VARIABLE):
        return Path(given)
    return default_root(environ)


def default_root(environ: Mapping[str, str] = os.environ) -> Path:
    """In the person's folder for the state of programs (XDG), or, where they have none that can be written to, in one
    for temporary files that carries their number."""
    home = environ.get("HOME") or os.path.expanduser("~")
    state = Path(environ.get("XDG_STATE_HOME") or Path(home) / ".local" / "state")
    if state.is_absolute() and state.parent != state and _can_be_made(state):
        return state / "playground" / "runs"
    who = os.getuid() if hasattr(os, "getuid") else "me"
    return Path(tempfile.gettempdir()) / f"playground-{who}" / "runs"


def _can_be_made(folder: Path) -> bool:
    there = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    return there.is_dir() and there.parent != there and os.access(there, os.W_OK | os.X_OK)


@contextlib.contextmanager
def own_root() -> Iterator[Path]:
    """The folder of all runs, made and checked. One that was named may be used by several servers (`neighbours`); the
    default one is locked against others while the context lasts. `UserError` says why it cannot be used. What asks for
    `runs_root` meanwhile gets this one."""
    given = os.environ.get(VARIABLE)
    if given:
        root = Path(given)
        check_given(root)
        yield root
        return
    first = default_root()
    with contextlib.ExitStack() as stack:
        for number in range(MORE + 1):
            root = first if not number else first.with_name(f"{first.name}-{number + 1}")
            check_own(root)
            if stack.enter_context(_locked(root)):
                break
        else:
            raise UserError(
                N_("Other servers use the folder {folder}. Set PLAYGROUND_RUNS to another one."), folder=first
            )
        os.environ[VARIABLE] = str(root)
        stack.callback(os.environ.pop, VARIABLE, None)
        yield root


def check_given(root: Path) -> None:
    """The folder that somebody has named: it is made, and can be written to; else `UserError`."""
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            N_("PLAYGROUND_RUNS: {folder} is no folder that can be used: {why}."),
            folder=root,
            why=error.strerror or error,
        ) from None
    if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
        raise UserError(N_("PLAYGROUND_RUNS: {folder} cannot be written to."), folder=root)
    if not knows_append_and_rename(root):
        raise UserError(
            N_(
                "PLAYGROUND_RUNS: {folder} knows no append or no rename, as a mounted bucket. Name it in "
                "PLAYGROUND_RUNS_COPY instead: runs then stay on the machine's own disk and are copied there."
            ),
            folder=root,
        )


def knows_append_and_rename(root: Path) -> bool:
    """Whether files in a folder can grow and get another name; so it is taken to be where the disk is full."""
    first, second = root / f".probe-{os.getpid()}", root / f".probe-{os.getpid()}-renamed"
    try:
        disk.replace(first, b"a")
        disk.write_at(first, 1, b"b")
        os.rename(first, second)
        return second.read_bytes() == b"ab"
    except OSError as error:
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    finally:
        for path in (first, second):
            with contextlib.suppress(OSError):
                disk.unlink(path)


def check_own(root: Path) -> None:
    """The default folder and the one above it: this person's own, and nobody else looks into them; else `UserError`.
    Where everybody may write, somebody else may have made them first."""
    try:
        root.parent.parent.mkdir(parents=True, exist_ok=True)
        for folder in (root.parent, root):
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            found = os.lstat(folder)
            if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != os.geteuid()):
                raise UserError(
                    N_("{folder} is a link, or belongs to somebody else. Set PLAYGROUND_RUNS to a folder of yours."),
                    folder=folder,
                )
            if os.name == "posix" and found.st_mode & 0o077:
                folder.chmod(0o700)
    except OSError as error:
        raise UserError(
            N_("{folder} cannot be used: {why}. Set PLAYGROUND_RUNS to a folder of yours."),
            folder=root,
            why=error.strerror or error,
        ) from None


@contextlib.contextmanager
def _locked(root: Path) -> Iterator[bool]:
    """Whether the folder is this server's alone. Where a file system knows no locks, or has no room for one, nobody
    can say: then it goes on."""
    lock = FileLock(root / LOCK, timeout=0, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    except (OSError, NotImplementedError) as error:
        log.warning("%s cannot be locked (%s): no other server may use it", root, error)
    try:
        yield True
    finally:
        lock.release()
