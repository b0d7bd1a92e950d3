"""A sweep of eight cells on two workers against the same sweep on one.

The workers are ready beforehand (processes started, steps prepared), the two take turns. Wall time says what a visitor
waits, but on a machine with other work it says more about that work: one worker still has a core, two have not. So the
length of the sweep is also told in CPU time, as what it takes where every worker has a core of its own: that of the
busiest worker, and of the process that hands out the cells. CPU time still grows where two workers get into each
other's way (shared caches, memory, hyperthreads). How busy others kept the machine meanwhile is said.
    python -m playground bench sweep --json
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _figures import figure, table

from playground.engine.engines import open_slots
from playground.engine.executors import Slot
from playground.engine.limits import Limits
from playground.engine.results_csv import ResultsCsv
from playground.engine.sweep import sweep
from playground.engine.sweep_plan import Budget, plan_cells

FAMILY, SETTINGS = "normalizing_flow", {"flow": "realnvp", "layers": 8, "batch": 256}
GRID = {"data": ["rings", "moons"], "seed": range(4)}
BUDGET, ROUNDS, QUIET = Budget(800), 3, 0.05
"""Steps of each cell; rounds; and the share of the machine that others may take of what is called quiet."""


@dataclass(frozen=True)
class Took:
    """What one sweep took, in seconds."""

    wall: float
    path: float
    """CPU time of the busiest worker and of this process."""
    others: float
    """Share of the machine's cores that other processes kept busy, from 0 to 1; nan where that is not told."""


def once(
    slots: Sequence[Slot],
    budget: Budget,
    grid: Mapping[str, Sequence[Any]] = GRID,
    beside: Callable[[], float] = lambda: 0.0,
) -> Took:
    """One sweep on these workers; every cell must have been trained. `beside`: CPU seconds so far of further processes
    that serve the sweep and are not to be counted as others'."""
    chosen = plan_cells(FAMILY, SETTINGS, grid, budget)
    with tempfile.TemporaryDirectory() as folder:
        results = ResultsCsv(Path(folder) / "sweep.csv")
        before, busy, serving, own = spent(slots), _busy(), beside(), time.process_time()
        began = time.perf_counter()
        asyncio.run(sweep(FAMILY, chosen, budget, slots, results, lambda row: None))
        wall = time.perf_counter() - began
        own, serving, busy = time.process_time() - own, beside() - serving, _busy() - busy
        workers = [after - since for after, since in zip(spent(slots), before, strict=True)]
    if {row["status"] for row in results.rows.values()} != {"done"} or len(results.rows) != len(chosen):
        raise RuntimeError("the sweep did not finish")
    others = max(0.0, busy - own - serving - sum(workers)) / wall / (os.cpu_count() or 1)
    return Took(wall, max(workers) + own, others)


def spent(slots: Sequence[Slot]) -> list[float]:
    """CPU seconds of every worker so far."""

    async def ask() -> list[float]:
        return [await slot.call(time.process_time) for slot in slots]

    return asyncio.run(ask())


def _busy() -> float:
    """CPU seconds that this machine has been busy for, all processes together (Linux)."""
    try:
        user, nice, system, _idle, _wait, *rest = Path("/proc/stat").read_text().split("\n")[0].split()[1:]
    except OSError:
        return float("nan")
    return sum(int(ticks) for ticks in (user, nice, system, *rest[:3])) / os.sysconf("SC_CLK_TCK")


def run() -> dict[str, Any]:
    slots = open_slots(Limits(workers=2), "loky")
    try:
        for slot in slots:
            once([slot], Budget(2))
        one, two = zip(*((once(slots[:1], BUDGET), once(slots, BUDGET)) for _ in range(ROUNDS)), strict=True)
    finally:
        for slot in slots:
            slot.close()
    how = f"8 {SETTINGS['flow']}, batch {SETTINGS['batch']}, {BUDGET.steps} steps each, best of {ROUNDS} rounds"
    others = statistics.median(took.others for took in (*one, *two))
    walls, paths = ([min(getattr(took, name) for took in rounds) for rounds in (one, two)] for name in ("wall", "path"))
    return {
        "figures": [
            figure("share of the machine that others kept busy", "", others, how="median of the rounds"),
            figure("one worker", "", walls[0], unit="s", how=how + ", wall time"),
            figure("two workers", "", walls[1], unit="s", how=how + ", wall time"),
            figure(
                "throughput of two over one, wall time",
                ">= 1.7" if others < QUIET else "",
                walls[0] / walls[1],
                how=f"asserted where others take less than {QUIET:.0%} of the machine",
            ),
            figure("one worker: length in CPU time", "", paths[0], unit="s", how=how),
            figure("two workers: length in CPU time", "", paths[1], unit="s", how=how),
            figure("throughput of two over one, a core for each", ">= 1.7", paths[0] / paths[1], how=how),
        ]
    }


if __name__ == "__main__":
    print(table(run()))
