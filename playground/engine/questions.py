"""Questions to a model while it trains: answered by the worker that has it alive, between two chunks."""

from collections.abc import Mapping

import numpy as np

from playground.core.contract import Chunk

from .executors import Slot
from .live_run import LiveRun
from .worker import NotCached, respond

Answer = tuple[int, dict[str, np.ndarray]]
"""(step at which it was true, named arrays)"""


async def ask(slots: list[Slot], live_run: LiveRun, step: int | None, question: Mapping[str, np.ndarray]) -> Answer:
    """The answer of a run at a step of its past, or of its newest (None): of the living model where there is one."""
    run, slot = live_run.run, live_run.slot or slots[0]
    if live_run.cached and (step is None or step == run.step) and run.step > 0:
        try:
            return await ask_worker(slot, Chunk(run.id, run.family, {}, run.step, None), question)
        except NotCached:
            pass  # it was moved or put away meanwhile: the state in hand knows as much
    return await ask_worker(slot, run.chunk_at(run.step if step is None else step, want_state=False), question)


async def ask_worker(slot: Slot, chunk: Chunk, question: Mapping[str, np.ndarray]) -> Answer:
    """Have a worker answer; one that died is replaced and asked again, when its state travels along."""
    return await slot.call(respond, chunk, question)
