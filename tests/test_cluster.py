"""A real Dask scheduler with two workers on loopback: runs train there, and a killed worker costs nothing."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from playground.core.errors import UserError
from playground.engine.engines import open_slots
from playground.engine.executors import Inline, Slot
from playground.engine.hub import Hub
from playground.engine.limits import Limits
from playground.engine.local import train
from playground.engine.results_csv import ResultsCsv
from playground.engine.run import start
from playground.engine.store import Store
from playground.engine.sweep import sweep
from playground.engine.sweep_plan import Budget, plan_cells
from playground.families.gan.config import GanConfig

pytest.importorskip("distributed", reason="requirements-cluster.txt is not installed")
ROOT = Path(__file__).parents[1]
CONFIG = GanConfig(g_width=8, d_width=8, batch=16)
LAST = 600


class Dask:
    """Scheduler and workers, started as the README says, each on a port of its own."""

    def __init__(self, folder: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder, self.processes = folder, []
        self.scheduler = self.run("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")

    def run(self, *words: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.processes.append(process)
        return process

    def worker(self, port: int | None = None) -> subprocess.Popen:
        return self.run(
            "worker",
            f"tcp://127.0.0.1:{port or self.port}",
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
            "--host",
            "127.0.0.1",
        )

    def close(self) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait(10)


@pytest.fixture
def dask(tmp_path):
    with contextlib.closing(Dask(tmp_path)) as dask:
        yield dask


async def until(condition, seconds=40):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        await asyncio.sleep(0.02)


def slots(dask, count, port=None):
    """Slots once so many workers have registered."""
    end = time.monotonic() + 40
    while True:
        found = []
        with contextlib.suppress(UserError):  # a line in between closes while nobody is at its other end
            found = open_slots(Limits(), f"dask://127.0.0.1:{port or dask.port}")
        if found and len(found[0].executor.cluster.live) == count:
            return found
        for slot in found:
            slot.close()
        assert time.monotonic() < end, "the workers never came"
        time.sleep(0.2)


def pid(slot) -> int:
    executor = slot.executor
    return executor.submit(os.getpid).result(20)


def test_runs_survive_a_killed_worker_and_settle_on_one_that_joins(dask, tmp_path):
    workers = [dask.worker(), dask.worker()]

    async def story():
        hub = Hub(Limits(), slots(dask, 2), Store(tmp_path / "runs", Limits()))
        await hub.open()
        notes = []
        try:
            live_runs = [hub.begin("m" * 32, "gan", CONFIG.changed(seed=seed)) for seed in (1, 2)]
            for live_run in live_runs:
                live_run.listeners.add(notes.append)
                hub.controls.play(live_run)
            await until(lambda: min(a.run.step for a in live_runs) > 100)
            assert {slot.executor.worker for slot in hub.slots} == set(hub.slots[0].executor.cluster.live)
            victim = next(w for w in workers if w.pid == pid(hub.slots[0]))
            at = [a.run.step for a in live_runs]
            os.kill(victim.pid, signal.SIGKILL)
            await until(lambda: all(a.run.step > max(LAST, s + 100) for a, s in zip(live_runs, at, strict=True)))
            await until(lambda: len({slot.executor.worker for slot in hub.slots}) == 1)
            dask.worker()
            await until(lambda: len({slot.executor.worker for slot in hub.slots}) == 2)
            at = [a.run.step for a in live_runs]
            await until(lambda: all(a.run.step > s + 100 for a, s in zip(live_runs, at, strict=True)))
            for live_run in live_runs:
                hub.controls.pause(live_run)
            await until(lambda: not any(a.active for a in live_runs))
            assert [a.run.stopped for a in live_runs] == [None, None]
            return [(await hub.controls.at_step(a, LAST)).state for a in live_runs]
        finally:
            await hub.close()

    states = asyncio.run(story())
    for seed, state in zip((1, 2), states, strict=True):
        run = start("gan", CONFIG.changed(seed=seed), "", Limits())
        train(run, LAST, on_progress=lambda *_: None, stop=lambda: False)
        assert state == run.state


def test_a_wrong_engine_is_named_in_a_sentence(monkeypatch):
    with pytest.raises(UserError, match="cannot be 'abacus'; it can be: loky"):
        open_slots(Limits(), "abacus")
    monkeypatch.setattr("playground.engine.dask.REACH_S", 1.0)
    with pytest.raises(UserError, match="No Dask scheduler answers at tcp://127.0.0.1:9"):
        open_slots(Limits(), "dask://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "playground.engine.dask", None)
    with pytest.raises(UserError, match="needs the package distributed"):
        open_slots(Limits(), "dask://127.0.0.1:9")


def test_a_sweep_trains_on_the_cluster(dask, tmp_path):
    dask.worker()
    found = plan_cells("gan", {"g_width": 8, "d_width": 8, "batch": 256}, {"seed": range(3)}, Budget(8))
    results, there = ResultsCsv(tmp_path / "a.csv"), slots(dask, 1)
    try:
        asyncio.run(sweep("gan", found, Budget(8), there, results, lambda row: None))
    finally:
        for slot in there:
            slot.close()
    assert {row["status"] for row in results.rows.values()} == {"done"} and len(results.rows) == 3
    here = ResultsCsv(tmp_path / "b.csv")
    asyncio.run(sweep("gan", found, Budget(8), [Slot(Inline)], here, lambda row: None))
    for cell in found:
        assert results.rows[cell.key]["sliced_w2"] == here.rows[cell.key]["sliced_w2"]


def test_a_sweep_ends_on_a_line_whose_round_trip_is_longer_than_a_look_at_the_worker(dask, tmp_path, monkeypatch):
    """The result of a cell has to come through, however long the line needs for it."""
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    from _slow_line import SlowLine

    from playground.engine.dask import TICK_S

    line = SlowLine(dask.port, delay=0.3, rate=50_000)
    dask.worker(line.port)
    found = plan_cells("gan", {"g_width": 8, "d_width": 8}, {"batch": [16, 17]}, Budget(20))
    results = ResultsCsv(tmp_path / "a.csv")
    there = slots(dask, 1, line.port)
    try:
        assert 2 * line.delay > TICK_S and there[0].executor.submit(bytes, 100_000).result(30) == bytes(100_000)
        asyncio.run(asyncio.wait_for(sweep("gan", found, Budget(20), there, results, lambda row: None), 60))
    finally:
        for slot in there:
            slot.close()
        line.close()
    assert {row["status"] for row in results.rows.values()} == {"done"} and len(results.rows) == 2


def test_an_error_of_the_work_itself_is_told(dask):
    def fail(error):  # here: a worker knows no modules of tests
        raise error("of the work")

    dask.worker()
    (there,) = slots(dask, 1)
    try:
        for error in (TimeoutError, FileNotFoundError, ZeroDivisionError):
            with pytest.raises(error, match="of the work"):
                there.executor.submit(fail, error).result(20)
    finally:
        there.close()


def test_a_sweep_loses_no_cell_when_the_scheduler_and_its_workers_are_killed(dask, tmp_path):
    workers = [dask.worker()]
    found = plan_cells(
        "gan", {"g_width": 8, "d_width": 8}, {"data": ["rings", "moons"], "batch": [16, 17]}, Budget(300)
    )
    results, there, rows = ResultsCsv(tmp_path / "a.csv"), slots(dask, 1), []

    def on_row(row):
        rows.append(row)
        if len(rows) == 1:
            for process in (dask.scheduler, *workers):
                process.kill()
                process.wait(10)
            dask.scheduler = dask.run("scheduler", "--host", "127.0.0.1", "--port", str(dask.port), "--no-dashboard")
            dask.worker()

    try:
        asyncio.run(sweep("gan", found, Budget(300), there, results, on_row))
    finally:
        for slot in there:
            slot.close()
    assert {row["status"] for row in results.rows.values()} == {"done"} and len(results.rows) == 4
