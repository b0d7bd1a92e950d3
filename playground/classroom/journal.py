"""What has happened in a room, on the disk: one line for each event, written through before anybody is told.

The first line says which room it is. A torn last line was never told to anybody and is cut off.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.strict_json import dumps
from playground.engine import disk
from playground.engine.ownership import Ownership

from .lesson import Lesson, understand
from .room_events import EVENTS, Event

FOLDER = "rooms"
"""Of all rooms, in the folder of all runs."""
log = logging.getLogger(__name__)

REST_S = 1.0
"""Until a disk that could not be written to is tried again."""


def lesson_of(folder: Path, code: str) -> Lesson:
    """The lesson of the room with this code; `UserError` if there is no such room."""
    try:
        with open(folder / f"{code}.jsonl", "rb") as file:
            return understand(json.loads(file.readline())["lesson"])[0]
    except (OSError, ValueError, KeyError, TypeError):
        raise UserError(N_("There is no room with this code. Look at the board again.")) from None


def exists(folder: Path, code: str) -> bool:
    """Whether there is a room with this code, whoever has it."""
    return (folder / f"{code}.jsonl").is_file()


class Journals:
    """The folder of all rooms. One thread writes, in the order of the calls; it waits for a full disk. With `owners`,
    other servers may have rooms in the same folder: those are left alone."""

    def __init__(self, folder: Path, rest: Callable[[float], None] = time.sleep, owners: Ownership | None = None):
        self.folder, self.rest, self.owners = folder, rest, owners or Ownership(None)
        self.failing = False
        """Whether the disk refuses just now; what waits is written as soon as it does not."""
        self._closing = False
        self._ends: dict[Path, int] = {}
        """Bytes of each journal that are on the disk; the writer's own."""
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="rooms")

    def begin(self, name: str, head: dict[str, Any]) -> Future:
        """A room's journal with its first line."""
        return self._writer.submit(self._write, name, head)

    def append(self, name: str, event: Event) -> Future:
        """Done when the event is on the disk."""
        return self._writer.submit(self._write, name, event.model_dump())

    def delete(self, name: str) -> Future:
        """The room and everything in it."""
        return self._writer.submit(self._delete, name)

    def close(self) -> None:
        """What waits for a full disk any longer is lost: nobody was told of it."""
        self._closing = True
        self._writer.shutdown()

    def let_go(self, name: str) -> Future:
        """Done when everything about the room is on the disk: then another server may have it."""
        return self._writer.submit(self._ends.pop, self._path(name), None)

    def read_all(self) -> Iterator[tuple[str, float, dict[str, Any], list[Event]]]:
        """Every room that is no other server's, as `read` has it."""
        for path in sorted(self.folder.glob("*.jsonl")):
            if self.owners.claim(path.stem) and (found := self.read(path.stem)) is not None:
                yield found

    def read(self, name: str) -> tuple[str, float, dict[str, Any], list[Event]] | None:
        """(name, last written, first line, events) of a room; what cannot be read is set aside, and logged."""
        path = self._path(name)
        try:
            head, events = self._read(path)
            return name, path.stat().st_mtime, head, events
        except (OSError, ValueError, ValidationError):
            log.exception("the room %s cannot be read", path.name)
            self.set_aside(name)
            return None

    def set_aside(self, name: str) -> None:
        """Keep a damaged journal under another name, so that no room is made of it."""
        path = self._path(name)
        try:
            path.replace(path.with_suffix(".damaged"))
        except OSError as error:
            log.warning("%s is left alone: %s", path, error)
        self.owners.release(name)

    def _read(self, path: Path) -> tuple[dict[str, Any], list[Event]]:
        raw = path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        if len(whole) < len(raw):
            os.truncate(path, len(whole))
        first, *rest = whole.splitlines()
        head = json.loads(first)
        if not isinstance(head, dict):
            raise ValueError("the first line is no room")
        return head, [EVENTS.validate_json(line) for line in rest]

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.jsonl"

    def _write(self, name: str, record: dict[str, Any]) -> None:
        line, path = dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n", self._path(name)
        while True:
            try:
                self._append(path, line)
                self.failing = False
                return
            except OSError:
                if not self.failing:
                    log.exception("a room cannot be written")
                self.failing = True
                if self._closing:
                    raise
            self.rest(REST_S)

    def _append(self, path: Path, line: bytes) -> None:
        """The line as a whole, on the disk itself. What a failed try has left is written over."""
        disk.make_folder(self.folder)
        if path not in self._ends:
            self._ends[path] = path.stat().st_size if path.exists() else 0
        end = self._ends[path]
        try:
            disk.write_at(path, end, line)
        except disk.Shorter:  # somebody else was here
            del self._ends[path]
            raise
        if end == 0:  # the name of a new file is on the disk only with its folder
            disk.sync_folder(self.folder)
        self._ends[path] = end + len(line)

    def _delete(self, name: str) -> None:
        self._ends.pop(self._path(name), None)
        disk.unlink(self._path(name))
