"""A sweep of eight cells on two workers against the same sweep on one.

Wall time of the whole, table included; the workers are ready beforehand, the two take turns, and the best round
of each counts: whatever else runs on the machine can only make it slower.
    python -m playground bench sweep --json
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from _figures import figure, table

from playground.engine.cells import Budget, cells
from playground.engine.executors import Slot, open_slots
from playground.engine.limits import Limits
from playground.engine.sheet import Sheet
from playground.engine.sweep import sweep

BUDGET, ROUNDS = Budget(1000), 4
CELLS = cells("gan", {"batch": 256}, {"data": ["ring", "moons"], "seed": range(4)}, BUDGET)
READY = cells("gan", {"batch": 256}, {"data": ["ring", "moons"]}, Budget(2))


def seconds(slots: Sequence[Slot], chosen=CELLS, budget: Budget = BUDGET) -> float:
    """How long the cells take on these workers; every one must have been trained."""
    with tempfile.TemporaryDirectory() as folder:
        sheet = Sheet(Path(folder) / "sweep.csv")
        began = time.perf_counter()
        asyncio.run(sweep("gan", chosen, budget, slots, sheet, lambda row: None))
        took = time.perf_counter() - began
    if {row["status"] for row in sheet.rows.values()} != {"done"} or len(sheet.rows) != len(chosen):
        raise RuntimeError("the sweep did not finish")
    return took


def run() -> dict[str, Any]:
    slots = open_slots(Limits(workers=2), "loky")
    try:
        for slot in slots:
            seconds([slot], READY, Budget(2))
        one, two = zip(*((seconds(slots[:1]), seconds(slots)) for _ in range(ROUNDS)), strict=True)
    finally:
        for slot in slots:
            slot.close()
    how = f"{len(CELLS)} GANs, batch 256, {BUDGET.steps} steps each, wall time, best of {ROUNDS}"
    return {"figures": [
        figure("one worker", "", min(one), unit="s", how=how),
        figure("two workers", "", min(two), unit="s", how=how),
        figure("throughput of two over one", ">= 1.7", min(one) / min(two), how=how)]}


if __name__ == "__main__":
    print(table(run()))
