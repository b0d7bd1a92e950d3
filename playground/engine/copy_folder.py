"""A folder for copies that knows no append and no rename, such as a mounted bucket.

Each copy is a file of its own, `<name>.<number>.<suffix>`, written once from its beginning to its end; a newer copy has
a higher number, and older ones are removed where the folder allows it. A file that holds one word says that what it was
the copy of was deleted.
"""

import logging
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from . import disk

log = logging.getLogger(__name__)

VARIABLE = "PLAYGROUND_RUNS_COPY"
GONE = b"deleted"


def named(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The folder of copies that the settings name."""
    return Path(given) if (given := environ.get(VARIABLE)) else None


class CopyFolder:
    """Copies of things whose names match `name`. Without a path there are none, and none are made. For a thread."""

    def __init__(self, path: Path | None, name: re.Pattern[str], suffix: str):
        self.path, self.name, self.suffix = path, name, suffix
        self._file = re.compile(rf"(?P<name>.+)\.(?P<number>\d{{12}})\.{suffix}")
        self.trouble = ""
        """Why the folder cannot be used; it may be again."""

    def found(self, only: str | None = None) -> dict[str, dict[int, Path]]:
        """name -> its copies, by number; of one thing or of all."""
        found: dict[str, dict[int, Path]] = {}
        if self.path is None:
            return found
        try:
            names = os.listdir(self.path)
        except FileNotFoundError:
            return found
        except OSError as error:
            self.trouble = error.strerror or str(error)
            log.error("%s: %s cannot be read: %s", VARIABLE, self.path, error)
            return found
        for name in names:
            if not (parts := self._file.fullmatch(name)) or only not in (None, parts["name"]):
                continue
            if self.name.fullmatch(parts["name"]):
                found.setdefault(parts["name"], {})[int(parts["number"])] = self.path / name
        return found

    def write(self, name: str, number: int, raw: bytes) -> bool:
        """Whether a new copy is there; it was written at once, and counts when it is closed."""
        assert self.path is not None
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with open(self.path / f"{name}.{number:012d}.{self.suffix}", "xb") as file:
                file.write(raw)
        except OSError as error:
            if not self.trouble:
                log.error("%s: copies cannot be written to %s: %s", VARIABLE, self.path, error)
            self.trouble = error.strerror or str(error)
            return False
        self.trouble = ""
        return True

    @staticmethod
    def remove(paths: Iterable[Path]) -> bool:
        """Whether they are gone."""
        gone = True
        for path in paths:
            try:
                disk.unlink(path)
            except OSError:  # some folders know no removal: the higher number counts
                gone = False
        return gone

    def discard(self, name: str) -> bool:
        """Whether no copy brings it back any more: it was deleted."""
        if self.path is None or not (before := self.found(name).get(name, {})):
            return True
        marked = self.write(name, number := max(before) + 1, GONE)
        gone = self.remove(before.values())
        if marked and gone:
            self.remove([self.path / f"{name}.{number:012d}.{self.suffix}"])
        return marked or gone


def is_gone(path: Path) -> bool:
    """Whether a copy says that the thing was deleted."""
    return path.stat().st_size == len(GONE) and path.read_bytes() == GONE
