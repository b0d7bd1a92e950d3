"""What a call costs, measured in a fresh process of its own: memory at its peak, and time."""

import multiprocessing
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from playground.core.errors import UserError

BOUND_S = 120


class Cost(NamedTuple):
    """`megabytes` above those before the call; `seconds` of computing, where other processes took part of the time;
    `answer`: the sentence of a refusal, else `repr` of what it gave."""

    megabytes: float
    seconds: float
    answer: str
    refused: bool


def cost(call: Callable[..., Any], *given: Any, warm: tuple[Any, ...] | None = None) -> Cost:
    """Of `call(*given)`, after `call(*warm)`, which imports what it needs."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measured, call, given, warm).result(BOUND_S)


def _measured(call: Callable[..., Any], given: tuple[Any, ...], warm: tuple[Any, ...] | None) -> Cost:
    if warm is not None:
        _said(call, warm)
    Path("/proc/self/clear_refs").write_text("5")  # from here on VmHWM is the peak of the call
    before, start, computed = _kilobytes("VmRSS"), time.perf_counter(), sum(os.times()[:4])
    answer, refused = _said(call, given)
    seconds = min(time.perf_counter() - start, sum(os.times()[:4]) - computed + 0.01)
    return Cost((_kilobytes("VmHWM") - before) / 1000, seconds, answer, refused)


def _said(call: Callable[..., Any], given: tuple[Any, ...]) -> tuple[str, bool]:
    try:
        return repr(call(*given))[:200], False
    except UserError as refusal:
        return refusal.sentence(), True


def _kilobytes(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{os.getpid()}/status").read_text())
    assert found is not None
    return int(found[1])
