"""How fast calls go, and what is left of them after a kill -9: parts of the benchmark of MMBench.

The service is `tests/support/vision_service.py`, on this machine, in a process of its own.
"""

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from _figures import figure

from playground.evaluation.mmbench.store import read

ROOT = Path(__file__).parents[1]
SERVICE, CLIENT = ROOT / "tests" / "support" / "vision_service.py", ROOT / "tests" / "support" / "mmbench_run.py"
CALLS, PAUSE_S, CONCURRENCY = 1000, 0.05, 32
KILLS, KILLED_CALLS = 20, 3000


@contextlib.contextmanager
def service(pause_s: float) -> Iterator[tuple[str, Callable[[], int]]]:
    """The address of a service that answers everything after a pause, and how often it was asked."""
    process = subprocess.Popen(
        [sys.executable, SERVICE, str(pause_s)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdin is not None
    read_from, write_to = process.stdout, process.stdin

    def asked() -> int:
        print(file=write_to, flush=True)
        return int(read_from.readline())

    try:
        yield f"http://127.0.0.1:{int(read_from.readline())}/v1", asked
    finally:
        write_to.close()
        process.wait(10)


def client(url: str, store: Path, calls: int) -> subprocess.Popen:
    words = [sys.executable, str(CLIENT), url, str(store), str(calls), str(CONCURRENCY)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(words, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)


def calls() -> list[dict]:
    """A thousand calls, each kept on the disk, against what the pauses alone take."""
    ideal = CALLS / CONCURRENCY * PAUSE_S
    times = []
    for _ in range(3):
        with service(PAUSE_S) as (url, _), tempfile.TemporaryDirectory() as folder:
            told = client(url, Path(folder) / "calls.jsonl", CALLS).communicate(timeout=120)[0]
            times.append(json.loads(told.splitlines()[-1])["seconds"])
    how = f"{CALLS} calls of {PAUSE_S * 1000:g} ms, {CONCURRENCY} at a time, median of 3; ideal: {ideal:.4g} s"
    return [figure("mmbench: time of calls by ideal", "<= 1.25", sorted(times)[1] / ideal, how=how)]


def kills() -> list[dict]:
    """Runs that are killed at random moments, and one that may finish."""
    chance = random.Random(0)
    lost = paid_twice = before = 0
    with service(0.03) as (url, asked), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.jsonl"
        for _ in range(KILLS):
            kept = {index for _, index in read(path).answers}
            child = client(url, path, KILLED_CALLS)
            assert child.stdout is not None
            child.stdout.readline()  # it is under way
            time.sleep(chance.uniform(0, 0.25))
            child.kill()
            told = [int(line) for line in child.stdout.read().split() if line.isdigit()]
            child.wait()
            now = {index for _, index in read(path).answers}
            lost += len(kept - now) + max(0, max(told, default=0) - len(now))
            after = asked()
            paid_twice = max(paid_twice, after - before - len(now - kept))
            before = after
        client(url, path, KILLED_CALLS).communicate(timeout=120)
        lost += KILLED_CALLS - len(read(path).answers)
        again = asked() - KILLED_CALLS
    how = (
        f"{KILLS} kills at random moments of {KILLED_CALLS} calls, {CONCURRENCY} at a time; {again} asked again in all"
    )
    return [
        figure("mmbench: finished calls lost to kill -9", "<= 0", lost, how=how),
        figure("mmbench: calls asked again after a kill -9, at most", f"<= {CONCURRENCY}", paid_twice, how=how),
    ]
