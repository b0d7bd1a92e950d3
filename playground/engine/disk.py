"""What is written to the disk: every file is there whole or not at all, also when the disk is full or the power fails.

Nothing here changes what the caller believes to be on disk: that is brought up to date after a call has returned.
"""

import contextlib
import errno
import os
import secrets
import shutil
from pathlib import Path

from playground.core.i18n import N_

FULL = N_("The server cannot write to its disk at the moment. Nothing was changed; try again in a while.")
NOT_FOR_FOLDERS = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF}
"""What systems say that have no way to sync a folder."""


class Shorter(OSError):
    """A file ends before the place where something is to be added: somebody else has changed it."""


def replace(path: Path, raw: bytes, mode: int = 0o600) -> None:
    """Write a file beside and rename it: until then what was there stays whole. The name is on disk once its folder is
    (`sync_folder`)."""
    beside = path.with_name(path.name + ".part")
    try:
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), mode)
        try:
            _write(file, raw)
            os.fsync(file)
        finally:
            os.close(file)
        os.replace(beside, path)
    except OSError:
        with contextlib.suppress(OSError):  # its room is needed
            os.unlink(beside)
        raise


def write_at(path: Path, place: int, raw: bytes) -> None:
    """Have the file go on with `raw` from byte `place` on, and end there: what a failed write has left is overwritten.
    `Shorter` if it does not reach that far."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        size = os.fstat(file).st_size
        if size < place:
            raise Shorter(errno.EIO, "a file is shorter than it was", str(path))
        os.lseek(file, place, os.SEEK_SET)
        _write(file, raw)
        if size > place + len(raw):
            os.ftruncate(file, place + len(raw))
        os.fsync(file)
    finally:
        os.close(file)


def _write(file: int, raw: bytes) -> None:
    left = memoryview(raw)
    while left:
        if not (done := os.write(file, left)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left = left[done:]


def make_folder(path: Path) -> None:
    """The folder, with those above it; the new names are on disk when this returns."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        os.mkdir(path, 0o700)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Have the names in a folder on disk, where the system knows how."""
    try:
        file = os.open(path, os.O_RDONLY)
    except PermissionError:  # as folders on Windows
        return
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in NOT_FOR_FOLDERS:
            raise
    finally:
        os.close(file)


def unlink(path: Path) -> None:
    """Remove a file, if there is one."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def rename_away(path: Path, folder: Path, prefix: str = "") -> Path:
    """Give a file or folder a new place in `folder`, under a name that nothing else has: at once, and for good when
    this returns."""
    there = folder / f"{prefix}{path.name}-{secrets.token_hex(4)}"
    os.rename(path, there)
    sync_folder(path.parent)
    return there


def remove_tree(path: Path) -> None:
    """Remove a folder as far as that is possible."""
    shutil.rmtree(path, ignore_errors=True)


def bytes_in(path: Path) -> int:
    """What the files in a folder take; those that vanish meanwhile take nothing."""
    total = 0
    for folder, _, files in os.walk(path):
        for name in files:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(folder, name)).st_size
    return total
