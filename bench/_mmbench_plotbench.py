"""PlotBench whole, answered at random: drawn, asked, kept, read, scored; as a command, and within this process."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _figures import figure

from playground.commands.mmbench_scores import report
from playground.evaluation.mmbench.baselines.catalogue import BASELINES
from playground.evaluation.mmbench.circular import circularized
from playground.evaluation.mmbench.engine import Engine, Plan, answers
from playground.evaluation.mmbench.plotbench.benchmark import plotbench as drawn
from playground.evaluation.mmbench.prompt import prompt
from playground.evaluation.mmbench.question import Benchmark
from playground.evaluation.mmbench.store import Store

ROOT = Path(__file__).parents[1]
COMMAND = ["-m", "playground", "mmbench", "run", "plotbench", "--model", "baseline:random", "--json"]


def plotbench() -> list[dict]:
    """The built-in benchmark with the random baseline, from nothing."""
    began = time.perf_counter()
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, *COMMAND], cwd=ROOT, env=environ, capture_output=True, text=True, check=True, timeout=300
    )
    command_s = time.perf_counter() - began
    told = json.loads(ran.stdout.splitlines()[-1])
    began = time.perf_counter()
    scores = _within()
    within_s = time.perf_counter() - began
    assert scores == told["scores"] and told["done"] == scores["rows"] == scores["replies"]
    how = f"{scores['questions']} questions in {scores['rows']} rows"
    return [
        figure("PlotBench at random, a cold command", "< 10", command_s, unit="s", how=how),
        figure("PlotBench at random, within a process", "< 10", within_s, unit="s", how=how),
    ]


def _within() -> dict:
    """The same without the start of a process."""
    questions = drawn(0)
    benchmark = Benchmark(questions.name, circularized(questions.rows))
    plan = Plan(benchmark, BASELINES["random"](0), prompt)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "calls.jsonl") as store:
        asyncio.run(Engine(plan, store).run())
        texts = {index: answer.text for index, answer in answers(plan, store).items()}
    return report(benchmark, texts, "strict", passes=False)
