"""The current costs of a run: its share of the workers, its time slice, its memory and disk space."""

from collections.abc import Sequence
from typing import Any

from .executors import Slot
from .gpus import fitting
from .limits import Limits
from .live_run import LiveRun
from .run import Run


def cost(live_run: LiveRun, slots: Sequence[Slot], active: int, limits: Limits) -> dict[str, Any]:
    """The costs of a run, as its viewers see them; workers are those of `slots` that may compute it.

    `share` is the part (0 to 1) of all their time that is this run's when everybody takes turns, `queue` how many
    runs share its worker, `slice_ms` its turn; `step_us` the time of a step with everything around it, as long as
    it has the worker; `memory_mb` what the server holds of it.
    """
    slots = fitting(slots, live_run.run.placed)
    neighbours = len(live_run.slot.runs) if live_run.active and live_run.slot is not None else 0
    rate = live_run.rate if live_run.active else 0.0
    return {
        "rate": round(rate, 1),
        "workers": len(slots),
        "active": active,
        "share": round(1 / (neighbours * len(slots)), 3) if neighbours else 0.0,
        "queue": neighbours,
        "slice_ms": round(1000 * limits.slice(len(slots), active)),
        "step_us": float(f"{1e6 / (rate * max(neighbours, 1)):.2g}") if rate else None,
        "memory_mb": round(held(live_run.run) / 1e6, 1),
    }


def held(run: Run) -> int:
    """Bytes of a run's history: frames, states and scalars; on disk they take about as much."""
    frames = {id(frame): frame for frame in [*run.timeline.frames.items.values(), run.newest] if frame is not None}
    states = {id(state): state for state in [*run.timeline.states.items.values(), run.state] if state is not None}
    return (
        sum(array.nbytes for frame in frames.values() for array in frame.arrays.values())
        + sum(len(state) for state in states.values())
        + run.timeline.scalars.rows.nbytes
    )
