"""A small benchmark, and a run of it by an endpoint in a process of its own:
python tests/support/mmbench_run.py URL STORE QUESTIONS CONCURRENCY; it tells on stdout how many answers are kept."""

import asyncio
import json
import sys
import time
from pathlib import Path

from playground.evaluation.mmbench.endpoint import Endpoint
from playground.evaluation.mmbench.engine import Engine, Plan
from playground.evaluation.mmbench.progress import Progress
from playground.evaluation.mmbench.question import OFFSET, Benchmark, Row
from playground.evaluation.mmbench.store import Store

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550"
    "000000049454e44ae426082"
)
"""A picture of one black pixel, a PNG."""


def questions(count: int, passes: int = 1, answer: str | None = "A", image: bytes | None = PIXEL) -> Benchmark:
    """`count` questions with as many passes; the key is the same in all of them."""
    options = {"A": "cat", "B": "dog"}
    rows = (
        Row(number + OFFSET * turn, number, turn, f"{number}/{turn}?", "", options, answer, "ocr", "l2", "dev", image)
        for number in range(count)
        for turn in range(passes)
    )
    return Benchmark("made", tuple(rows))


def text(row: Row) -> str:
    return row.question


def run(url: str, store: Path, count: int, concurrency: int, on_progress=lambda progress: None) -> Progress:
    plan = Plan(questions(count), Endpoint(url, "made-up"), text, concurrency)
    with Store(store) as kept:
        return asyncio.run(Engine(plan, kept, on_progress).run())


if __name__ == "__main__":
    begun = time.monotonic()
    last = run(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), lambda p: print(p.done, flush=True))
    print(json.dumps({"seconds": time.monotonic() - begun, "done": last.done, "state": last.state}))
