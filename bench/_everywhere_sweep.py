"""A sweep on a Dask cluster on loopback: how much faster with more workers, and what is lost when parts of it are."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
from _figures import figure
from _slow_line import SlowLine
from sweep import BUDGET, FAMILY, GRID, QUIET, ROUNDS, SETTINGS, Took, once, spent

from playground.core.errors import UserError
from playground.engine.engines import open_slots
from playground.engine.executors import Slot
from playground.engine.limits import Limits
from playground.engine.results_csv import ResultsCsv
from playground.engine.sweep import sweep
from playground.engine.sweep_plan import Budget, plan_cells

ROOT = Path(__file__).parents[1]
COUNTS = (2, 4)
"""Workers that are measured against one."""
HARM = Budget(1200)
"""Steps of each cell where something is lost meanwhile."""
DELAY_S, RATE = 0.15, 125_000.0
"""Of the slow line: seconds that everything takes longer, each way, and bytes a second (1 Mbit/s)."""
SLOW = f"a line of {8 * RATE / 1e6:g} Mbit/s that delays by {1000 * DELAY_S:g} ms each way"
UNEVEN = {"layers": [1, 2, 3, 4, 16], "data": ["rings"], "seed": [0]}
"""Cells of very different length, the longest last: half of the work is one cell's."""


class Cluster:
    """Scheduler and workers, each a process."""

    def __init__(self, folder: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.door = self.port
        """Where workers call the scheduler."""
        self.folder, self.workers = folder, []
        self.processes: list[subprocess.Popen] = []
        self.over = threading.Event()
        """The sweep is done."""
        self.scheduler = self.start_scheduler()

    def start_scheduler(self) -> subprocess.Popen:
        self.scheduler = self._run("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        return self.scheduler

    def add_worker(self) -> subprocess.Popen:
        address = f"tcp://127.0.0.1:{self.door}"
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

    def spent(self) -> float:
        """CPU seconds so far of the scheduler and all workers."""
        return sum(sum(psutil.Process(one.pid).cpu_times()[:2]) for one in (self.scheduler, *self.workers))

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


def throughput() -> list[dict]:
    """The same sweep on one worker and on more, in turns. A cluster has no more workers than are measured: those that
    wait need the cores, too. Among the best turns none may have been disturbed, or wall time is only told."""
    rows, cores = [], os.cpu_count() or 1
    how = f"8 {SETTINGS['flow']}, batch {SETTINGS['batch']}, {BUDGET.steps} steps each, best of {ROUNDS}, {cores} cores"
    for count in COUNTS:
        one, more = _in_turns(count, BUDGET, GRID)
        if count == min(COUNTS):
            rows += _lengths("one worker", one, how)
        rows += _lengths(f"{count} workers", more, how)
        rows += _gain(f"throughput of {count} over one", one, more, count, how)
    one, more = _in_turns(2, Budget(BUDGET.steps // 2), UNEVEN)
    how = f"{len(UNEVEN['layers'])} cells with {UNEVEN['layers']} layers, given in that order"
    return [*rows, *_gain("throughput of 2 over one, cells of different length", one, more, 2, how)]


def _in_turns(count: int, budget: Budget, grid: Mapping[str, Sequence[Any]]) -> tuple[Took, Took]:
    """The best turn of one worker, and of all: the shortest in wall time, with the shortest length in CPU time."""
    with cluster(count) as there, slots_on(there.port, count) as slots:
        for slot in slots:
            once([slot], Budget(2), grid)
        choices = (slots[:1], slots)
        besides = [lambda some=some: there.spent() - sum(spent(some)) for some in choices]  # also workers that wait
        rounds = [
            [once(some, budget, grid, beside) for some, beside in zip(choices, besides, strict=True)]
            for _ in range(ROUNDS)
        ]
    one, more = (
        replace(min(turns, key=lambda took: took.wall), path=min(took.path for took in turns))
        for turns in zip(*rounds, strict=True)
    )
    return one, more


def _lengths(who: str, took: Took, how: str) -> list[dict]:
    how = f"{how}; others took {took.others:.1%} of the machine"
    return [
        figure(f"sweep: {who}, wall time", "", took.wall, unit="s", how=how),
        figure(f"sweep: {who}, length in CPU time", "", took.path, unit="s", how=how),
    ]


def _gain(what: str, one: Took, more: Took, count: int, how: str) -> list[dict]:
    asked, others = (">= 1.7" if count == 2 else ""), max(one.others, more.others)
    enough = count <= (os.cpu_count() or 1)
    told = f"asserted where others take less than {QUIET:.0%}, here {others:.1%}" if enough else "more than the cores"
    return [
        figure(f"sweep: {what}, wall time", asked if others < QUIET else "", one.wall / more.wall, how=told),
        figure(f"sweep: {what}, a core for each", asked, one.path / more.path, how=how),
    ]


def harmed(what: str, harm: Callable[[Cluster], None], slow: bool = False) -> tuple[list[dict], dict[str, float]]:
    """A sweep on two workers, while something happens after the first cells; the score of each cell. `slow`: they and
    this process call the scheduler by a slow line."""
    chosen = plan_cells(FAMILY, SETTINGS, GRID, HARM)
    with cluster(0) as there, tempfile.TemporaryDirectory() as folder:
        line = SlowLine(there.port, DELAY_S, RATE) if slow else None
        there.door = line.port if line else there.port
        for _ in range(2):
            there.add_worker()
        results, rows = ResultsCsv(Path(folder) / "sweep.csv"), []
        harming = threading.Thread(target=harm, args=(there,), daemon=True)
        with slots_on(there.door, 2) as slots:
            began, before = time.monotonic(), line.bytes if line else 0

            def on_row(row: dict) -> None:
                rows.append(row)
                if len(rows) == 1:
                    harming.start()

            asyncio.run(sweep(FAMILY, chosen, HARM, slots, results, on_row))
            took, through = time.monotonic() - began, line.bytes - before if line else 0
        there.over.set()
        harming.join(60)
        if line is not None:
            line.close()
    done = sum(row["status"] == "done" for row in results.rows.values())
    scores = {key: float(row["sliced_w2"]) for key, row in results.rows.items() if row["status"] == "done"}
    how = f"{len(chosen)} cells on 2 workers, {HARM.steps} steps each"
    found = [
        figure(f"sweep: runs lost with {what}", "<= 0", len(chosen) - done, how=how),
        figure(f"sweep: wall time with {what}", "", took, unit="s", how="without the start of the first workers"),
    ]
    if line is not None:
        found.append(figure(f"sweep: through the line with {what}", "", through / 1e3, unit="kB"))
    return found, scores


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
    found, undisturbed = harmed("nothing in the way", lambda there: None)
    for what, harm, slow in (
        ("a killed worker", lose_worker, False),
        ("a killed scheduler", lose_scheduler_alone, False),
        ("scheduler and workers killed", lose_scheduler, False),
        (SLOW, lambda there: None, True),
    ):
        more, scores = harmed(what, harm, slow)
        other = sum(scores.get(key) != score for key, score in undisturbed.items())
        found += [*more, figure(f"sweep: cells with another score with {what}", "<= 0", other)]
    return [*throughput(), *found]
