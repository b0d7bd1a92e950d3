"""Writes runs while they train, in threads of its own. Only what is on the disk is told to browsers; while the disk
cannot be written to, a run waits, and goes on by itself afterwards."""

import asyncio
import logging
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from playground.core.errors import UserError

from .disk import FULL
from .live_run import WRITTEN_AGAIN, LiveRun
from .run import Run
from .store import Store

T = TypeVar("T")
log = logging.getLogger(__name__)

THREADS = 4
"""Runs written at a time: most of it is waiting for the disk, which confirms many files as quickly as one."""
FIRST_REST_S, LONGEST_REST_S = 0.25, 5.0
"""How long a run waits for the disk before it is tried again: twice as long each time."""


class Saver:
    """One saving of a run at a time."""

    def __init__(self, store: Store):
        self.store = store
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store")
        self._under_way: set[asyncio.Task[None]] = set()
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def save(self, run: Run) -> None:
        """Write what is new. `OSError` if it cannot be written, `UserError` if the run was deleted."""
        saving = asyncio.create_task(self._save(run))
        self._under_way.add(saving)
        saving.add_done_callback(self._under_way.discard)
        await asyncio.shield(saving)  # a thread that writes cannot be cancelled: nobody else writes this run meanwhile

    async def _save(self, run: Run) -> None:
        async with self._lock(run.id):
            saving, events = self.store.saving(run), len(run.events)
            await self.in_thread(self.store.write, saving)
            run.written = events

    async def save_for_visitor(self, run: Run) -> None:
        """Write what somebody asked for; `UserError` says that it cannot be written."""
        try:
            await self.save(run)
        except OSError as error:
            log.error("run %s cannot be written: %s", run.id, error)
            raise UserError(FULL) from None

    async def save_in_the_end(self, live_run: LiveRun) -> None:
        """Write what is new, as soon as the disk allows it; its viewers are told that it waits. A deleted run has
        nothing to be written."""
        rest = FIRST_REST_S
        while not self.store.is_deleted(live_run.run.id):
            try:
                await self.save(live_run.run)
                break
            except UserError:
                break  # it was deleted
            except OSError as error:
                if self.store.is_deleted(live_run.run.id):  # meanwhile, with the folder that was written to
                    break
                if not live_run.waits_for_disk:
                    log.error("run %s waits for the disk: %s", live_run.run.id, error)
                live_run.wait_for_disk()
            await asyncio.sleep(rest)
            rest = min(2 * rest, LONGEST_REST_S)
        if live_run.waits_for_disk:
            live_run.waits_for_disk = False
            live_run.notify(WRITTEN_AGAIN)

    async def read(self, run: Run, reading: Callable[[], T]) -> T:
        """What `reading` makes of the run's folder while nobody writes it."""
        return await self.unwritten(run.id, reading)

    async def unwritten(self, name: str, reading: Callable[[], T]) -> T:
        """The same for a run by its id, which need not be in memory."""
        async with self._lock(name):
            return await self.in_thread(reading)

    async def delete(self, name: str) -> None:
        """The run is gone when this returns, whatever is under way for it."""
        async with self._lock(name):
            await self.in_thread(self.store.clear)

    async def in_thread(self, work: Callable[..., T], *given: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)

    async def close(self) -> None:
        """Everything that was begun is written."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        self._threads.shutdown()

    def _lock(self, name: str) -> asyncio.Lock:
        return self._locks.setdefault(name, asyncio.Lock())
