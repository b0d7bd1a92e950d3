"""Copies of rooms' journals in a folder that knows no append and no rename (`playground.engine.copy_folder`): where a
machine's own disk is empty after a restart, a class finds its room again.

A copy is the journal as it was, in whole lines. A journal only grows, so of several copies the longest is the latest,
also when one was cut off. A room's owner copies it; what is nobody's is claimed for that long.
"""

import asyncio
import contextlib
import logging
import os
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.engine import disk
from playground.engine.copy_folder import CopyFolder, is_gone, named

from .journal import FOLDER, Journals
from .rooms import CODE_LENGTH, LETTERS

T = TypeVar("T")
log = logging.getLogger(__name__)

CODE = re.compile(f"[{LETTERS}]{{{CODE_LENGTH}}}")
LOOK_S, AGAIN_S = 1.0, 5.0
"""Between two looks at what has changed, and between two copies of one room."""
MAX_BYTES = 64_000_000
NO_COPY = N_("The room '{name}' is not on the server's disk any more, and its copy cannot be read: {why}.")


class RoomCopies:
    """Those of the journals of a server. One thread reads and writes them, in the order of the calls."""

    def __init__(self, journals: Journals, environ: Mapping[str, str] = os.environ):
        self.journals, folder = journals, named(environ)
        self.there = CopyFolder(folder and folder / FOLDER, CODE, "jsonl")
        self._copied: dict[str, tuple[int, float]] = {}
        """code -> bytes of the journal that are copied, and when that was done"""
        self._gone: set[str] = set()
        """Closed rooms whose copies could not be removed yet."""
        self._unreadable: dict[str, str] = {}
        """Why copies could not be taken back."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="copies of rooms")

    # back

    def restore(self) -> None:
        """Take back the journals that are not on the disk. Nobody uses rooms here yet."""
        for code, copies in self.there.found().items():
            if self._path(code).exists():
                continue
            with self.journals.owners.kept(code) as mine:  # else another server has it, or is closing it
                if mine and not self._path(code).exists():
                    self._take_back(code, copies)

    def _take_back(self, code: str, copies: Mapping[int, Path]) -> None:
        best, why = b"", ""
        used = 0.0
        for number in sorted(copies, reverse=True):
            try:
                if is_gone(copies[number]):
                    break
                whole, at = _whole(copies[number].read_bytes()), copies[number].stat().st_mtime
            except OSError as error:
                why = error.strerror or str(error)
                log.warning("the copy %s cannot be read: %s", copies[number], error)
                continue
            if len(whole) > len(best):
                best, used = whole, at
            elif not whole:
                why = why or "it was cut off"
        if best:
            try:
                disk.make_folder(self.journals.folder)
                disk.replace(self._path(code), best)
                os.utime(self._path(code), (used, used))  # from then on it is unused
                disk.sync_folder(self.journals.folder)
                return
            except OSError as error:
                why = error.strerror or str(error)
                log.warning("the room %s cannot be taken back: %s", code, error)
        if why:
            self._unreadable[code] = why

    def refusal(self, code: str) -> UserError | None:
        """Why a room did not come back; None: not for anything that is known here."""
        why = self._unreadable.get(code)
        return UserError(NO_COPY, name=code, why=why) if why else None

    # there

    async def keep(self) -> None:
        """Until cancelled: rooms in which something has happened are copied, a few seconds later."""
        while True:
            await asyncio.sleep(LOOK_S)
            for code in await self._in_thread(self._changed):
                with self.journals.owners.kept(code) as mine:
                    if mine:
                        await self._in_thread(self._copy, code)
            for code in [*self._gone]:
                await self._in_thread(self._discard, code)

    def discard(self, code: str) -> Future[None]:
        """The room is closed and its journal deleted; done when its copies are, too, as far as that is possible."""
        return self._thread.submit(self._discard, code)

    def finish(self) -> None:
        """Before the server ends: what has changed is copied. Nothing else claims rooms any more."""
        if self.there.path is not None:
            self._copied = {code: (size, -AGAIN_S) for code, (size, _) in self._copied.items()}
            for code in self._thread.submit(self._changed).result():
                if self.journals.owners.claim(code):
                    self._thread.submit(self._copy, code).result()
        self._thread.shutdown()

    def _changed(self) -> list[str]:
        found, now = [], time.monotonic()
        with contextlib.suppress(OSError):
            for path in self.journals.folder.glob("*.jsonl"):
                size, at = self._copied.get(path.stem, (0, -AGAIN_S))
                if CODE.fullmatch(path.stem) and path.stat().st_size != size and now - at >= AGAIN_S:
                    found.append(path.stem)
        return found

    def _copy(self, code: str) -> None:
        try:
            whole = _whole(self._path(code).read_bytes())
        except OSError:
            return  # it has just been closed
        if not whole:
            return
        before = self.there.found(code).get(code, {})
        if not (before and code not in self._copied and _holds(before[max(before)], whole)):
            if not self.there.write(code, max(before, default=0) + 1, whole):
                self._copied[code] = 0, time.monotonic()
                return
            self.there.remove(before.values())
        self._copied[code] = len(whole), time.monotonic()

    def _discard(self, code: str) -> None:
        self._copied.pop(code, None)
        (self._gone.discard if self.there.discard(code) else self._gone.add)(code)

    async def _in_thread(self, work: Callable[..., T], *given: object) -> T:
        return await asyncio.wrap_future(self._thread.submit(work, *given))

    def _path(self, code: str) -> Path:
        return self.journals.folder / f"{code}.jsonl"


def _whole(raw: bytes) -> bytes:
    """The whole lines of a journal; none where it is too long to be one."""
    return raw[: raw.rfind(b"\n") + 1] if len(raw) <= MAX_BYTES else b""


def _holds(copy: Path, whole: bytes) -> bool:
    try:
        return copy.read_bytes() == whole
    except OSError:
        return False
