"""Background tasks of the server: preparing workers in advance, removing unused runs from memory and disk."""

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from functools import partial

from playground.core.registry import FAMILIES

from .caps import Caps
from .controls import RunControls
from .copies import Copies
from .executors import PAUSES, Processes, Slot
from .live_run import LiveRun
from .memory import resident, trim
from .rates import measure_rates
from .saver import Saver
from .shares import BACKGROUND
from .step_cost import StepCosts
from .supervisor import Supervisor, note_failure
from .visitor import SERVER, Visitor
from .worker import warm_up
from .workers import Workers

WARM_UP_RETRY_S = 2.0
"""Seconds between two checks whether a busy worker is free to prepare another family."""
SPARE_S, MEMORY_S, COPIES_S = 1.0, 5.0, 1.0
GROWN = 1.03
"""Free memory is returned to the system when the server's has grown by so much."""


async def warm_up_worker(
    workers: Workers, slot: Slot, anyone_watching: Callable[[], bool], step_costs: StepCosts
) -> None:
    """Learn how fast a worker is, and let it import and trace each family before the first visitor waits for it, while
    it has no run to train; slowly while any is watched."""
    try:
        async with workers.turn(SERVER, slot):
            step_costs.learn(await asyncio.wrap_future(slot.submit(measure_rates)), slot.gpu)
    except BrokenExecutor:
        return  # the next caller that needs the worker restarts it
    except Exception as error:  # steps are not known to be dear then; the families are prepared all the same
        note_failure("rates", error)
    for name in FAMILIES:
        while slot.runs:
            await asyncio.sleep(WARM_UP_RETRY_S)
        began = time.monotonic()
        try:
            async with workers.turn(SERVER, slot, rank=lambda: BACKGROUND):
                await asyncio.wrap_future(slot.submit(warm_up, name))
            slot.traced.add(name)
        except BrokenExecutor:
            return  # the next caller that needs the worker restarts it
        except Exception as error:  # the other families are prepared all the same
            note_failure(f"warm-up of {name}", error)
        if anyone_watching():
            await asyncio.sleep(PAUSES * (time.monotonic() - began))


async def keep_spare(processes: Processes, slots: Sequence[Slot]) -> None:
    """Until cancelled: have a worker in reserve, once those at work have started."""
    while True:
        if all(slot.started for slot in slots):
            await asyncio.to_thread(processes.prepare_spare, FAMILIES)
        await asyncio.sleep(SPARE_S)


async def keep_memory(caps: Caps, controls: RunControls, leave: Callable[[str], None]) -> None:
    """Until cancelled: runs leave memory where all together take too much."""
    while True:
        await asyncio.sleep(MEMORY_S)
        surplus = caps.surplus_in_memory()
        for live_run in surplus:
            live_run.background = False
            controls.pause(live_run)
            if not live_run.busy:  # else at the next look
                leave(live_run.run.id)
        if surplus:
            trim()


async def remove_unused(
    live_runs: dict[str, LiveRun],
    saver: Saver,
    forget: Callable[[str], None],
    leave: Callable[[str], None],
    owners: Callable[[], Mapping[str, Visitor]],
    tasks: Supervisor,
) -> None:
    """Until cancelled: unwatched runs leave memory; the longest unused ones leave the disk when it is full."""
    store, limits = saver.store, saver.store.limits
    trimmed = resident()
    while True:
        await asyncio.sleep(min(30.0, limits.idle_s / 4))
        now, count = time.monotonic(), len(live_runs)
        for name, live_run in list(live_runs.items()):
            if live_run.listeners:
                live_run.unwatched = math.inf
                continue
            live_run.unwatched = min(live_run.unwatched, now)
            if now - live_run.unwatched > limits.background_s:
                live_run.background = False
            if not live_run.busy and now - live_run.unwatched > limits.idle_s:
                leave(name)
        if len(live_runs) < count or resident() > GROWN * trimmed:  # some of it may be free
            await asyncio.to_thread(trim)
            trimmed = resident()
        await tasks.attempt("freeing", partial(saver.in_thread, store.clear))
        surplus = await saver.in_thread(store.folder.surplus, _in_use(live_runs), owners())
        for name in surplus:
            if name not in _in_use(live_runs):  # somebody may have come meanwhile
                forget(name)


async def keep_copies(live_runs: Mapping[str, LiveRun], saver: Saver, copies: Copies) -> None:
    """Until cancelled: runs that are paused or done are copied, and once a minute those that train. A run of another
    server is copied by that one; one of a server that was killed is nobody's, and is copied by whoever is first."""

    def trains(name: str) -> bool:
        return name in live_runs and live_runs[name].active

    while True:
        await asyncio.sleep(COPIES_S)
        for name in await saver.in_thread(copies.changed, trains):
            with copies.owners.kept(name) as mine:
                if mine:
                    await saver.unwritten(name, partial(copies.copy, name))


def _in_use(live_runs: Mapping[str, LiveRun]) -> set[str]:
    return {
        name for name, live_run in live_runs.items() if live_run.listeners or live_run.active or live_run.pending_writes
    }
