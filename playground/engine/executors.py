"""Where work is done: executors of `concurrent.futures`, one with a single worker for each core.

A run goes home to the worker that still has it alive, so each worker has an executor of its own. Work that takes too
long ends its worker, where that is a process of this machine; the server's own process (`inline`) and a cluster's
workers cannot be ended from here, so there nothing is stopped.
"""

import asyncio
import functools
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any

from .supervisor import note_failure
from .worker import init_worker, prepare, warm_up


class Inline(Executor):
    """Does the work at once, in this process: for tests and the command line."""

    def submit(self, fn, /, *args, **kwargs) -> Future:
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # an executor hands every error to the future
            future.set_exception(error)
        return future


def loky_worker(env: Mapping[str, str] | None = None, nice: int = 10) -> Executor:
    """One process of its own; loky does not re-run the app's script in it, as multiprocessing would."""
    from loky.backend import get_context
    from loky.process_executor import ProcessPoolExecutor

    return ProcessPoolExecutor(
        max_workers=1,
        context=get_context("loky"),
        initializer=init_worker,
        initargs=(os.getpid(), nice),
        env={
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "LOKY_MAX_MEMORY_LEAK_SIZE": "1e15",  # else it ends a worker that has grown by 300 MB, as imports alone may
            **(env or {}),
        },
    )


PAUSES = 4
"""The worker in reserve gets ready slowly: after each family it pauses so many times as long as that took."""


class Processes:
    """Makes the workers of this machine, and keeps one in reserve that has traced each family: what takes the place of
    a worker that was ended works at once."""

    def __init__(self, env: Mapping[str, str] | None = None, nice: int = 10):
        self._make = functools.partial(loky_worker, env, nice)
        self._spare: Executor | None = None
        self._warm: set[str] = set()
        """Families that the one in reserve has traced."""
        self._closed = False
        self._changed = threading.Event()
        """The one in reserve was taken, or none is needed any more."""

    def __call__(self) -> Executor:
        """A worker: the one in reserve, if there is one."""
        spare, self._spare = self._spare, None
        self._changed.set()
        return spare or self._make()

    def prepare_spare(self, families: Iterable[str] = ()) -> None:
        """Have one in reserve, and let it trace these families; waits until it is ready, or is taken."""
        if self._spare is None and not self._closed:
            self._changed.clear()
            spare = self._make()
            spare.submit(prepare).result()
            if self._closed:
                end_workers(spare)
                return
            self._spare, self._warm = spare, set()
        spare, warm = self._spare, self._warm
        for name in families:
            if spare is None or spare is not self._spare:
                return
            if name in warm:
                continue
            began = time.monotonic()
            try:
                spare.submit(warm_up, name).result()
            except BrokenExecutor:  # it was ended; the next one begins anew
                self._spare = None if self._spare is spare else self._spare
                return
            except Exception as error:  # a defect in one family keeps none of the others waiting
                if self._spare is not spare:  # it was taken, and ended
                    return
                note_failure(f"warm-up of {name}", error)
            warm.add(name)
            self._changed.wait(PAUSES * (time.monotonic() - began))

    def close(self) -> None:
        self._closed = True
        self._changed.set()
        spare, self._spare = self._spare, None
        if spare is not None:
            end_workers(spare)


def end_workers(executor: Executor) -> None:
    """End an executor's processes now, whatever they do."""
    shutdown: Any = executor.shutdown  # loky's and Dask's own option
    shutdown(wait=False, kill_workers=True)


class TookTooLong(Exception):
    """This work took longer than it may, and its worker was ended."""


LOOK_S = 0.5
"""Between two looks at how long the work under way has taken. A look counts for twice that at most: a machine that
slept, or a server that was held up, is no step that takes long."""
MAX_FAILED_STARTS = 30
"""Workers that may die in a row before they are ready; then the caller gets the error."""


class Slot:
    """The place of one worker: its executor, which is replaced when the worker dies."""

    def __init__(self, make: Callable[[], Executor], gpu: bool = False):
        self.make, self.gpu = make, gpu
        self.runs: set[str] = set()
        """Ids of the active runs that are at home here."""
        self._crashed_on: Future | None = None
        """The work during which the last worker died."""
        self._failed_starts = 0
        self.restarts = -1
        """How often its worker was replaced."""
        self._start()

    def _start(self) -> None:
        self.restarts += 1
        self.executor = self.make()
        self.traced: set[str] = set()
        """Families of which this worker has computed something: what comes next needs no imports."""
        self._queue: list[Future] = []
        """Work submitted to this worker and not done, in order."""
        self._startup = self.submit(prepare)

    @property
    def started(self) -> bool:
        """Whether the worker's imports are done."""
        return self._startup.done()

    @property
    def pids(self) -> list[int]:
        """Its processes on this machine."""
        return [*(getattr(self.executor, "_processes", None) or {})]

    def submit(self, fn, /, *args) -> Future:
        future, line = self.executor.submit(fn, *args), self._queue

        def done(future: Future) -> None:
            if future.cancelled() or not isinstance(future.exception(), BrokenExecutor):
                line.remove(future)

        line.append(future)
        future.add_done_callback(done)
        return future

    def restart(self, broken: Executor) -> None:
        """Replace the executor that broke, unless another caller already did."""
        if self.executor is broken:
            self._crashed_on = self._queue[0] if self._queue else None
            self._failed_starts = self._failed_starts + 1 if self._crashed_on is self._startup else 0
            self._start()
            broken.shutdown(wait=False)

    def is_to_blame(self, future: Future | None) -> bool:
        """Whether the worker died of this work, not while starting or of earlier work; or no worker ever starts."""
        crashed = future is not None and future is self._crashed_on and future is not self._startup
        return crashed or self._failed_starts >= MAX_FAILED_STARTS

    async def call(self, fn, /, *args, seconds: float | None = None) -> Any:
        """The result of a call; it is repeated on a new worker if the worker dies of other work. `TookTooLong` after
        so many seconds."""
        while True:
            executor, future = self.executor, None
            try:
                future = self.submit(fn, *args)
                return await self.result(future, executor, seconds)
            except BrokenExecutor:
                self.restart(executor)
                if self.is_to_blame(future):
                    raise

    async def result(self, future: Future, executor: Executor, seconds: float | None) -> Any:
        """The result of submitted work. If it takes longer than `seconds`, not counting what is ahead of it and the
        worker's start, the worker is replaced: `TookTooLong`."""
        wrapped = asyncio.wrap_future(future)
        if seconds is None or not isinstance(self.make, Processes):
            return await wrapped
        wrapped.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be left to hear it
        spent, head, looked = 0.0, future, time.monotonic()
        while not (await asyncio.wait([wrapped], timeout=LOOK_S))[0]:
            now, under_way = time.monotonic(), self._queue[0] if self._queue else future
            if under_way is not head:
                spent, head = 0.0, under_way
            if under_way is self._startup:
                looked = now
                continue
            spent, looked = spent + min(now - looked, 2 * LOOK_S), now
            if spent > seconds and executor is self.executor:
                self._start()
                end_workers(executor)
                raise TookTooLong if head is future else BrokenExecutor
        return wrapped.result()

    def close(self) -> None:
        """End the worker now; its unfinished work can be repeated elsewhere."""
        if not isinstance(self.executor, Inline):
            end_workers(self.executor)
        if isinstance(self.make, Processes):
            self.make.close()
