"""Disks that fail: at one call after the other, or because they are small and full."""

import contextlib
import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from playground.engine import disk

WRITES = ("write", "fsync", "replace", "rename", "ftruncate", "unlink", "mkdir")
FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class FailingDisk:
    """In the place of `os` in `playground.engine.disk`: counts the calls that change the disk, and fails from a certain
    one on (or only then). A short write puts half of it down before it fails."""

    def __init__(self, at: int | None = None, error: int = errno.ENOSPC, once: bool = False):
        self.at, self.error, self.once, self.calls, self.failed = at, error, once, 0, 0

    def __getattr__(self, name):
        real = getattr(os, name)
        if name not in WRITES and name != "open":
            return real

        def call(*args, **options):
            if name == "open" and not args[1] & FLAGS:
                return real(*args, **options)
            self.calls += 1
            if self.at is not None and (self.calls == self.at if self.once else self.calls >= self.at):
                self.failed += 1
                if name == "write":
                    real(args[0], bytes(args[1])[: len(args[1]) // 2])
                if name == "unlink":  # room can be given back on a full disk
                    return real(*args, **options)
                raise OSError(self.error, os.strerror(self.error))
            if name == "fsync":  # nobody cuts the power here
                return None
            return real(*args, **options)

        return call


@contextlib.contextmanager
def failing(at: int | None = None, error: int = errno.ENOSPC, once: bool = False, module=disk):
    with pytest.MonkeyPatch.context() as patch:
        there = FailingDisk(at, error, once)
        patch.setattr(module, "os", there)
        yield there


@contextlib.contextmanager
def small_disk(megabytes: int):
    """The folder of a file system of its own, so large. The test is skipped where nobody may mount one."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a file system of its own needs Linux and its administrator")
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", folder], capture_output=True
        )
        if mounted.returncode:
            pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


class Ballast:
    """A file that fills a disk to the last byte."""

    def __init__(self, folder: Path):
        self.path = folder / "ballast"

    def fill(self) -> None:
        with contextlib.suppress(OSError), open(self.path, "ab", 0) as file:
            for size in (1 << 20, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"0" * size) == size:
                        pass

    def free(self) -> None:
        self.path.unlink(missing_ok=True)
