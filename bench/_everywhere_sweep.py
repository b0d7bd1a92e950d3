"""A sweep on a Dask cluster on loopback: how much faster with more workers, and what is lost when parts of it are."""

import asyncio
import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from _figures import figure
from sweep import BUDGET, FAMILY, GRID, QUIET, ROUNDS, SETTINGS, once

from playground.core.errors import UserError
from playground.engine.executors import Slot, open_slots
from playground.engine.limits import Limits
from playground.engine.results_csv import ResultsCsv
from playground.engine.sweep import sweep
from playground.engine.sweep_plan import Budget, plan_cells

ROOT = Path(__file__).parents[1]
COUNTS = (1, 2, 4)
HARM = Budget(1200)
"""Steps of each cell where something is lost meanwhile."""
DELAY_S = 0.15
"""Of everything that goes through the slow line, each way."""


class Cluster:
    """Scheduler and workers, each a process."""

    def __init__(self, folder: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder, self.workers = folder, []
        self.processes: list[subprocess.Popen] = []
        self.over = threading.Event()
        """The sweep is done."""
        self.scheduler = self.start_scheduler()

    def start_scheduler(self) -> subprocess.Popen:
        self.scheduler = self._run("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        return self.scheduler

    def add_worker(self) -> subprocess.Popen:
        address = f"tcp://127.0.0.1:{self.port}"
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        self.workers.append(self._run("worker", address, *options))
        return self.workers[-1]

    def _run(self, *words: str) -> subprocess.Popen:
        with open(self.folder / "log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            )
        self.processes.append(process)
        return process

    def close(self) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait(10)


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Cluster(Path(folder))) as there:
        for _ in range(workers):
            there.add_worker()
        yield there


@contextlib.contextmanager
def slots_on(port: int, count: int) -> Iterator[list[Slot]]:
    """Slots once so many workers have registered."""
    end = time.monotonic() + 60
    while True:
        found: list[Slot] = []
        with contextlib.suppress(UserError):  # a line in between closes while nobody is at its other end
            found = open_slots(Limits(), f"dask://127.0.0.1:{port}")
        if len(found) == count:
            break
        for slot in found:
            slot.close()
        if time.monotonic() > end:
            raise TimeoutError("the workers never came")
        time.sleep(0.3)
    try:
        yield found
    finally:
        for slot in found:
            slot.close()


class SlowLine:
    """A line to a port on which everything takes `DELAY_S` longer, in a thread."""

    def __init__(self, port: int):
        self.to, self.loop, self.bytes = port, asyncio.new_event_loop(), 0
        ready = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait(10)

    def _work(self, ready: threading.Event) -> None:
        server = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            back, there = await asyncio.open_connection("127.0.0.1", self.to)
            await asyncio.gather(self._pipe(reader, there), self._pipe(back, writer))
        except OSError:
            pass
        finally:
            writer.close()

    async def _pipe(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """What comes is sent on later, in order; what comes meanwhile waits for nobody."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def send() -> None:
            while True:
                due, piece = await under_way.get()
                await asyncio.sleep(due - self.loop.time())
                if not piece:
                    sink.close()
                    return
                sink.write(piece)
                await sink.drain()

        sending = self.loop.create_task(send())
        while True:
            piece = await source.read(1 << 16)
            self.bytes += len(piece)
            under_way.put_nowait((self.loop.time() + DELAY_S, piece))
            if not piece:
                break
        await sending

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)


def throughput() -> list[dict]:
    """The same sweep on one, two and four workers of one cluster, in turns."""
    with cluster(max(COUNTS)) as there, slots_on(there.port, max(COUNTS)) as slots:
        for slot in slots:
            once([slot], Budget(2))
        rounds = [[once(slots[:count], BUDGET) for count in COUNTS] for _ in range(ROUNDS)]
    cores = os.cpu_count() or 1
    how = f"8 {SETTINGS['flow']}, batch {SETTINGS['batch']}, {BUDGET.steps} steps each, best of {ROUNDS}, {cores} cores"
    others = statistics.median(took.others for turns in rounds for took in turns)
    rows = [figure("sweep: share of the machine that others kept busy", "", others, how="with Dask's own scheduler")]
    walls = [min(turns[at].wall for turns in rounds) for at in range(len(COUNTS))]
    paths = [min(turns[at].path for turns in rounds) for at in range(len(COUNTS))]
    for count, wall, path in zip(COUNTS, walls, paths, strict=True):
        rows.append(figure(f"sweep: {count} workers, wall time", "", wall, unit="s", how=how))
        rows.append(figure(f"sweep: {count} workers, length in CPU time", "", path, unit="s", how=how))
    for at, count in enumerate(COUNTS[1:], start=1):
        enough = count <= cores
        quiet = enough and count == 2 and others < QUIET
        rows.append(
            figure(
                f"sweep: throughput of {count} over one, wall time",
                ">= 1.7" if quiet else "",
                walls[0] / walls[at],
                how=f"asserted where others take less than {QUIET:.0%}" if enough else f"there are {cores} cores",
            )
        )
        rows.append(
            figure(
                f"sweep: throughput of {count} over one, a core for each",
                ">= 1.7" if count == 2 else "",
                paths[0] / paths[at],
                how=how,
            )
        )
    return rows


def harmed(what: str, harm: Callable[[Cluster], None], slow: bool = False) -> tuple[list[dict], dict[str, float]]:
    """A sweep on two workers, while something happens after the first cells; the score of each cell."""
    chosen = plan_cells(FAMILY, SETTINGS, GRID, HARM)
    with cluster(2) as there, tempfile.TemporaryDirectory() as folder:
        line = SlowLine(there.port) if slow else None
        results, rows, began = ResultsCsv(Path(folder) / "sweep.csv"), [], time.monotonic()
        harming = threading.Thread(target=harm, args=(there,), daemon=True)
        with slots_on(line.port if line else there.port, 2) as slots:

            def on_row(row: dict) -> None:
                rows.append(row)
                if len(rows) == 1:
                    harming.start()

            asyncio.run(sweep(FAMILY, chosen, HARM, slots, results, on_row))
        took = time.monotonic() - began
        there.over.set()
        harming.join(60)
        if line is not None:
            line.close()
    done = sum(row["status"] == "done" for row in results.rows.values())
    scores = {key: float(row["sliced_w2"]) for key, row in results.rows.items() if row["status"] == "done"}
    how = f"{len(chosen)} cells on 2 workers, {HARM.steps} steps each, {took:.0f} s"
    return [figure(f"sweep: runs lost with {what}", "<= 0", len(chosen) - done, how=how)], scores


def lose_worker(there: Cluster) -> None:
    """One dies; another one comes later."""
    there.workers[0].send_signal(signal.SIGKILL)
    time.sleep(1)
    there.add_worker()


def lose_scheduler(there: Cluster) -> None:
    """It dies with all that it knew of the work; another one comes at its place, and workers to it."""
    there.scheduler.send_signal(signal.SIGKILL)
    for worker in there.workers:
        worker.send_signal(signal.SIGKILL)
    there.scheduler.wait(10)
    time.sleep(3)
    there.start_scheduler()
    for _ in range(2):
        there.add_worker()


def lose_scheduler_alone(there: Cluster) -> None:
    """It dies, and its workers look for it until another one stands at its place."""
    there.scheduler.send_signal(signal.SIGKILL)
    there.scheduler.wait(10)
    time.sleep(3)
    there.start_scheduler()
    while not there.over.wait(1):
        for worker in [one for one in there.workers if one.poll() is not None]:  # without a nanny they end, too
            there.workers.remove(worker)
            there.add_worker()


def rows() -> list[dict]:
    """Throughput, then what is lost with a worker, a scheduler, and on a slow line."""
    found, undisturbed = harmed("nothing", lambda there: None)
    for what, harm, slow in (
        ("a killed worker", lose_worker, False),
        ("a killed scheduler", lose_scheduler_alone, False),
        ("scheduler and workers killed", lose_scheduler, False),
        (f"a line that delays by {1000 * DELAY_S:g} ms each way", lambda there: None, True),
    ):
        more, scores = harmed(what, harm, slow)
        other = sum(scores.get(key) != score for key, score in undisturbed.items())
        found += [*more, figure(f"sweep: cells with another score with {what}", "<= 0", other)]
    return [*throughput(), *found]
