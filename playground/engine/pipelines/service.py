"""Pictures from pretrained pipelines: drawn in one process of its own, beside the workers, so that a large network does
not delay training runs. The process starts with the first request, may be ended at any moment, and ends when idle."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from concurrent.futures import TimeoutError as CallTimeout
from pathlib import Path
from typing import Any

from playground.core.errors import UserError
from playground.core.i18n import N_

from ..executors import loky_worker
from ..limits import Limits
from ..paths import runs_root
from ..thread_turns import thread_turn
from ..visitor import SERVER, Visitor
from . import loader
from .loader import Request
from .sources import PipelineSources

IDLE_S = 300.0
"""After which the process goes, and its memory with it."""


class PipelineService:
    """Takes one request after the other."""

    def __init__(self, limits: Limits, sources: PipelineSources, make: Callable[[], Executor] = loky_worker):
        self.limits, self.sources, self.make = limits, sources, make
        self._lock = threading.Lock()
        self._executor: Executor | None = None
        self._idle_timer: threading.Timer | None = None

    def draw(self, text: str, is_local: bool, request: Request, visitor: Visitor = SERVER) -> Any:
        """A `pretrained.Generated` of the pipeline that `text` names; waits for it. `UserError` says why there is none.

        `is_local`: the visitor is on this machine (see `PipelineSources`). Whoever has had least of the server's work
        is next.
        """
        found = self.sources.find(text, is_local)
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(thread_turn(visitor, self.limits.pipeline_s))
            except TimeoutError:
                raise UserError(N_("Other visitors are using pipelines; try again in a minute.")) from None
            return self._in_turn(found, request)

    def _in_turn(self, found: Path | str, request: Request) -> Any:
        timeout_s = self.limits.pipeline_s
        if not self._lock.acquire(timeout=timeout_s):
            raise UserError(N_("Other visitors are using pipelines; try again in a minute."))
        try:
            if self._idle_timer is not None:
                self._idle_timer.cancel()
            return self._draw(found, request, timeout_s)
        finally:
            if self._executor is not None:
                self._idle_timer = threading.Timer(IDLE_S, self.close)
                self._idle_timer.daemon = True
                self._idle_timer.start()
            self._lock.release()

    def _draw(self, found: Path | str, request: Request, timeout_s: float) -> Any:
        hub = isinstance(found, str)
        within = None if hub else self.sources.boundary(found)
        ready = self._imported()  # not part of the request's time
        assert self._executor is not None
        future = self._executor.submit(
            loader.draw,
            str(found),
            hub,
            request,
            str(runs_root() / "pipelines"),
            self.limits.pipeline_mb,
            str(within) if within else None,
        )
        try:
            ready.result(timeout_s)
            return future.result(timeout_s)
        except CallTimeout:
            self._end()
            raise UserError(
                N_(
                    "This took longer than {seconds:second|seconds} and was stopped. Use fewer steps or fewer pictures."
                ),
                seconds=round(timeout_s),
            ) from None
        except BrokenExecutor:
            self._end()
            raise UserError(
                N_(
                    "The process of this pipeline ended, probably because it ran out of memory. Nothing else is "
                    "affected."
                )
            ) from None

    def _imported(self) -> Future:
        """Done when the process has its libraries. One that has ended since the last request is replaced."""
        if self._executor is not None:
            try:
                return self._executor.submit(loader.import_libraries)
            except (BrokenExecutor, RuntimeError):  # RuntimeError: it was shut down
                self._end()
        self._executor = self.make()
        return self._executor.submit(loader.import_libraries)

    def close(self) -> None:
        """End the process, unless it is at work."""
        if self._lock.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._lock.release()

    def _end(self) -> None:
        executor, self._executor = self._executor, None
        if executor is not None:
            shutdown: Any = executor.shutdown  # loky's own option
            shutdown(wait=False, kill_workers=True)
