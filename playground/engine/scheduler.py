"""Computes runs chunk by chunk, each on the worker that has it cached. A crash loses nothing."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from typing import Any, NamedTuple

from playground.core.contract import SOLVER, Frame, Progress
from playground.core.errors import UserError
from playground.core.i18n import N_

from .executors import Slot
from .limits import Limits
from .live_run import LiveRun
from .run import Run
from .store import Store
from .worker import NotCached, run_chunk

log = logging.getLogger(__name__)

MAX_CRASHES = 6
"""Workers that one chunk may end before its run is stopped. The first chunk on a restarting worker waits for imports
and may be blamed for an unrelated crash: of 20 runs under random SIGKILLs two met three such crashes in a row."""


class PastStep(NamedTuple):
    """A step of a run's past, computed again."""

    step: int
    state: bytes
    frame: Frame


class Scheduler:
    """Moves runs forward. One chunk of each run is in flight; executors serve first come, first served."""

    def __init__(self, limits: Limits, slots: list[Slot], store: Store, active: Callable[[], int]):
        self.limits, self.slots, self.store, self.active = limits, slots, store, active
        self.writer = ThreadPoolExecutor(1, thread_name_prefix="store")

    async def run(self, live_run: LiveRun) -> None:
        """Chunk after chunk, while there is something to do and the run is watched."""
        run = live_run.run
        slot = self._assign_slot(live_run)
        last = due = time.monotonic()
        try:
            while not run.stopped:
                live_run.apply_changes()
                waiting = live_run.queued_steps or live_run.redraw or run.newest is None
                if live_run.playing and live_run.speed and not waiting:
                    due = max(due, time.monotonic() - 0.5)
                    if not await _until(due, live_run.commanded):
                        continue
                async with live_run.turn():
                    budget = live_run.next_work(self.limits, len(self.slots), self.active())
                    progress = None if budget is None else await self._chunk(live_run, slot, budget)
                if progress is None:
                    break
                now, done = time.monotonic(), progress.step - run.step
                if live_run.speed:
                    due += done / live_run.speed
                live_run.pending_writes += 1
                try:
                    run.add(progress)
                    _note_divergence(run, progress)
                    await self.save(run)
                finally:
                    live_run.pending_writes -= 1
                fresh = done / max(now - last, 1e-3)
                live_run.rate = 0.8 * live_run.rate + 0.2 * fresh if live_run.rate else fresh
                last, live_run.overhead_s = now, progress.seconds - progress.stepping
                live_run.notify()
                slot = self._rebalance(live_run, slot)
        finally:
            live_run.playing = live_run.playing and not run.stopped
            live_run.rate = 0.0
            self.leave(live_run)
            live_run.task = None
            live_run.notify()

    async def recompute(self, run: Run, step: int) -> PastStep:
        """State and frame of exactly this step: recomputed from the nearest state before it."""
        slot = min(self.slots, key=lambda s: len(s.runs))
        progress = await slot.call(run_chunk, run.chunk_at(step, want_state=True))
        assert progress.state is not None and progress.frame is not None  # both were asked for
        return PastStep(progress.step, progress.state, progress.frame)

    def save_and_notify(self, live_run: LiveRun) -> Coroutine[Any, Any, None]:
        """Write a run that no chunk will write now, then notify its viewers. They are held back from this call on."""
        live_run.pending_writes += 1
        return self._save_and_notify(live_run)

    async def _save_and_notify(self, live_run: LiveRun) -> None:
        try:
            await self.save(live_run.run)
        finally:
            live_run.pending_writes -= 1
        live_run.notify()

    async def save(self, run: Run) -> None:
        """Write what is new. Only what is on disk is reported to browsers."""
        saving, events = self.store.saving(run), len(run.events)
        try:
            await asyncio.get_running_loop().run_in_executor(self.writer, self.store.write, saving)
        except Exception:
            self.store.forget_written(run.id)
            raise
        run.written = events

    async def _chunk(self, live_run: LiveRun, slot: Slot, budget: dict[str, Any]) -> Progress | None:
        """Compute a chunk; if the worker is lost, again on a new one from the state in hand."""
        run, lost = live_run.run, 0
        while True:
            executor, future = slot.executor, None
            try:
                chunk = run.next_chunk(cached=live_run.cached, **budget)
                future = slot.submit(run_chunk, chunk)
                progress = await asyncio.wrap_future(future)
                live_run.cached = True
                return progress
            except NotCached:
                live_run.cached = False
            except BrokenExecutor:
                slot.restart(executor)
                lost += slot.is_to_blame(future)
                live_run.cached = False
                live_run.notify(N_("A worker was restarted; nothing was lost."))
                if lost == MAX_CRASHES:
                    run.stopped = (
                        N_(
                            "The run was stopped because {count} workers crashed while training it. Its last state is "
                            "kept."
                        ),
                        {"count": lost},
                    )
                    return None
            except UserError as refusal:
                run.stopped = (refusal.template, refusal.values)
                return None
            except Exception as error:  # a defect in a family must not take the server with it
                log.exception("run %s", run.id)
                run.stopped = (
                    N_("The run was stopped by an internal error ({kind}). Its last state is kept."),
                    {"kind": type(error).__name__},
                )
                return None

    def _assign_slot(self, live_run: LiveRun) -> Slot:
        """The slot that the run had, unless another worker has less to do."""
        least = min(self.slots, key=lambda s: len(s.runs))
        if live_run.slot is None or len(live_run.slot.runs) > len(least.runs):
            live_run.slot, live_run.cached = least, False
        live_run.slot.runs.add(live_run.run.id)
        return live_run.slot

    def leave(self, live_run: LiveRun) -> None:
        """The run is not active any more; its experiment stays cached in the worker while there is room."""
        if live_run.slot is not None:
            live_run.slot.runs.discard(live_run.run.id)

    def _rebalance(self, live_run: LiveRun, slot: Slot) -> Slot:
        """Move to a worker with less to do when the state in hand is fresh, so that moving is free."""
        least = min(self.slots, key=lambda s: len(s.runs))
        if live_run.run.state_step == live_run.run.step and len(slot.runs) - len(least.runs) >= 2:
            self.leave(live_run)
            return self._assign_slot(live_run)
        return slot


async def _until(due: float, commanded: asyncio.Event) -> bool:
    """Wait until `due`; False if a command came before."""
    commanded.clear()
    try:
        async with asyncio.timeout(max(0.0, due - time.monotonic())):
            await commanded.wait()
        return False
    except TimeoutError:
        return True


def _note_divergence(run: Run, progress: Progress) -> None:
    if progress.divergence is not None and progress.divergence.quantity == SOLVER:
        template, values = progress.divergence.reason
        run.stopped = (template, {**values, "kept": progress.step})
    elif progress.divergence is not None:
        run.stopped = (
            N_(
                "{quantity} is no longer a finite number at step {step}: training diverged. The run stopped at step "
                "{kept}, the last finite state. Rewind and lower the learning rate, or reset."
            ),
            {"quantity": progress.divergence.quantity, "step": progress.divergence.step, "kept": progress.step},
        )
