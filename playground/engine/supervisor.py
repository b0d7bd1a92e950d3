"""What goes on beside the commands: tasks, loops and their parts. None of it ends unseen, and a defect in one part
does not end the others."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)

FIRST_REST_S, LONGEST_REST_S = 0.5, 30.0
"""How long what failed rests before it is tried again: twice as long each time."""
BEAT_S = 0.1
"""What a loop waits in place of a part that rests, so that it does not run hot."""


class Supervisor:
    """Logs every failure, tells the person concerned, and lets the rest go on.

    `tell` says it to the person, without waiting; `ends` are the exceptions that are no defects, such as a browser's
    leaving: they end what they happen in.
    """

    def __init__(self, tell: Callable[[], object] | None = None, ends: tuple[type[Exception], ...] = ()):
        self._tell, self._ends = tell, ends
        self._tasks: set[asyncio.Task] = set()
        """asyncio itself keeps only weak references."""
        self._rests: dict[str, tuple[float, float]] = {}
        """What failed last time: how long it rests, and until when."""

    def start(
        self, name: str, work: Coroutine[Any, Any, Any], tell: Callable[[Exception], object] | None = None
    ) -> asyncio.Task:
        """A task. Where it fails, `tell` says so to those concerned, by default as for everything here."""
        task = asyncio.get_running_loop().create_task(self._watched(name, work, tell))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # cancelled before its first step, it was never begun
        return task

    async def keep(self, name: str, loop: Callable[[], Awaitable[Any]]) -> None:
        """Run a loop until it returns, is cancelled, or comes to one of the ends; after a defect begin it anew."""
        over = False

        async def whole() -> None:
            nonlocal over
            await loop()
            over = True

        while not over:
            await self.attempt(name, whole)

    async def attempt(self, name: str, part: Callable[[], Awaitable[T]]) -> T | None:
        """What a part gives; None where it fails, or failed a moment ago and rests."""
        rest, until = self._rests.get(name, (0.0, 0.0))
        if time.monotonic() < until:
            await asyncio.sleep(BEAT_S)
            return None
        try:
            given = await part()
        except self._ends:
            raise
        except Exception as error:
            late = time.monotonic() - until > LONGEST_REST_S  # it was well for long: this is another defect
            rest = FIRST_REST_S if late else min(2 * rest, LONGEST_REST_S)
            self._rests[name] = rest, time.monotonic() + rest
            self._report(name, error)
            return None
        self._rests.pop(name, None)
        return given

    async def cancel(self) -> None:
        """Cancel all tasks and wait for their end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _watched(
        self, name: str, work: Coroutine[Any, Any, Any], tell: Callable[[Exception], object] | None
    ) -> None:
        try:
            await work
        except self._ends:
            pass
        except Exception as error:
            self._report(name, error, tell)

    def _report(self, name: str, error: Exception, tell: Callable[[Exception], object] | None = None) -> None:
        log.error("%s failed", name, exc_info=error)
        try:
            if tell is not None:
                tell(error)
            elif self._tell is not None:
                self._tell()
        except Exception:  # what tells may be what is broken
            log.exception("%s: nobody could be told", name)
