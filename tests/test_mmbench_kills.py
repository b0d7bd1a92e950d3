"""A run that is killed at random moments loses no finished call, and pays at most those under way twice."""

import os
import random
import subprocess
import sys
import time

from support.mmbench_run import run
from support.server import ROOT
from support.vision_service import Service, says

from playground.evaluation.mmbench.store import read

COUNT, CONCURRENCY, KILLS = 400, 8, 4


def test_killed_runs_lose_nothing_that_was_finished(tmp_path):
    path, chance = tmp_path / "calls.jsonl", random.Random(0)
    with Service(lambda body, tries: says("A", pause_s=chance.uniform(0, 0.02))) as service:
        words = [sys.executable, "tests/support/mmbench_run.py", service.url, str(path), str(COUNT), str(CONCURRENCY)]
        for _ in range(KILLS):
            asked = service.asked.copy()
            kept = {index for _, index in read(path).answers}
            child = subprocess.Popen(
                words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE
            )
            assert child.stdout is not None
            child.stdout.readline()  # it is under way
            time.sleep(chance.uniform(0.02, 0.15))
            child.kill()
            told = [int(line) for line in child.stdout.read().split() if line.isdigit()]
            child.wait()
            now = {index for _, index in read(path).answers}
            assert kept <= now and len(now) >= max(told, default=0)
            new = service.asked - asked
            assert new.total() - len(now - kept) <= CONCURRENCY
            assert not {int(text.split("/")[0]) for text in new} & kept
        last = run(service.url, path, COUNT, CONCURRENCY)
    assert last.state == "done" and len(read(path).answers) == COUNT
    assert COUNT <= service.asked.total() <= COUNT + KILLS * CONCURRENCY
