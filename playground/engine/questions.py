"""Questions to a model while it trains: answered by the worker that has it alive, between two chunks."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from playground.core.contract import Chunk

from .executors import Slot
from .live_run import LiveRun
from .scheduler import Scheduler
from .visitor import Visitor
from .worker import DeviceFull, NotCached, respond
from .workers import Workers

Answer = tuple[int, dict[str, np.ndarray]]
"""(step at which it was true, named arrays)"""


async def ask(
    scheduler: Scheduler, live_run: LiveRun, step: int | None, question: Mapping[str, np.ndarray], visitor: Visitor
) -> Answer:
    """The answer of a run at a step of its past, or of its newest (None): of the living model where there is one."""
    run = live_run.run
    if live_run.cached and live_run.slot is not None and step in (None, run.step) and run.step > 0:
        try:
            living = Chunk(run.id, run.family, {}, run.step, None)
            return await ask_worker(scheduler.workers, visitor, living, question, live_run.slot)
        except (NotCached, DeviceFull):
            pass  # it was moved or put away meanwhile: the state in hand knows as much
    while True:
        past = await scheduler.recompute(live_run, run.step if step is None else step, visitor)
        chunk = replace(run.chunk_at(past.step, want_state=True), state=past.state)
        try:
            return await ask_worker(scheduler.workers, visitor, chunk, question, past.slot)
        except DeviceFull:
            if run.on_processor:
                raise
            scheduler.leave_gpu(live_run)
            live_run.past = None


async def ask_worker(
    workers: Workers, visitor: Visitor, chunk: Chunk, question: Mapping[str, np.ndarray], slot: Slot
) -> Answer:
    """Have a worker answer in the visitor's next turn; one that died is replaced and asked again, when its state
    travels along."""
    return await workers.call(visitor, respond, chunk, question, slot=slot)
