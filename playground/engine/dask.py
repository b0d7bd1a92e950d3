"""A cluster as the place of work: each slot is at home on one worker of a Dask scheduler.

Whatever goes wrong between here and there (a dead worker, a dead scheduler, a lost line) becomes
`BrokenExecutor`, so that the pump need not know where a run computes: it asks again from the state in hand.
"""

import asyncio
import concurrent.futures
import contextlib
import threading
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from queue import SimpleQueue
from typing import Any, cast

from distributed import Client
from distributed.comm import CommClosedError
from distributed.scheduler import KilledWorker

from playground.core.errors import UserError
from playground.core.i18n import N_

from .supervisor import keep_thread, note_failure
from .worker import prepare

TICK_S = 0.3
REACH_S = 10.0
FAULTS = (KilledWorker, CancelledError, CommClosedError, OSError)
"""What the line to a worker may raise (asyncio's CancelledError and TimeoutError are handled beside it)."""


class Cluster:
    """The line to a scheduler, and the workers it has now."""

    def __init__(self, address: str):
        self.address = address
        self.client = self._connect()
        self.live = self._look()
        crowded = [name for name, threads in self._threads().items() if threads != 1]
        if crowded:
            raise UserError(
                N_("The Dask worker {worker} has several threads; start it with --nthreads 1."), worker=crowded[0]
            )
        self.executors: list[DaskWorker] = []
        self.lock = threading.Lock()
        self.over = threading.Event()
        keep_thread("dask", self._watch)  # without it no lost worker would ever be replaced

    def _connect(self) -> Client:
        try:
            return Client(self.address, timeout=REACH_S, asynchronous=False, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise UserError(
                N_("No Dask scheduler answers at {address} ({why})."),
                address=self.address,
                why=str(error).splitlines()[0],
            ) from None

    def _threads(self) -> dict[str, int]:
        """By address of the worker; a client that is not asynchronous answers at once."""
        return cast(dict[str, int], self.client.nthreads())

    def _look(self) -> frozenset[str]:
        """Addresses of the workers that can be used: those with one thread, as runs are kept alive unlocked."""
        return frozenset(name for name, threads in self._threads().items() if threads == 1)

    def _watch(self) -> None:
        while not self.over.wait(TICK_S):
            try:
                if self.client.status == "closed":
                    self.client = self._connect()
                self.live = self._look()
            except (*FAULTS, TimeoutError, UserError, RuntimeError):  # RuntimeError: the client is closing
                self.live = frozenset()
            except Exception as error:  # nobody knows who is there: runs move on as when all workers are lost
                note_failure("dask", error)
                self.live = frozenset()
            with self.lock:
                self._spread()

    def _spread(self) -> None:
        """Assign a worker to executors without one, and move executors from workers with several to idle workers."""
        for executor in self.executors:
            if executor.worker is not None and executor.worker not in self.live:
                executor.broken.set()
        homes = Counter({name: 0 for name in self.live})
        homes.update(e.worker for e in self.executors if e.worker in self.live and not e.broken.is_set())
        for executor in self.executors:
            if executor.broken.is_set() or not homes:
                continue
            least = min(homes, key=lambda name: (homes[name], name))
            if executor.worker is None or homes[executor.worker] - homes[least] >= 2:
                homes[executor.worker] -= executor.worker is not None
                homes[least] += 1
                executor.worker = least  # runs are built anew there, from their states
                executor.placed.set()

    def join(self, executor: "DaskWorker") -> None:
        with self.lock:
            self.executors.append(executor)
            self._spread()

    def leave(self, executor: "DaskWorker") -> None:
        """The last one closes the line."""
        with self.lock:
            if executor in self.executors:
                self.executors.remove(executor)
            empty = not self.executors
        if empty and not self.over.is_set():
            self.over.set()
            with contextlib.suppress(*FAULTS, TimeoutError):
                self.client.close(timeout=2)


class DaskWorker(Executor):
    """One Dask worker as an executor: jobs are done there one after the other, in the order they came."""

    def __init__(self, cluster: Cluster):
        self.cluster = cluster
        self.worker: str | None = None
        """Its address; None while there is no live worker to be had."""
        self.placed, self.broken = threading.Event(), threading.Event()
        self._jobs: SimpleQueue[tuple | None] = SimpleQueue()
        self._prepared: str | None = None
        cluster.join(self)
        threading.Thread(target=self._run, name="dask slot", daemon=True).start()

    def submit(self, fn, /, *args, **kwargs) -> Future:
        if self.broken.is_set():
            raise BrokenExecutor(f"the Dask worker {self.worker} is gone")
        future: Future = Future()
        self._jobs.put((future, fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False, kill_workers: bool = False) -> None:
        """Leave the worker to others; what is under way there is dropped."""
        self.broken.set()
        self._jobs.put(None)
        self.cluster.leave(self)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, fn, args, kwargs = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(self._there(fn, args, kwargs))
            except Exception as error:  # an executor hands every error to the future
                future.set_exception(error)

    def _there(self, fn, args, kwargs):
        """Have one call done on the worker, or `BrokenExecutor`."""
        while not self.placed.wait(TICK_S):
            self._check()
        worker = self.worker
        if self._prepared != worker:
            self._call(worker, prepare, (), {})
            self._prepared = worker
        return self._call(worker, fn, args, kwargs)

    def _call(self, worker, fn, args, kwargs):
        self._check()
        client = self.cluster.client
        try:
            there = client.submit(
                fn, *args, **kwargs, workers=[worker], allow_other_workers=False, pure=False, retries=0
            )
        except (*FAULTS, RuntimeError) as error:  # RuntimeError: the client was closed meanwhile
            raise self._broke(worker, error) from error
        try:
            done = threading.Event()
            there.add_done_callback(lambda _: done.set())
            while not done.wait(TICK_S):
                self._check(worker)
            if there.status != "finished":
                return there.result(timeout=TICK_S)  # the error is here already
            # fetched once, for as long as the line needs: with a deadline it would begin anew each time, and on a line
            # whose round trip is longer never end
            fetching = cast(Coroutine[Any, Any, Any], client.gather(there, asynchronous=True))
            fetched = asyncio.run_coroutine_threadsafe(fetching, _loop(client))
            try:
                while not concurrent.futures.wait([fetched], TICK_S).done:
                    self._check(worker)
                return fetched.result()
            finally:
                fetched.cancel()
        except BrokenExecutor:
            raise
        except (*FAULTS, RuntimeError) as error:
            if there.status == "error" and not isinstance(error, KilledWorker):
                raise  # the work itself: other workers would come no further
            raise self._broke(worker, error) from error
        finally:
            there.release()

    def _broke(self, worker, why) -> BrokenExecutor:
        self.broken.set()
        return BrokenExecutor(f"the Dask worker {worker} was lost ({why})")

    def _check(self, worker: str | None = None) -> None:
        """`BrokenExecutor` if this place is given up, or that worker is gone."""
        if self.broken.is_set():
            raise BrokenExecutor(f"the Dask worker {self.worker} is gone")
        if worker is not None and worker not in self.cluster.live:
            raise self._broke(worker, "gone")


def _loop(client: Client) -> asyncio.AbstractEventLoop:
    """The event loop of a client's own thread; `RuntimeError` if the client is closed."""
    loop = client.loop
    if loop is None or client.status == "closed":
        raise RuntimeError("the client is closed")
    return cast(Any, loop).asyncio_loop


def executors(address: str, count: int):
    """How to make a slot's executor on that cluster, and how many slots there are to be: one for each worker.

    `UserError` when the scheduler cannot be reached.
    """
    cluster = Cluster(address)
    return (lambda: DaskWorker(cluster)), count or max(1, len(cluster.live))
