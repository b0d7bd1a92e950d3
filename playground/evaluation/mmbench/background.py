"""A run in a thread of its own: it goes on while a page is drawn again, and when its visitor is away.

Every visitor has runs of their own: a stop, a budget and a progress each. The answers are shared on purpose: runs that
keep them in the same file share one open store, so that nothing is asked, or paid, twice.
"""

import asyncio
import contextlib
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

from playground.core.errors import UserError
from playground.core.i18n import N_

from .engine import Engine, Plan
from .progress import Progress
from .store import Store

_runs: "weakref.WeakValueDictionary[tuple[str, Path], Background]" = weakref.WeakValueDictionary()
"""By visitor and file; one that is over is known as long as a page holds it."""
_stores: dict[Path, tuple[Store, int]] = {}
"""The open files, and how many runs write to each."""
_stores_guard = threading.Lock()
_guard = threading.Lock()


class Background:
    """`progress` is the last that is known; None before the first."""

    def __init__(self, plan: Plan, path: Path):
        self.plan, self.path = plan, path
        self.progress: Progress | None = None
        self.error: UserError | None = None
        """Why there is no result, such as a full disk."""
        self._engine: Engine | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._work, name=f"mmbench {path.name}", daemon=True)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """Begin no further call; those under way are waited for, in the thread."""
        with self._lock:
            self._stopped = True
            if self._engine is not None and self._loop is not None and self.is_running:
                self._loop.call_soon_threadsafe(self._engine.stop)

    def join(self, timeout_s: float | None = None) -> None:
        self._thread.join(timeout_s)

    def _work(self) -> None:
        try:
            with shared(self.path) as store:
                asyncio.run(self._run(store))
        except UserError as error:
            self.error = error
        except Exception as error:
            self.error = UserError(N_("The run ended unexpectedly ({kind})."), kind=type(error).__name__)
            raise

    async def _run(self, store: Store) -> None:
        engine = Engine(self.plan, store, self._tell)
        with self._lock:
            self._engine, self._loop = engine, asyncio.get_running_loop()
            if self._stopped:
                engine.stop()
        try:
            await engine.run()
        finally:
            with self._lock:
                self._engine = None

    def _tell(self, progress: Progress) -> None:
        self.progress = progress


@contextlib.contextmanager
def shared(path: Path) -> Iterator[Store]:
    """The store of a file, opened by the first run and closed by the last."""
    with _stores_guard:
        store, users = _stores.get(path, (None, 0))
        if store is None:
            store = Store(path).__enter__()
        _stores[path] = store, users + 1
    try:
        yield store
    finally:
        with _stores_guard:
            users = _stores[path][1] - 1
            _stores[path] = store, users
            if not users:
                del _stores[path]
                store.__exit__()


def start(plan: Plan, path: Path, visitor: str = "") -> Background:
    """The visitor's run of this file: the one that is under way, else a new one."""
    path = path.resolve()
    with _guard:
        found = _runs.get((visitor, path))
        if found is None or not found.is_running:
            found = _runs[visitor, path] = Background(plan, path)
            found._thread.start()
        return found


def under_way(path: Path, visitor: str = "") -> Background | None:
    """The run of this file that the visitor has begun last, even if it is over."""
    with _guard:
        return _runs.get((visitor, path.resolve()))
