"""Where work is done: executors of `concurrent.futures`, one with a single worker for each core.

A run goes home to the worker that still has it alive, so each worker has an executor of its own.
"""

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future

from .limits import Limits
from .worker import settle


class Inline(Executor):
    """Does the work at once, in this process: for tests and the command line."""

    def submit(self, fn, /, *args, **kwargs) -> Future:
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # an executor hands every error to the future
            future.set_exception(error)
        return future


def loky_worker() -> Executor:
    """One process of its own; loky does not re-run the app's script in it, as multiprocessing would."""
    from loky.backend import get_context
    from loky.process_executor import ProcessPoolExecutor

    return ProcessPoolExecutor(max_workers=1, context=get_context("loky"), initializer=settle, initargs=(os.getpid(),),
                               env={"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"})


class Slot:
    """One worker's place: its executor, made anew when the worker dies."""

    def __init__(self, make: Callable[[], Executor]):
        self.make = make
        self.executor = make()
        self.runs: set[str] = set()
        """Ids of the active runs that are at home here."""

    def submit(self, fn, /, *args) -> Future:
        return self.executor.submit(fn, *args)

    def renew(self, broken: Executor) -> None:
        """Replace the executor that broke, unless somebody already did."""
        if self.executor is broken:
            self.executor = self.make()
            broken.shutdown(wait=False)

    def close(self) -> None:
        """End the worker now; what it was doing can be asked again of another."""
        if isinstance(self.executor, Inline):
            return
        self.executor.shutdown(wait=False, kill_workers=True)


def open_slots(limits: Limits) -> list[Slot]:
    """The places of this machine: as many as cores, or as `limits.workers` says."""
    from loky import cpu_count

    return [Slot(loky_worker) for _ in range(limits.workers or cpu_count())]
