"""The other servers on the same folder of runs: what is theirs is watched here, and taken over when it is nobody's.

A run that another server has is read from the disk whenever it is written there. Who watches it here asks for it by a
file (`ownership`); its owner gives it up once nobody watches it there, and the system does for an owner that ends.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

from playground.core.errors import UserError

from . import ownership
from .live_run import LiveRun
from .ownership import Ownership, Presence
from .run import Run
from .run_index import RunIndex
from .saver import Saver

log = logging.getLogger(__name__)

LOOK_S, OTHERS_S = 0.4, 2.0
"""Between two looks at what is watched here, and at who else is there."""
READING = 0.1
"""The share of the time that reading a run which another server writes may take."""
CHANGED = 20
"""Runs of other servers that are read anew at a look at who else is there: those that train change all the time."""


class Neighbours:
    """`take_over(live_run)` reads a run that has become this server's; all is used in the server's event loop."""

    def __init__(
        self, saver: Saver, live_runs: dict[str, LiveRun], index: RunIndex, take_over: Callable[[LiveRun], None]
    ):
        self.saver, self.store, self.live_runs, self.index = saver, saver.store, live_runs, index
        self._take_over = take_over
        root = self.store.root / ownership.FOLDER
        self.runs, self._presence = Ownership(root / "runs"), Presence(root / "servers")
        self.store.owned = self.runs.holds
        self.store.folder.claim, self.store.folder.release = self.runs.claim, self._release_unless_here
        self.others = 0
        """Other servers on the folder, at the last look."""
        self._looked_at = 0.0
        self._seen: dict[str, tuple[int, int]] = {}
        """What run.json of each run watched here, and of each one on the disk, was at the last look."""
        self._read_at: dict[str, float] = {}
        """When a run may be read again."""

    def begin(self) -> None:
        """Find the runs of earlier servers, and of others."""
        self._presence.begin()
        self.others = self._presence.others()
        if not self.others:
            self.runs.clear()
        self._seen = self._list()
        self.index.load()

    async def look(self) -> None:
        """Until cancelled: take over, read again, give up, learn what is new."""
        while True:
            await asyncio.sleep(LOOK_S)
            for live_run in [one for one in self.live_runs.values() if one.elsewhere]:
                await self._follow(live_run)
            for name in self.runs.unlocked:
                if not self.runs.claim(name) and name in self.live_runs:
                    self.live_runs[name].elsewhere = True
            if time.monotonic() - self._looked_at >= OTHERS_S:
                self._looked_at = time.monotonic()
                before, self.others = self.others, await self.saver.in_thread(self._presence.others)
                if self.others != before:
                    log.warning("other servers on this folder of runs: %d", self.others)
                if self.others or before:
                    await self._learn()
            if self.others:
                for name in self.runs.asked():
                    self._give_up(name)

    def claim(self, name: str) -> bool:
        """Whether a run is this server's from now on; else it is asked for."""
        return self.runs.claim_or_ask(name)

    def leave_memory(self, name: str) -> None:
        """Nobody here needs the run: whoever wants it next reads it from the disk."""
        self.live_runs.pop(name, None)
        self.let_go(name)

    def let_go(self, name: str) -> None:
        """Nothing more is written of it here."""
        self.store.let_go(name)
        self.runs.release(name)
        self._seen.pop(name, None)
        self._read_at.pop(name, None)

    def close(self) -> None:
        """Nothing is written any more."""
        self.runs.close()
        self._presence.close()

    async def _follow(self, live_run: LiveRun) -> None:
        name = live_run.run.id
        if not live_run.listeners:
            self.live_runs.pop(name, None)
            self._seen.pop(name, None)
            self._read_at.pop(name, None)
        elif self.claim(name):
            self._take_over(live_run)
        elif time.monotonic() >= self._read_at.get(name, 0.0):
            now = _written(self.store.root / name)
            if now != self._seen.get(name):
                self._seen[name] = now
                await self._read(live_run)

    async def _read(self, live_run: LiveRun) -> None:
        """What its owner has written of it. It may be writing now: then the next look tells."""
        began, name = time.monotonic(), live_run.run.id
        found: Run | None = None
        try:
            found = await self.saver.in_thread(self.store.load, name)
        except (UserError, OSError):
            self._seen.pop(name, None)
        self._read_at[name] = time.monotonic() + (time.monotonic() - began) * (1 / READING - 1)
        if found is not None and live_run.elsewhere and found.step >= live_run.run.step:
            live_run.run = found
            live_run.notify()

    def _give_up(self, name: str) -> None:
        """What another server would like to have, and nobody here looks at."""
        live_run = self.live_runs.get(name)
        if live_run is None:  # claimed for a moment, or left behind
            self.runs.release(name)
        elif not live_run.listeners:
            live_run.playing = live_run.background = False
            live_run.commanded.set()
            if not live_run.busy:  # else at the next look
                self.leave_memory(name)

    async def _learn(self) -> None:
        """Runs that others have begun, changed or deleted."""
        there = await self.saver.in_thread(self._list)
        for name in self.index.owners().keys() - there.keys():
            if name not in self.live_runs:
                self.index.discard(name)
        known = self.index.owners()
        news = [name for name, now in there.items() if not self.runs.holds(name) and self._seen.get(name) != now]
        news.sort(key=lambda name: name in known)
        for name in news[: sum(name not in known for name in news) + CHANGED]:
            found = await self.saver.in_thread(self.store.summary, name)
            if found is not None and not self.runs.holds(name):
                self.index.add(found)
                self.index.drop_summary(name)
            self.store.folder.changed(name)
            if name not in self.live_runs:
                self._seen[name] = there[name]

    def _list(self) -> dict[str, tuple[int, int]]:
        return {name: _written(self.store.root / name) for name in self.store.names()}

    def _release_unless_here(self, name: str) -> None:
        if name not in self.live_runs:
            self.runs.release(name)


def _written(folder: Path) -> tuple[int, int]:
    """What changes when run.json is written: it is a new file each time."""
    try:
        found = os.stat(folder / "run.json")
        return found.st_mtime_ns, found.st_ino
    except OSError:
        return 0, 0
