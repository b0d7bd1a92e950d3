"""Where work is done: executors of `concurrent.futures`, one with a single worker for each core.

A run goes home to the worker that still has it alive, so each worker has an executor of its own.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any

from playground.core.errors import UserError
from playground.core.i18n import N_

from .limits import Limits
from .worker import prepare, settle


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

    return ProcessPoolExecutor(
        max_workers=1,
        context=get_context("loky"),
        initializer=settle,
        initargs=(os.getpid(),),
        env={"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
    )


STILLBORN = 30
"""Workers in a row that may die before they are ready; then whoever asks is told."""


class Slot:
    """One worker's place: its executor, made anew when the worker dies."""

    def __init__(self, make: Callable[[], Executor]):
        self.make = make
        self.runs: set[str] = set()
        """Ids of the active runs that are at home here."""
        self._culprit: Future | None = None
        """What the worker that died last was doing."""
        self._stillborn = 0
        self._open()

    def _open(self) -> None:
        self.executor = self.make()
        self._line: list[Future] = []
        """What was asked of this worker and is not done, in order."""
        self._born = self.submit(prepare)

    def submit(self, fn, /, *args) -> Future:
        future, line = self.executor.submit(fn, *args), self._line

        def done(future: Future) -> None:
            if future.cancelled() or not isinstance(future.exception(), BrokenExecutor):
                line.remove(future)

        line.append(future)
        future.add_done_callback(done)
        return future

    def renew(self, broken: Executor) -> None:
        """Replace the executor that broke, unless somebody already did."""
        if self.executor is broken:
            self._culprit = self._line[0] if self._line else None
            self._stillborn = self._stillborn + 1 if self._culprit is self._born else 0
            self._open()
            broken.shutdown(wait=False)

    def blames(self, future: Future | None) -> bool:
        """Whether the worker died of this work: neither while it was getting ready, nor of what came before it."""
        return (
            future is not None and future is self._culprit and future is not self._born or self._stillborn >= STILLBORN
        )

    async def surely(self, fn, /, *args) -> Any:
        """The result of a call, from another worker if one dies of something else."""
        while True:
            executor, future = self.executor, None
            try:
                future = self.submit(fn, *args)
                return await asyncio.wrap_future(future)
            except BrokenExecutor:
                self.renew(executor)
                if self.blames(future):
                    raise

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
        raise UserError(
            N_("PLAYGROUND_ENGINE={engine} needs the package distributed: pip install -r requirements-cluster.txt"),
            engine=f"dask://{address}",
        ) from None
    return executors(f"tcp://{address}", limits.workers)


ENGINES: dict[str, Callable[[str, Limits], tuple[Callable[[], Executor], int]]] = {
    "loky": _loky,
    "inline": _inline,
    "dask": _dask,
}
"""Scheme of an engine -> how an executor for one worker is made, and how many."""


def open_slots(limits: Limits, engine: str | None = None) -> list[Slot]:
    """The places of work: by default the processes of this machine, or where PLAYGROUND_ENGINE says
    (`loky`, `inline`, `dask://host:8786`); `UserError` when there is no such engine or it cannot be reached."""
    engine = engine or os.environ.get("PLAYGROUND_ENGINE") or "loky"
    scheme, _, address = engine.partition("://")
    if scheme not in ENGINES:
        raise UserError(
            N_("PLAYGROUND_ENGINE cannot be '{engine}'; it can be: {known}."),
            engine=engine,
            known="loky, inline, dask://host:8786",
        )
    make, count = ENGINES[scheme](address, limits)
    return [Slot(make) for _ in range(count)]
