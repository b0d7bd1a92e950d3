"""What goes on beside the commands: tasks, loops, threads and their parts. None of it ends unseen, and a defect in one
part does not end the others."""

import asyncio
import contextlib
import logging
import re
import threading
import time
import weakref
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)

FIRST_REST_S, LONGEST_REST_S = 0.5, 30.0
"""How long what failed rests before it is tried again: twice as long each time."""
BEAT_S = 0.1
"""What a loop waits in place of a part that rests, so that it does not run hot."""
MAX_NAMES, REST = 100, "others"
"""Of what failures are counted one by one; beyond, together."""

FAILURES: Counter[str] = Counter()
"""What has failed in this process, and how often: for `/live/health`."""
_counting = threading.Lock()
_supervisors: "weakref.WeakSet[Supervisor]" = weakref.WeakSet()


def note_failure(name: str, error: BaseException) -> None:
    """Log a defect and count it. From any thread."""
    with _counting:
        FAILURES[name if name in FAILURES or len(FAILURES) < MAX_NAMES else REST] += 1
    log.error("%s failed", name, exc_info=error)


def dead() -> list[str]:
    """What should go on for as long as the server does, and has ended all the same."""
    return sorted(name for supervisor in [*_supervisors] for name in supervisor.dead)


@contextlib.contextmanager
def nothing_unseen() -> Iterator[None]:
    """Failures of threads, and of tasks and callbacks that nobody waits for, are logged and counted. In an event loop;
    threads are those of the whole process."""
    loop, before = asyncio.get_running_loop(), threading.excepthook
    handler = loop.get_exception_handler()

    def of_a_thread(found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None:
            name = found.thread.name if found.thread else "thread"
            note_failure(re.split(r"[ _-]", name)[0], found.exc_value)

    def of_a_task(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        note_failure("event loop", error if error is not None else RuntimeError(context.get("message")))

    threading.excepthook = of_a_thread
    loop.set_exception_handler(of_a_task)
    try:
        yield
    finally:
        threading.excepthook = before
        loop.set_exception_handler(handler)


def attempt_each(*parts: tuple[str, Callable[[], object]]) -> None:
    """Do one part after the other, each also where one before it failed."""
    for name, part in parts:
        try:
            part()
        except Exception as error:  # whatever it is, the others are done
            note_failure(name, error)


def keep_thread(name: str, work: Callable[[], None]) -> threading.Thread:
    """A thread beside the server that does `work` until that returns; after a defect it is begun anew."""

    def whole() -> None:
        rest = FIRST_REST_S
        while True:
            began = time.monotonic()
            try:
                work()
                return
            except Exception as error:
                note_failure(name, error)
            rest = FIRST_REST_S if time.monotonic() - began > LONGEST_REST_S else rest
            time.sleep(rest)
            rest = min(2 * rest, LONGEST_REST_S)

    thread = threading.Thread(target=whole, name=name, daemon=True)
    thread.start()
    return thread


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
        self._for_good: dict[str, asyncio.Task] = {}

    def start(
        self, name: str, work: Coroutine[Any, Any, Any], tell: Callable[[Exception], object] | None = None
    ) -> asyncio.Task:
        """A task. Where it fails, `tell` says so to those concerned, by default as for everything here."""
        task = asyncio.get_running_loop().create_task(self._watched(name, work, tell))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # cancelled before its first step, it was never begun
        return task

    def start_for_good(self, name: str, loop: Callable[[], Awaitable[Any]]) -> asyncio.Task:
        """A task that keeps a loop for as long as the server goes on: `dead` tells of it where it ended before."""
        task = self._for_good[name] = self.start(name, self.keep(name, loop))
        _supervisors.add(self)
        return task

    @property
    def dead(self) -> list[str]:
        """What was started for good, and has ended."""
        return [name for name, task in self._for_good.items() if task.done()]

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
        except (Exception, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and _cancelled():
                raise
            late = time.monotonic() - until > LONGEST_REST_S  # it was well for long: this is another defect
            rest = FIRST_REST_S if late else min(2 * rest, LONGEST_REST_S)
            self._rests[name] = rest, time.monotonic() + rest
            self._report(name, error)
            return None
        self._rests.pop(name, None)
        return given

    async def cancel(self) -> None:
        """Cancel all tasks and wait for their end."""
        self._for_good.clear()
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

    def _report(self, name: str, error: BaseException, tell: Callable[[Exception], object] | None = None) -> None:
        note_failure(name, error)
        try:
            if tell is not None and isinstance(error, Exception):
                tell(error)
            elif self._tell is not None:
                self._tell()
        except Exception:  # what tells may be what is broken
            log.exception("%s: nobody could be told", name)


def _cancelled() -> bool:
    """Whether this task is to end. What it waits for may have been cancelled by others: that is a failure like any."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
