"""Where work is done: executors of `concurrent.futures`, one with a single worker for each core.

A run goes home to the worker that still has it alive, so each worker has an executor of its own.
"""

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future

from ..texts import N_, Refusal
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


def _loky(address: str, limits: Limits) -> tuple[Callable[[], Executor], int]:
    from loky import cpu_count

    return loky_worker, limits.workers or cpu_count()


def _inline(address: str, limits: Limits) -> tuple[Callable[[], Executor], int]:
    return Inline, 1


def _dask(address: str, limits: Limits) -> tuple[Callable[[], Executor], int]:
    try:
        from .dask import executors
    except ImportError:
        raise Refusal(N_("PLAYGROUND_ENGINE={engine} needs the package distributed: "
                         "pip install -r requirements-cluster.txt"), engine=f"dask://{address}") from None
    return executors(f"tcp://{address}", limits.workers)


ENGINES: dict[str, Callable[[str, Limits], tuple[Callable[[], Executor], int]]] = {
    "loky": _loky, "inline": _inline, "dask": _dask}
"""Scheme of an engine -> how an executor for one worker is made, and how many."""


def open_slots(limits: Limits, engine: str | None = None) -> list[Slot]:
    """The places of work: by default the processes of this machine, or where PLAYGROUND_ENGINE says
    (`loky`, `inline`, `dask://host:8786`); `Refusal` when there is no such engine or it cannot be reached."""
    engine = engine or os.environ.get("PLAYGROUND_ENGINE") or "loky"
    scheme, _, address = engine.partition("://")
    if scheme not in ENGINES:
        raise Refusal(N_("PLAYGROUND_ENGINE cannot be '{engine}'; it can be: {known}."), engine=engine,
                      known="loky, inline, dask://host:8786")
    make, count = ENGINES[scheme](address, limits)
    return [Slot(make) for _ in range(count)]
