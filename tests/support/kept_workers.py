"""Worker processes that tests borrow one after another: each takes seconds to start. What a worker remembers of a run
goes by the run's id, so nothing of one test is seen by the next."""

import os
from concurrent.futures import Executor, wait

from playground.engine import engines
from playground.engine.executors import Processes, Slot, end_workers
from playground.engine.limits import Limits

MOST = 2
"""Kept at once."""
WORK_S = 5.0
"""For the last chunk of a run; a worker with longer work is ended."""
SETTINGS = """
import os
for name in [name for name in os.environ if name.startswith("PLAYGROUND_")]:
    del os.environ[name]
os.environ.update({})
"""
"""As a worker that is started now would find them."""
_kept: list[Executor] = []


class Borrowing(Processes):
    """Makes workers, of those that are kept if there are any."""

    def __init__(self):
        super().__init__()
        self._start = self._make
        self._make = self._borrow

    def _borrow(self) -> Executor:
        while _kept:
            executor = _kept.pop()
            if not _broken(executor):
                executor.submit(
                    exec,
                    SETTINGS.format({name: os.environ[name] for name in os.environ if name.startswith("PLAYGROUND_")}),
                )
                return executor
        return self._start()


class Borrowed(Slot):
    """The place of a worker that is kept when the place is closed."""

    def close(self) -> None:
        if len(_kept) < MOST and not _broken(self.executor) and not wait([*self._queue], WORK_S).not_done:
            _kept.append(self.executor)
            self.make.close()
        else:
            super().close()


def _broken(executor: Executor) -> bool:
    return executor._flags.broken is not None or executor._flags.shutdown


def borrowed(limits: Limits, engine: str | None = None) -> list[Slot]:
    """Instead of `open_slots`."""
    if engine or os.environ.get("PLAYGROUND_ENGINE"):
        return engines.open_slots(limits, engine)
    return [Borrowed(Borrowing()) for _ in range(limits.workers or 1)]


async def no_warm_up(workers, slot, anyone_watching, step_costs):
    """Instead of `warm_up_worker`: a test's worker gets ready for what the test asks of it, not for every family."""


def end_all() -> None:
    """At the end of the tests."""
    while _kept:
        end_workers(_kept.pop())
