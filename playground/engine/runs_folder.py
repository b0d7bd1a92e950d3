"""The folder that holds the folders of all runs: which there are, in which order they were used, and what is none.

The order is a number that only grows and is kept in run.json: clocks jump.
"""

import json
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from . import disk, run_about
from .eviction import first_to_go
from .limits import Limits
from .run_about import Damaged, Foreign
from .visitor import Visitor

log = logging.getLogger(__name__)

OTHERS = ("own-data", "mmbench", "pipelines", "compiled", "rooms", "owners")
"""Folders beside those of the runs."""
DAMAGED, GONE = "damaged", ".deleted"
"""Where that is kept which was found in the place of a run; what a deleted run's folder is called until it is freed."""
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
"""What a run's folder may be called: the server's have 16 hexadecimal digits, those of the command line any name."""
PARTS = {"frames", "states", "scores.jsonl"}
"""By these the folder of a run is known that has no run.json."""


class RunsFolder:
    """Used in the server's event loop, but for `surplus` and `clear`."""

    def __init__(self, root: Path, limits: Limits):
        self.root, self.limits = root, limits
        self._order: dict[str, tuple[int, int]] = {}
        """run -> when it was used last: the number in run.json; for older ones 0 and the time of the file"""
        self._newest: int | None = None
        """The highest number so far; None: nobody has looked yet."""
        self.claim: Callable[[str], bool] = lambda name: True
        """Whether a folder may be moved: another server may be about to make a run of it."""
        self.release: Callable[[str], None] = lambda name: None

    def use(self, name: str) -> int:
        """The number to be written: the run is in use now."""
        if self._newest is None:
            self.names()
        self._newest = (self._newest or 0) + 1
        self._order[name] = self._newest, 0
        return self._newest

    def names(self) -> list[str]:
        """All folders with a run.json, the longest unused first."""
        found = [name for name in self._entries() if (self.root / name / "run.json").is_file()]
        for name in found:
            if name not in self._order:
                self._order[name] = self._read_order(self.root / name / "run.json")
        self._newest = max([self._newest or 0, *(number for number, _ in self._order.values())])
        return sorted(found, key=lambda name: (*self._order[name], name))

    def find(self) -> Iterator[dict[str, Any]]:
        """What run.json says of each run, the longest unused first. What is damaged is set aside."""
        self.clear(GONE)
        for name in (*OTHERS, DAMAGED):
            if os.path.lexists(self.root / name) and not (self.root / name).is_dir():
                self._move(name, self.root, "a file stands where a folder belongs")
        for name in self._entries():
            if not (self.root / name / "run.json").is_file() and self._was_a_run(self.root / name):
                self.set_aside(name, "it has no run.json")
        for name in self.names():
            try:
                yield run_about.read(self.root / name)
            except Damaged as reason:
                self.set_aside(name, str(reason))
            except Foreign as reason:
                log.warning("%s It is left alone.", reason)
            except OSError as error:
                log.warning("%s cannot be read and is left alone: %s", self.root / name, error)

    def set_aside(self, name: str, why: str) -> None:
        """Move a damaged folder to the others of its kind; it is left alone where it cannot be moved, or another server
        works on it."""
        self._order.pop(name, None)
        if not self.claim(name):
            return
        try:
            disk.make_folder(self.root / DAMAGED)
        except OSError as error:
            log.warning("%s is damaged and is left alone: %s (%s)", self.root / name, why, error)
        else:
            self._move(name, self.root / DAMAGED, why)
        self.release(name)

    def _move(self, name: str, to: Path, why: str) -> None:
        try:
            there = disk.rename_away(self.root / name, to)
        except OSError as error:
            log.warning("%s is left alone: %s (%s)", self.root / name, why, error)
        else:
            log.warning("%s was moved to %s: %s", self.root / name, there, why)

    def changed(self, name: str) -> None:
        """Somebody else has written the run."""
        self._order.pop(name, None)

    def bury(self, name: str) -> None:
        """A run's folder is none any more, at once and for good; `clear` frees it. `OSError` if that cannot be."""
        self._order.pop(name, None)
        if os.path.lexists(self.root / name):
            disk.rename_away(self.root / name, self.root, f"{GONE}-")

    def clear(self, prefix: str) -> None:
        """Remove what deleted runs have left."""
        for entry in self._scan():
            if entry.name.startswith(prefix):
                disk.remove_tree(Path(entry.path))

    def surplus(self, in_use: set[str], owners: Mapping[str, Visitor] | None = None) -> list[str]:
        """The runs that have to go so that the disk budget holds, none of `in_use`: of whoever has most the longest
        unused ones. What is damaged goes before them."""
        names = self.names()
        sizes = {name: disk.bytes_in(self.root / name) for name in names}
        damaged = sorted((self.root / DAMAGED).glob("*"), key=_changed)
        total, most = sum(sizes.values()) + disk.bytes_in(self.root / DAMAGED), self.limits.disk_mb * 10**6
        for path in damaged:
            if total > most:
                total -= disk.bytes_in(path)
                disk.remove_tree(path)
        most -= max(0, total - sum(sizes.values()))
        return first_to_go(sizes, [name for name in names if name not in in_use], owners or {}, most)

    def _entries(self) -> list[str]:
        """Folders that may be runs."""
        found = []
        for entry in self._scan():
            try:
                if entry.name not in (*OTHERS, DAMAGED) and NAME.fullmatch(entry.name) and entry.is_dir():
                    found.append(entry.name)
            except OSError:
                continue
        return sorted(found)

    def _scan(self) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.root) as entries:
                return list(entries)
        except FileNotFoundError:
            return []

    @staticmethod
    def _was_a_run(folder: Path) -> bool:
        try:
            return not os.path.islink(folder) and bool(PARTS & {*os.listdir(folder)} or (folder / "run.json").exists())
        except OSError:
            return False

    @staticmethod
    def _read_order(path: Path) -> tuple[int, int]:
        number, changed = 0, _changed(path)
        try:
            with open(path, "rb") as file:
                about = json.loads(file.read(run_about.MAX_BYTES))
            number = about.get("order", 0)
        except (OSError, ValueError, AttributeError, RecursionError):
            pass
        if not isinstance(number, int) or not 0 <= number < 2**53:
            number = 0
        return number, 0 if number else changed


def _changed(path: Path) -> int:
    try:
        return os.lstat(path).st_mtime_ns
    except OSError:
        return 0
