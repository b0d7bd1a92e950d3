"""How runs get computed: chunk after chunk, each run at home on a worker, none of it lost when one dies."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from typing import Any

from playground.core.contract import Progress
from playground.core.errors import UserError
from playground.core.i18n import N_

from .executors import Slot
from .limits import Limits
from .live_run import Activity
from .run import Run
from .store import Store
from .worker import Lost, work

log = logging.getLogger(__name__)

TRIES = 6
"""Workers that one chunk may end before its run is stopped. Who is first in a new worker's line waits for its imports
there, and is easily blamed for a death from elsewhere: of 20 runs under random SIGKILLs two met three in a row."""


class Pump:
    """Moves runs forward. One chunk of each run is in flight; executors serve first come, first served."""

    def __init__(self, limits: Limits, slots: list[Slot], store: Store, active: Callable[[], int]):
        self.limits, self.slots, self.store, self.active = limits, slots, store, active
        self.writer = ThreadPoolExecutor(1, thread_name_prefix="store")

    async def run(self, activity: Activity) -> None:
        """Chunk after chunk, while there is something to do and somebody to do it for."""
        run = activity.run
        self._settle(activity)
        last = due = time.monotonic()
        try:
            while not run.stopped:
                activity.apply_pending()
                if activity.playing and activity.speed and not activity.wanted and run.newest is not None:
                    due = max(due, time.monotonic() - 0.5)
                    if not await _until(due, activity.nudge):
                        continue
                async with activity.turn():
                    budget = activity.budget(self.limits, len(self.slots), self.active())
                    progress = None if budget is None else await self._chunk(activity, budget)
                if progress is None:
                    break
                now, done = time.monotonic(), progress.step - run.step
                if activity.speed:
                    due += done / activity.speed
                activity.unsaved += 1
                try:
                    run.take(progress)
                    _ended(run, progress)
                    await self.save(run)
                finally:
                    activity.unsaved -= 1
                fresh = done / max(now - last, 1e-3)
                activity.rate = 0.8 * activity.rate + 0.2 * fresh if activity.rate else fresh
                last, activity.aside = now, progress.seconds - progress.stepping
                activity.tell()
                self._rebalance(activity)
        finally:
            activity.playing = activity.playing and not run.stopped
            activity.rate = 0.0
            self.leave(activity)
            activity.pump = None
            activity.tell()

    async def look(self, run: Run, step: int) -> Progress:
        """Exactly what was at a step, state and frame: recomputed from the nearest state before it."""
        slot = min(self.slots, key=lambda s: len(s.runs))
        return await slot.surely(work, run.look(step, want_state=True))

    async def save(self, run: Run) -> None:
        """Nobody is told of what is not on disk."""
        saving, events = self.store.saving(run), len(run.events)
        await asyncio.get_running_loop().run_in_executor(self.writer, self.store.write, saving)
        run.written = events

    async def _chunk(self, activity: Activity, budget: dict[str, Any]) -> Progress | None:
        """Have a chunk done; a lost worker is replaced and asked again from the state in hand."""
        run, lost = activity.run, 0
        while True:
            executor, future = activity.slot.executor, None
            try:
                chunk = run.chunk(home=activity.at_home, **budget)
                future = activity.slot.submit(work, chunk)
                progress = await asyncio.wrap_future(future)
                activity.at_home = True
                return progress
            except Lost:
                activity.at_home = False
            except BrokenExecutor:
                activity.slot.renew(executor)
                lost += activity.slot.blames(future)
                activity.at_home = False
                activity.tell(N_("A worker had to be replaced; nothing was lost."))
                if lost == TRIES:
                    run.stopped = (
                        N_("The run was stopped: it ended {count} workers. Its last state is kept."),
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

    def _settle(self, activity: Activity) -> None:
        """Give the run a home: the one it had, unless another worker has less to do."""
        least = min(self.slots, key=lambda s: len(s.runs))
        if activity.slot is None or len(activity.slot.runs) > len(least.runs):
            activity.slot, activity.at_home = least, False
        activity.slot.runs.add(activity.run.id)

    def leave(self, activity: Activity) -> None:
        """The run is not active any more; its experiment stays alive at home while there is room."""
        if activity.slot is not None:
            activity.slot.runs.discard(activity.run.id)

    def _rebalance(self, activity: Activity) -> None:
        """Move to a worker with less to do when the state in hand is fresh, so that moving is free."""
        least = min(self.slots, key=lambda s: len(s.runs))
        if activity.run.state_step == activity.run.step and len(activity.slot.runs) - len(least.runs) >= 2:
            self.leave(activity)
            self._settle(activity)


async def _until(due: float, nudge: asyncio.Event) -> bool:
    """Wait for a moment; False if something else was asked before."""
    nudge.clear()
    try:
        async with asyncio.timeout(max(0.0, due - time.monotonic())):
            await nudge.wait()
        return False
    except TimeoutError:
        return True


def _ended(run: Run, progress: Progress) -> None:
    if progress.divergence is not None:
        run.stopped = (
            N_(
                "{quantity} stopped being a number at step {step}: the training diverged. It was stopped at step "
                "{kept}, the last good state. Rewind and lower a learning rate, or reset."
            ),
            {"quantity": progress.divergence.quantity, "step": progress.divergence.step, "kept": progress.step},
        )
