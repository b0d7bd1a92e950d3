"""A folder that behaves like a mounted bucket: files are written once, from beginning to end; nothing is appended,
renamed, or opened again for writing."""

import builtins
import errno
import io
import os
from pathlib import Path


class Bucket:
    """While it is installed, whatever this process does in `folder` that a bucket does not know is refused."""

    def __init__(self, folder: Path, monkeypatch, removes: bool = True):
        self.folder, self.removes = folder, removes
        self.refused: list[str] = []
        folder.mkdir(exist_ok=True)
        real_open, real_os_open, real_unlink = builtins.open, os.open, os.unlink

        def opened(file, mode="r", *more, **named):
            if self._inside(file) and (set("a+") & set(mode) or ("w" in mode and os.path.exists(file))):
                self._refuse(f"open {mode}")
            return real_open(file, mode, *more, **named)

        def os_opened(path, flags, *more, **named):
            writes = flags & (os.O_WRONLY | os.O_RDWR)
            if self._inside(path) and writes and (flags & (os.O_APPEND | os.O_RDWR) or os.path.exists(path)):
                self._refuse("os.open")
            return real_os_open(path, flags, *more, **named)

        def removed(path, *more, **named):
            if self._inside(path) and not self.removes:
                self._refuse("unlink")
            return real_unlink(path, *more, **named)

        for name in ("rename", "replace", "link"):
            monkeypatch.setattr(os, name, self._mover(getattr(os, name)))
        monkeypatch.setattr(builtins, "open", opened)
        monkeypatch.setattr(io, "open", opened)
        monkeypatch.setattr(os, "open", os_opened)
        monkeypatch.setattr(os, "unlink", removed)
        monkeypatch.setattr(os, "remove", removed)

    def _mover(self, real):
        def moved(source, target, *more, **named):
            if self._inside(source) or self._inside(target):
                self._refuse(real.__name__)
            return real(source, target, *more, **named)

        return moved

    def _inside(self, path) -> bool:
        return isinstance(path, str | bytes | os.PathLike) and Path(os.fsdecode(path)).is_relative_to(self.folder)

    def _refuse(self, what: str):
        self.refused.append(what)
        raise OSError(errno.EPERM, os.strerror(errno.EPERM), what)
