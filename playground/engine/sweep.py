"""A sweep over settings: cells trained side by side on all workers, each written down when it is done."""

import asyncio
import math
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from typing import Any

from playground.core.errors import UserError
from playground.core.i18n import N_

from .executors import Slot
from .gpus import fitting
from .results_csv import ResultsCsv
from .step_cost import estimate
from .sweep_plan import Budget, Cell, group_cells
from .sweep_worker import Result, batch_keys, train_cells

MAX_LOST = 3
"""Workers that may die of the same cells; then these are to blame."""


async def sweep(
    name: str,
    cells: Sequence[Cell],
    budget: Budget,
    slots: Sequence[Slot],
    results: ResultsCsv,
    on_row: Callable[[dict[str, Any]], object],
) -> None:
    """Train the cells that are not in the table yet; `on_row` is called with each row once it is on disk."""
    left = [cell for cell in cells if not results.done(cell.key)]
    if not left:
        return
    # where some cells want a GPU: the processor that others want is there as well
    slots = fitting(slots, next((cell.config for cell in left if cell.config.device != "cpu"), left[0].config))
    keys = await slots[0].call(batch_keys, name, [cell.config.model_dump() for cell in left])
    waiting = group_cells(left, keys, len(slots), lambda cell: estimate(name, cell.config).ms)

    async def work(slot: Slot) -> None:
        while waiting:
            group = waiting.pop(0)
            for cell, result in zip(group, await _results(slot, name, group, budget), strict=True):
                row = _row(name, cell, budget, result)
                results.add(row)
                on_row(row)
            await asyncio.sleep(0)  # an inline executor would otherwise block the event loop

    await asyncio.gather(*map(work, slots))


async def _results(slot: Slot, name: str, group: Sequence[Cell], budget: Budget) -> list[Result | UserError]:
    """The results of a group; if the group fails, each cell is trained alone. A worker that is lost need not have been
    the cell's fault: others have `MAX_LOST` tries at it."""
    configs, lost = [cell.config.model_dump() for cell in group], 0
    while True:
        try:
            return await slot.call(train_cells, name, configs, budget.steps, budget.seconds)
        except BrokenExecutor as error:
            lost += 1
            if lost < MAX_LOST:
                continue
            if len(group) == 1:
                return [reason(error)]
        except Exception as error:  # a defect in one cell must not end the sweep: it is written into its row
            if len(group) == 1:
                return [reason(error)]
        break
    return [(await _results(slot, name, [cell], budget))[0] for cell in group]


def reason(error: Exception) -> UserError:
    """Why a cell could not be trained, as a sentence."""
    if isinstance(error, UserError):
        return error
    if isinstance(error, BrokenExecutor):
        return UserError(N_("The worker of this cell crashed, perhaps because it ran out of memory."))
    return UserError(
        N_("The cell was stopped by an internal error ({kind}: {what})."),
        kind=type(error).__name__,
        what=str(error)[:200],
    )


def _row(name: str, cell: Cell, budget: Budget, result: Result | UserError) -> dict[str, Any]:
    """One row of the table: key, varied settings, outcome, every score with its floor."""
    row: dict[str, Any] = {"key": cell.key, "family": name, **cell.values, "seed": cell.config.seed}
    if isinstance(result, UserError):
        return {**row, "steps": 0, "status": "failed", "error": str(result)}
    error = UserError(result.error[0], **result.error[1]) if result.error else ""
    row |= {
        "steps": result.steps,
        "status": "diverged" if error else "done",
        "error": str(error),
        "parameters": result.parameters or "",
        "ms_per_step": result.ms,
        "seconds": result.seconds,
        "together": result.together,
    }
    for measure, score in result.scores.items():
        row[measure] = score.value
        if math.isfinite(score.floor):
            row[f"{measure}_floor"] = score.floor
    return row
