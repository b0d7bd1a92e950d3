"""The runs of this server and who looks at them.

A run advances while somebody watches it, or its owner asked it to go on. Limits live here.
Every method belongs to the server's event loop.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from typing import Any

import numpy as np

from playground.core.config import Config, differences, only_live, parse
from playground.core.contract import Progress
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import FAMILIES, family

from . import questions
from .arena_jobs import measure_run
from .executors import Inline, Slot
from .limits import Limits
from .live_run import LiveRun
from .memory import trim
from .questions import Answer
from .run import Run, fork, owner_hash, start
from .scheduler import Scheduler
from .store import Store
from .worker import warm_up

WARM_S = 2.0
"""How often a worker that is in use is looked at again, whether it has the time to get ready for another family."""


class Hub:
    """Finds, makes, commands and forgets runs."""

    def __init__(self, limits: Limits, slots: list[Slot], store: Store):
        self.limits, self.slots, self.store = limits, slots, store
        self.live_runs: dict[str, LiveRun] = {}
        self.scheduler = Scheduler(limits, slots, store, lambda: sum(a.active for a in self.live_runs.values()))
        self._tasks: set[asyncio.Task] = set()
        self._owned: dict[str, dict[str, str]] = {}
        """owner -> {run: settings it can be found by}, the oldest first"""
        self._cells: set[str] = set()
        """Runs that belong to a grid of sweeps."""
        self._summaries: dict[str, Run] = {}
        """What was read of runs that are not in memory."""

    async def open(self) -> None:
        """Find the runs of an earlier server; start workers ahead of the first visitor."""
        for about in self.store.abouts():
            config = _present(about["family"], about["config"])
            findable = config is not None and _untouched(about["events"], about["parent"])
            found = f"{about['family']} {config.model_dump()}" if findable else ""
            self._owned.setdefault(about["owner"], {})[about["id"]] = found
            if about.get("cell"):
                self._cells.add(about["id"])
        for slot in self.slots:
            if not isinstance(slot.executor, Inline):
                self._spawn(self._warm(slot))
        self._spawn(self._housekeeping())

    async def close(self) -> None:
        """End the workers; everything that anybody was told is on disk."""
        for task in list(self._tasks):
            task.cancel()
        for task in list(self._tasks):
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self.scheduler.writer.shutdown()
        for slot in self.slots:
            slot.close()

    async def _warm(self, slot: Slot) -> None:
        """Have a worker import and trace before anybody waits for it: only while nobody looks at a run."""
        executor = slot.executor
        with contextlib.suppress(BrokenExecutor):  # who needs the worker renews it
            for name in FAMILIES:
                while slot.runs or any(live_run.listeners for live_run in self.live_runs.values()):
                    await asyncio.sleep(WARM_S)
                await asyncio.wrap_future(executor.submit(warm_up, name))

    def _spawn(self, work) -> asyncio.Task:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # finding and making

    def get(self, name: str) -> LiveRun:
        """The run of that id, from memory or disk; `UserError` if it is gone."""
        if name not in self.live_runs:
            run = self.store.load(name)
            if run is None:
                raise UserError(N_("There is no run '{name}' here (any more)."), name=name)
            self.live_runs[name] = LiveRun(run)
            self._summaries.pop(name, None)
        return self.live_runs[name]

    def find(self, token: str, name: str, config: Config) -> LiveRun | None:
        """The visitor's latest run that began with these settings and was not changed by hand."""
        return next(self.alike(token, name, config), None)

    def alike(self, token: str, name: str, config: Config) -> Iterator[LiveRun]:
        """All such runs, the latest first."""
        wanted = f"{name} {config.model_dump()}"
        for run, found in reversed([*self._owned.get(owner_hash(token), {}).items()]):
            if found == wanted:
                yield self.get(run)

    def runs_of(self, token: str, name: str) -> list[Run]:
        """The visitor's runs of a family, the oldest first; those not in memory without their timelines."""
        runs = []
        for run in self._owned.get(owner_hash(token), {}):
            live_run = self.live_runs.get(run)
            found = live_run.run if live_run is not None else self._summaries.get(run) or self.store.summary(run)
            if found is not None and live_run is None:
                self._summaries[run] = found
            if found is not None and found.family == name:
                runs.append(found)
        return runs

    def begin(self, token: str, name: str, config: Config, cell: bool = False) -> LiveRun:
        """A new run of the visitor at step 0, or a `cell` of a grid, which keeps less of its past; beyond the
        visitor's number of runs the oldest goes."""
        run = start(name, config, owner_hash(token), self.limits.of_a_cell() if cell else self.limits)
        run.cell = cell
        live_run = self._add(run)
        self._keep(live_run)  # whoever is told its name finds it again
        return live_run

    def _keep(self, live_run: LiveRun) -> None:
        """Write a run that no chunk will write now; then its viewers are told."""

        async def keep() -> None:
            try:
                await self.scheduler.save(live_run.run)
            finally:
                live_run.pending_writes -= 1
            live_run.notify()

        live_run.pending_writes += 1
        self._spawn(keep())

    async def adopt(self, run: Run) -> LiveRun:
        """Take in a run that came as a file; it is on disk before anybody hears of it."""
        live_run = self._add(run)
        await self.scheduler.save(run)
        return live_run

    def _add(self, run: Run) -> LiveRun:
        mine = self._owned.setdefault(run.owner, {})
        alike = [name for name in mine if (name in self._cells) == run.cell]
        spare = [name for name in alike if name not in self.live_runs or not self.live_runs[name].listeners]
        most = self.limits.cells if run.cell else self.limits.runs_per_visitor
        for name in spare[: max(0, len(alike) + 1 - most)]:
            self.forget(name)
        if run.cell:
            self._cells.add(run.id)
        mine[run.id] = f"{run.family} {run.config.model_dump()}" if _untouched(run.events, run.parent) else ""
        self.live_runs[run.id] = LiveRun(run)
        return self.live_runs[run.id]

    def forget(self, name: str) -> None:
        """Remove a run from memory and disk."""
        live_run = self.live_runs.pop(name, None)
        if live_run is not None:
            live_run.playing = False
            if live_run.measuring is not None:
                live_run.measuring.cancel()
            self.scheduler.leave(live_run)
        self._cells.discard(name)
        for mine in self._owned.values():
            mine.pop(name, None)
        self._summaries.pop(name, None)
        self.store.delete(name)

    async def delete(self, live_run: LiveRun) -> None:
        """Forget a run that somebody may be looking at, or that is under way: it stops, and cannot go on."""
        self.pause(live_run)
        live_run.run.stopped = (N_("This run was deleted."), {})
        if live_run.task is not None:  # what it still writes must not bring its folder back
            await asyncio.wait([live_run.task])
        self.forget(live_run.run.id)
        for other in [live_run, *self.live_runs.values()]:  # those who look at other runs of this visitor
            if other.run.owner == live_run.run.owner:
                other.notify()

    # commands

    def play(self, live_run: LiveRun) -> None:
        """Go on while somebody watches; `UserError` if the run cannot."""
        if live_run.run.stopped:
            template, values = live_run.run.stopped
            raise UserError(template, **values)
        live_run.playing = True
        self.wake(live_run)

    def pause(self, live_run: LiveRun) -> None:
        """Stop after the chunk in flight."""
        live_run.playing = False
        live_run.commanded.set()
        live_run.notify()

    def step(self, live_run: LiveRun, part: str | None) -> None:
        """Do one step, or one part of one; `UserError` if there is no such part."""
        parts = type(live_run.run.config).parts
        if part is not None and part not in parts:
            raise UserError(
                N_("A step has no part '{part}'; it has: {parts}."), part=part, parts=", ".join(parts) or "—"
            )
        if live_run.run.stopped:
            template, values = live_run.run.stopped
            raise UserError(template, **values)
        if part is not None:
            self._owned.get(live_run.run.owner, {})[live_run.run.id] = ""
        if len(live_run.queued_steps) < 100:
            live_run.queued_steps.append(part)
        self.wake(live_run)

    def change(self, live_run: LiveRun, config: Config) -> bool:
        """Take over changed settings from the next chunk on, if all of them are live; else False."""
        changes = differences(live_run.config_now(), config)
        if not only_live(type(config), changes):
            return False
        if changes:
            self._owned.get(live_run.run.owner, {})[live_run.run.id] = ""
            live_run.pending_changes.update(changes)
            if not live_run.active:
                live_run.apply_changes()
                self._keep(live_run)
            live_run.notify()
        return True

    def measure(self, live_run: LiveRun) -> None:
        """Have a contestant of the arena measured where it stands, unless it is, or is about to be."""
        known = live_run.run.measurement
        if (
            (known is None or known["steps"] != live_run.run.step)
            and not live_run.run.stopped
            and (live_run.measuring is None or live_run.measuring.done())
        ):
            live_run.measuring = self._spawn(measure_run(self.scheduler, live_run))

    def wake(self, live_run: LiveRun) -> None:
        """See that the run is pumped if there is anything to do."""
        live_run.commanded.set()
        if not live_run.active and (live_run.playing or live_run.queued_steps or live_run.run.newest is None):
            live_run.task = self._spawn(self.scheduler.run(live_run))
        live_run.notify()

    async def look(self, live_run: LiveRun, step: int) -> Progress:
        """Exactly what was at a step; `UserError` if the run has not come there."""
        if step > live_run.run.step:
            raise UserError(
                N_("The run has not come to step {step} yet; it stands at {head}."), step=step, head=live_run.run.step
            )
        return await self.scheduler.look(live_run.run, step)

    async def ask(self, live_run: LiveRun, step: int | None, question: dict[str, np.ndarray]) -> Answer:
        """What the model at a step (None: the newest) makes of a question; `UserError` if it cannot tell."""
        return await questions.ask(self.slots, live_run, step, question)

    async def fork(self, live_run: LiveRun, step: int, changes: dict[str, Any], token: str) -> LiveRun:
        """A new run that shares the past up to `step` and goes on from there with changed settings."""
        progress = await self.look(live_run, step)
        child = fork(live_run.run, step, progress.state, progress.frame, owner_hash(token), self.limits)
        made = self._add(child)
        made.pending_changes.update(changes)
        made.apply_changes()
        await self.scheduler.save(child)
        return made

    async def _housekeeping(self) -> None:
        """Unwatched runs leave memory, the longest unused ones the disk when it is full."""
        while True:
            await asyncio.sleep(min(30.0, self.limits.idle_s / 4))
            now, held = time.monotonic(), len(self.live_runs)
            for name, live_run in list(self.live_runs.items()):
                if live_run.listeners:
                    live_run.unwatched = math.inf
                    continue
                live_run.unwatched = min(live_run.unwatched, now)
                if now - live_run.unwatched > self.limits.background_s:
                    live_run.background = False
                if not live_run.active and now - live_run.unwatched > self.limits.idle_s:
                    del self.live_runs[name]
            if len(self.live_runs) < held:
                trim()
            spare = {name for name, a in self.live_runs.items() if a.listeners or a.active}
            loop = asyncio.get_running_loop()
            for name in await loop.run_in_executor(self.scheduler.writer, self.store.sweep, spare):
                self.forget(name)


def _present(name: str, config: dict[str, Any]) -> Config | None:
    """The settings of an earlier server as they are called now; None if they cannot be any more."""
    try:
        return parse(family(name).Config, config)
    except UserError:
        return None


def _untouched(events: list, parent: tuple | None) -> bool:
    """Whether a run is what its settings alone say: then it is found again by them."""
    return not events and parent is None
