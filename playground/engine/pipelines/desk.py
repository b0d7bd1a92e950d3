"""Who draws with pipelines: one process of its own, beside those that train, so that a large network keeps nobody
waiting who trains a small one. It begins with the first wish, may be ended at any moment, and goes when it is idle."""

import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor
from concurrent.futures import TimeoutError as TooLong
from pathlib import Path
from typing import Any

from playground.core.errors import UserError
from playground.core.i18n import N_

from ..executors import loky_worker
from ..limits import Limits
from ..shelf import runs_root
from . import loading
from .loading import Wish
from .places import Places

IDLE_S = 300.0
"""After which the process goes, and its memory with it."""


class Desk:
    """Takes one wish after the other."""

    def __init__(self, limits: Limits, places: Places, make: Callable[[], Executor] = loky_worker):
        self.limits, self.places, self.make = limits, places, make
        self._turn = threading.Lock()
        self._executor: Executor | None = None
        self._idle: threading.Timer | None = None

    def draw(self, text: str, near: bool, wish: Wish) -> Any:
        """A `pretrained.Drawn` of the pipeline that `text` names; waits for it. `UserError` says why there is none.

        `near`: the visitor is on this machine (see `Places`).
        """
        found = self.places.find(text, near)
        patience = self.limits.pipeline_s
        if not self._turn.acquire(timeout=patience):
            raise UserError(N_("Others are drawing with pipelines just now; please try again in a minute."))
        try:
            if self._idle is not None:
                self._idle.cancel()
            return self._drawn(found, wish, patience)
        finally:
            if self._executor is not None:
                self._idle = threading.Timer(IDLE_S, self.close)
                self._idle.daemon = True
                self._idle.start()
            self._turn.release()

    def _drawn(self, found: Path | str, wish: Wish, patience: float) -> Any:
        hub = isinstance(found, str)
        within = None if hub else self.places.boundary(found)
        if self._executor is None:
            self._executor = self.make()
        ready = self._executor.submit(loading.ready)  # imports take seconds, and are nobody's fault
        future = self._executor.submit(
            loading.draw,
            str(found),
            hub,
            wish,
            str(runs_root() / "pipelines"),
            self.limits.pipeline_mb,
            str(within) if within else None,
        )
        try:
            ready.result(patience)
            return future.result(patience)
        except TooLong:
            self._end()
            raise UserError(
                N_("That took longer than {seconds} seconds and was stopped: ask for fewer steps or pictures."),
                seconds=round(patience),
            ) from None
        except BrokenExecutor:
            self._end()
            raise UserError(
                N_(
                    "The process that drew with this pipeline ended, most likely for want of memory; "
                    "everything else goes on."
                )
            ) from None

    def close(self) -> None:
        """End the process, unless it is at work."""
        if self._turn.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._turn.release()

    def _end(self) -> None:
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False, kill_workers=True)
