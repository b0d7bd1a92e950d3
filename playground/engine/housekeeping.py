"""Background tasks of the server: preparing workers in advance, removing unused runs from memory and disk."""

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor

from playground.core.registry import FAMILIES

from .caps import Caps
from .controls import RunControls
from .executors import Processes, Slot
from .live_run import LiveRun
from .memory import trim
from .rates import measure_rates
from .shares import BACKGROUND
from .step_cost import StepCosts
from .store import Store
from .visitor import SERVER, Visitor
from .worker import warm_up
from .workers import Workers

WARM_UP_RETRY_S = 2.0
"""Seconds between two checks whether a busy worker is free to prepare another family."""
SPARE_S, MEMORY_S = 1.0, 5.0


async def warm_up_worker(
    workers: Workers, slot: Slot, anyone_watching: Callable[[], bool], step_costs: StepCosts
) -> None:
    """Learn how fast a worker is, and let it import and trace each family before the first visitor waits for it, while
    no run is watched."""
    try:
        async with workers.turn(SERVER, slot):
            step_costs.learn(await asyncio.wrap_future(slot.submit(measure_rates)))
        for name in FAMILIES:
            while slot.runs or anyone_watching():
                await asyncio.sleep(WARM_UP_RETRY_S)
            async with workers.turn(SERVER, slot, rank=lambda: BACKGROUND):
                await asyncio.wrap_future(slot.submit(warm_up, name))
    except BrokenExecutor:
        pass  # the next caller that needs the worker restarts it


async def keep_spare(processes: Processes, slots: Sequence[Slot]) -> None:
    """Until cancelled: have a worker in reserve, once those at work have started."""
    while True:
        if all(slot.started for slot in slots):
            await asyncio.to_thread(processes.prepare_spare)
        await asyncio.sleep(SPARE_S)


async def keep_memory(caps: Caps, controls: RunControls) -> None:
    """Until cancelled: runs leave memory where all together take too much."""
    while True:
        await asyncio.sleep(MEMORY_S)
        surplus = caps.surplus_in_memory()
        for live_run in surplus:
            live_run.background = False
            controls.pause(live_run)
            if not live_run.active:  # else at the next look
                caps.live_runs.pop(live_run.run.id, None)
        if surplus:
            trim()


async def remove_unused(
    live_runs: dict[str, LiveRun],
    store: Store,
    writer: Executor,
    forget: Callable[[str], None],
    owners: Callable[[], Mapping[str, Visitor]],
) -> None:
    """Until cancelled: unwatched runs leave memory; the longest unused ones leave the disk when it is full."""
    limits = store.limits
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
            if not live_run.active and now - live_run.unwatched > limits.idle_s:
                del live_runs[name]
        if len(live_runs) < count:
            trim()
        in_use = {name for name, live_run in live_runs.items() if live_run.listeners or live_run.active}
        for name in await asyncio.get_running_loop().run_in_executor(writer, store.make_room, in_use, owners()):
            forget(name)
