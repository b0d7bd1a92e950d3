"""Texts too long for a link, kept under their hash in the folder of all runs; the link carries the hash.

Every visitor can store texts, so their number and their size are bounded: the longest unused go first. A run keeps its
own copy among its settings and does not depend on the store.
"""

import contextlib
import hashlib
import logging
import os
import re
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playground.core.config import Config, specs
from playground.core.errors import UserError
from playground.core.i18n import N_

from . import disk
from .paths import runs_root

log = logging.getLogger(__name__)

MAX_IN_LINK = 1500
"""Characters of a text that travels in the link itself."""
MAX_TEXTS = 4000
"""Texts stored: about 32 MB on the disk, if they are points."""
MAX_BYTES = 256_000_000
"""Bytes of them together: a text to learn from may have a million, features five."""
HASH_DIGITS = 32
_storing = threading.Lock()
"""Two pages may store the same text."""


class TextStore:
    """`shorten` and `expand` undo each other."""

    def __init__(self, folder: Path | None = None, max_texts: int = MAX_TEXTS, max_bytes: int = MAX_BYTES):
        self.folder, self.max_texts, self.max_bytes = folder or runs_root() / "own-data", max_texts, max_bytes

    def shorten(self, text: str) -> str:
        """The text itself if a link can carry it, else `@` and its hash; then the text is stored. `UserError` if it
        cannot be."""
        try:
            return self.store(text)
        except OSError as error:
            log.error("a text cannot be stored: %s", error)
            raise UserError(disk.FULL) from None

    def store(self, text: str) -> str:
        """As `shorten`, where an `OSError` says more."""
        if (short := in_short(text)) == text:
            return text
        name = short[1:]
        path = self.folder / name
        with _storing:
            if not self._use(path):
                disk.make_folder(self.folder)
                disk.replace(path, text.encode())
                disk.sync_folder(self.folder)
                self._make_room(path)
        return short

    def expand(self, text: str) -> str:
        """What `shorten` made the text of; `UserError` if it is not here (any more)."""
        if not text.startswith("@"):
            return text
        name = text[1:]
        gone = UserError(N_("This server does not have the data of this link (any more)."))
        if not re.fullmatch(f"[0-9a-f]{{{HASH_DIGITS}}}", name):
            raise gone
        try:
            found = (self.folder / name).read_text("utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            raise gone from None
        if _name(found) != name:
            raise gone
        self._use(self.folder / name)
        return found

    @staticmethod
    def _use(path: Path) -> bool:
        """Whether the text is there; it counts as used now, unless a clock that jumped said so of a later time."""
        try:
            used = max(time.time_ns(), path.stat().st_mtime_ns)
        except FileNotFoundError:
            return False
        with contextlib.suppress(OSError):  # a folder that is only read may be read-only
            os.utime(path, ns=(used, used))
        return True

    def _make_room(self, fresh: Path) -> None:
        """The longest unused go; `fresh` stays, whatever the clock says."""
        there = []
        for entry in os.scandir(self.folder):
            with contextlib.suppress(FileNotFoundError):  # somebody else makes room, too
                if re.fullmatch(f"[0-9a-f]{{{HASH_DIGITS}}}", entry.name):
                    found = entry.stat()
                    there.append((found.st_mtime_ns, entry.path, found.st_size))
        latest = max((used for used, path, _ in there if path != str(fresh)), default=0)
        there = [(latest + 1 if path == str(fresh) else used, path, size) for used, path, size in there]
        if fresh.stat().st_mtime_ns <= latest:  # the clock has gone backwards
            os.utime(fresh, ns=(latest + 1, latest + 1))
        kept = 0
        for number, (_, path, size) in enumerate(sorted(there, reverse=True)):
            kept += size
            if number and (number >= self.max_texts or kept > self.max_bytes):
                Path(path).unlink(missing_ok=True)


def in_short(text: str) -> str:
    """The text itself if it is short, else `@` and its hash."""
    return text if len(text) <= MAX_IN_LINK else f"@{_name(text)}"


def shortened(kind: type[Config], values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as a browser holds them: long texts by their hash, so that no message in which settings travel is as
    long as a text."""
    return {**values, **{name: TextStore().shorten(text) for name, text in _texts(kind, values)}}


def expanded(kind: type[Config], values: Mapping[str, Any]) -> dict[str, Any]:
    """What `shortened` made of settings; `UserError` if one of the texts is not here (any more)."""
    return {**values, **{name: TextStore().expand(text) for name, text in _texts(kind, values)}}


def _texts(kind: type[Config], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    given = ((spec.name, values.get(spec.name)) for spec in specs(kind) if spec.kind == "text")
    return [(name, text) for name, text in given if isinstance(text, str)]


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]
