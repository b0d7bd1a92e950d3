"""Computes runs chunk by chunk, each on the worker that has it cached, in turns. A crash loses nothing."""

import asyncio
import errno
import logging
import os
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from typing import Any

from playground.core.contract import SOLVER, Progress
from playground.core.errors import UserError
from playground.core.i18n import N_

from .compiled import COMPILE_S
from .disk import FULL
from .executors import Inline, Slot, TookTooLong
from .gpus import GPU_FULL
from .limits import Limits
from .live_run import LiveRun, PastStep
from .run import Run
from .saver import Saver
from .telemetry import Telemetry
from .visitor import Visitor
from .worker import DeviceFull, NotCached, recompute, run_chunk
from .workers import PREPARE_S, Workers

log = logging.getLogger(__name__)

HELD_UP = 3.0
"""A chunk that took longer than this multiple of its computing was held up by the system, which is not charged: in a
class of sixty one such chunk cost its visitor the turns of ten seconds."""
PREPARED_S = 0.3
"""Charged at most for a chunk in which a worker or a model gets ready."""
MAX_CRASHES = 6
"""Workers that one chunk may end before its run is stopped. The first chunk on a restarting worker waits for imports
and may be blamed for an unrelated crash: of 20 runs under random SIGKILLs two met three such crashes in a row."""


TOO_LONG = N_(
    "One step, or its picture, takes longer than this server allows ({seconds} s). The run was stopped; its last state "
    "is kept. Choose a smaller model or fewer samples."
)


class Scheduler:
    """Moves runs forward. One chunk of each run is in flight."""

    def __init__(self, limits: Limits, workers: Workers, saver: Saver, active: Callable[[], int], telemetry: Telemetry):
        self.limits, self.workers, self.saver, self.active = limits, workers, saver, active
        self.telemetry = telemetry

    async def run(self, live_run: LiveRun) -> None:
        """Chunk after chunk, while there is something to do and the run is watched."""
        run = live_run.run
        try:
            slot = self._assign_slot(live_run)
        except UserError as refusal:  # it is compiled, and this server does not compile any more
            live_run.playing = live_run.redraw = False
            live_run.queued_steps.clear()
            live_run.task = None
            live_run.notify(refusal.template)
            return
        last = due = time.monotonic()
        saving: asyncio.Task[None] | None = None
        behind = False
        try:
            while not run.stopped:
                waiting = live_run.queued_steps or live_run.redraw or run.newest is None
                if live_run.playing and live_run.speed and not waiting:
                    due = max(due, time.monotonic() - 0.5)
                    if not await _until(due, live_run.commanded):
                        continue
                if saving is not None and (behind or isinstance(slot.executor, Inline)):
                    await saving  # so that viewers have the time of a chunk to see what was written
                async with live_run.turn():
                    progress = await self._turn(live_run, slot)
                if saving is not None:  # the chunk was computed while the one before it was written
                    behind = not saving.done()
                    await saving
                if run.stopped or (progress is None and not live_run.has_work):
                    break
                if progress is None:
                    continue
                slot = live_run.slot or slot
                now, done = time.monotonic(), progress.step - run.step
                if live_run.speed:
                    due += done / live_run.speed
                run.add(progress)
                live_run.computed_at = now
                self.telemetry.chunks.inc()
                self.telemetry.steps.inc(max(0, done))
                _note_divergence(run, progress)
                saving = asyncio.create_task(self.save_and_notify(live_run))
                fresh = done / max(now - last, 1e-3)
                live_run.rate = 0.8 * live_run.rate + 0.2 * fresh if live_run.rate else fresh
                last, live_run.overhead_s = now, progress.seconds - progress.stepping
                slot = self._rebalance(live_run, slot)
        except UserError as busy:
            live_run.playing = False
            live_run.notify(busy.template)
        finally:
            try:
                if saving is not None:
                    await saving
            finally:
                self.workers.shares.not_back(live_run.visitor, self.workers.line(slot))
                live_run.playing = live_run.playing and not run.stopped
                live_run.rate = 0.0
                self.leave(live_run)
                live_run.task = None
                live_run.notify()

    async def recompute(self, live_run: LiveRun, step: int, visitor: Visitor) -> PastStep:
        """State and frame of exactly this step: recomputed from the nearest state before it, in as many turns as that
        takes."""
        run = live_run.run
        known, events = live_run.past, tuple(event for event in run.events if event.step <= step)
        if known is not None and (known.step, known.events) == (step, events):
            return known
        chunk, slot = run.chunk_at(step, want_state=True), self.workers.idlest(run.placed)
        allowed = self._allowed(live_run, slot, prepared=False)
        while True:
            try:
                done = await self.workers.call(
                    visitor, recompute, chunk, self.limits.slice_high_s, slot=slot, seconds=allowed
                )
            except DeviceFull:
                return await self.recompute(self.leave_gpu(live_run), step, visitor)
            if not isinstance(done, Progress):
                chunk = replace(chunk, state=done)
                continue
            assert done.state is not None and done.frame is not None  # both were asked for
            live_run.past = PastStep(done.step, done.state, done.frame, slot, events)
            return live_run.past

    def save_and_notify(self, live_run: LiveRun) -> Coroutine[Any, Any, None]:
        """Write a run that no chunk will write now, then notify its viewers. They are held back from this call on."""
        live_run.pending_writes += 1
        return self._save_and_notify(live_run)

    async def _save_and_notify(self, live_run: LiveRun) -> None:
        try:
            await self.saver.save_in_the_end(live_run)
        finally:
            live_run.pending_writes -= 1
        live_run.notify()

    async def _turn(self, live_run: LiveRun, slot: Slot) -> Progress | None:
        """Wait for a turn and do what is to be done then; None: there was nothing, or the run was stopped."""
        moves = slot in self.workers.slots and not slot.gpu
        # the first chunk of a family on a worker waits for imports
        long = live_run.long or live_run.run.family not in slot.traced
        async with self.workers.turn(live_run.visitor, slot, live_run.rank, moves=moves, long=long) as given:
            if given is None:
                return None
            live_run.apply_changes()
            budget = live_run.next_work(self.limits, len(self._slots(live_run)), self.active())
            if budget is None:
                return None
            if given.slot is not slot:
                self._move(live_run, given.slot)
            begins, cold = live_run.run.step == 0, live_run.run.family not in given.slot.traced
            began = time.monotonic()
            progress = await self._chunk(live_run, given.slot, budget)
            given.turn.seconds = time.monotonic() - began
            if progress is not None:
                given.turn.seconds = min(given.turn.seconds, HELD_UP * progress.computed)
            if begins or cold:
                given.turn.seconds = min(given.turn.seconds, PREPARED_S)
            if cold:  # imports and tracing serve all: the first of a class would wait minutes for them
                given.turn.seconds /= max(1, self.active())
            given.turn.returns = live_run.playing and live_run.speed is None
            return progress

    async def _chunk(self, live_run: LiveRun, slot: Slot, budget: dict[str, Any]) -> Progress | None:
        """Compute a chunk; if the worker is lost, again on a new one from the state in hand."""
        run, lost, full = live_run.run, 0, 0
        while True:
            executor, future = slot.executor, None
            try:
                chunk = run.next_chunk(cached=live_run.cached, **budget)
                future = slot.submit(run_chunk, chunk)
                ready = live_run.cached and live_run.prepared == (executor, len(run.events))
                progress = await slot.result(future, executor, self._allowed(live_run, slot, ready))
                live_run.cached = True
                if progress.step > run.step:
                    slot.traced.add(run.family)
                    live_run.prepared = executor, len(run.events)
                return progress
            except NotCached:
                live_run.cached = False
            except DeviceFull:  # at first others may have filled it: they have given all back
                live_run.cached, full = False, full + 1
                if full > 1:
                    slot = self._assign_slot(self.leave_gpu(live_run))
            except TookTooLong:
                live_run.cached = False
                run.stopped = (TOO_LONG, {"seconds": f"{self.limits.longest_turn_s:g}"})
                return None
            except BrokenExecutor:
                slot.restart(executor)
                lost += slot.is_to_blame(future)
                live_run.cached = False
                live_run.notify(N_("A worker was restarted; nothing was lost."))
                if lost == MAX_CRASHES:
                    run.stopped = (
                        N_(
                            "The run was stopped because {count:worker|workers} crashed while training it. Its last "
                            "state is kept."
                        ),
                        {"count": lost},
                    )
                    return None
            except UserError as refusal:
                run.stopped = (refusal.template, refusal.values)
                return None
            except Exception as error:  # a defect in a family must not take the server with it
                if os.strerror(errno.ENOSPC) in str(error):  # what a compiler writes; the run goes on when asked to
                    log.error("run %s: %s", run.id, error)
                    raise UserError(FULL) from None
                log.exception("run %s", run.id)
                run.stopped = (
                    N_("The run was stopped by an internal error ({kind}). Its last state is kept."),
                    {"kind": type(error).__name__},
                )
                return None

    def _allowed(self, live_run: LiveRun, slot: Slot, prepared: bool) -> float:
        """Seconds that a chunk may take: it is given a fraction of that, and ends with the step under way."""
        if prepared:
            return self.limits.longest_turn_s
        return self.limits.longest_turn_s + (PREPARE_S if slot in self.workers.slots else COMPILE_S)

    def _slots(self, live_run: LiveRun) -> list[Slot]:
        """The workers that may compute it."""
        return self.workers.slots_for(live_run.run.placed)

    def leave_gpu(self, live_run: LiveRun) -> LiveRun:
        """A run goes on with the processor: the memory of the GPU is not enough for it."""
        self.leave(live_run)
        live_run.run.on_processor, live_run.slot, live_run.cached = True, None, False
        live_run.notify(GPU_FULL)
        return live_run

    def _move(self, live_run: LiveRun, slot: Slot) -> None:
        """Another worker is free."""
        self.leave(live_run)
        live_run.slot, live_run.cached = slot, False
        slot.runs.add(live_run.run.id)

    def _assign_slot(self, live_run: LiveRun) -> Slot:
        """The slot that the run had, unless another worker has less to do."""
        slots = self._slots(live_run)
        least = min(slots, key=lambda s: len(s.runs))
        if live_run.slot not in slots or len(live_run.slot.runs) > len(least.runs):
            live_run.slot, live_run.cached = least, False
        live_run.slot.runs.add(live_run.run.id)
        return live_run.slot

    def leave(self, live_run: LiveRun) -> None:
        """The run is not active any more; its experiment stays cached in the worker while there is room."""
        if live_run.slot is not None:
            live_run.slot.runs.discard(live_run.run.id)

    def _rebalance(self, live_run: LiveRun, slot: Slot) -> Slot:
        """Move to a worker with less to do when the state in hand is fresh, so that moving is free."""
        least = min(self._slots(live_run), key=lambda s: len(s.runs))
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
