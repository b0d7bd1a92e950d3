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
from .arena_jobs import verdict
from .executors import Inline, Slot
from .limits import Limits
from .live_run import Activity
from .memory import trim
from .questions import Answer
from .run import Run, fork, owner_hash, start
from .scheduler import Pump
from .store import Store
from .worker import warm

WARM_S = 2.0
"""How often a worker that is in use is looked at again, whether it has the time to get ready for another family."""


class Hub:
    """Finds, makes, commands and forgets runs."""

    def __init__(self, limits: Limits, slots: list[Slot], store: Store):
        self.limits, self.slots, self.store = limits, slots, store
        self.activities: dict[str, Activity] = {}
        self.pump = Pump(limits, slots, store, lambda: sum(a.active for a in self.activities.values()))
        self._tasks: set[asyncio.Task] = set()
        self._owned: dict[str, dict[str, str]] = {}
        """owner -> {run: settings it can be found by}, the oldest first"""
        self._cells: set[str] = set()
        """Runs that belong to a grid of sweeps."""
        self._glances: dict[str, Run] = {}
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
        self.pump.writer.shutdown()
        for slot in self.slots:
            slot.close()

    async def _warm(self, slot: Slot) -> None:
        """Have a worker import and trace before anybody waits for it: only while nobody looks at a run."""
        executor = slot.executor
        with contextlib.suppress(BrokenExecutor):  # who needs the worker renews it
            for name in FAMILIES:
                while slot.runs or any(activity.listeners for activity in self.activities.values()):
                    await asyncio.sleep(WARM_S)
                await asyncio.wrap_future(executor.submit(warm, name))

    def _spawn(self, work) -> asyncio.Task:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # finding and making

    def get(self, name: str) -> Activity:
        """The run of that id, from memory or disk; `UserError` if it is gone."""
        if name not in self.activities:
            run = self.store.load(name)
            if run is None:
                raise UserError(N_("There is no run '{name}' here (any more)."), name=name)
            self.activities[name] = Activity(run)
            self._glances.pop(name, None)
        return self.activities[name]

    def find(self, token: str, name: str, config: Config) -> Activity | None:
        """The visitor's latest run that began with these settings and was not changed by hand."""
        return next(self.alike(token, name, config), None)

    def alike(self, token: str, name: str, config: Config) -> Iterator[Activity]:
        """All such runs, the latest first."""
        wanted = f"{name} {config.model_dump()}"
        for run, found in reversed([*self._owned.get(owner_hash(token), {}).items()]):
            if found == wanted:
                yield self.get(run)

    def runs_of(self, token: str, name: str) -> list[Run]:
        """The visitor's runs of a family, the oldest first; those not in memory without their timelines."""
        runs = []
        for run in self._owned.get(owner_hash(token), {}):
            activity = self.activities.get(run)
            found = activity.run if activity is not None else self._glances.get(run) or self.store.glance(run)
            if found is not None and activity is None:
                self._glances[run] = found
            if found is not None and found.family == name:
                runs.append(found)
        return runs

    def begin(self, token: str, name: str, config: Config, cell: bool = False) -> Activity:
        """A new run of the visitor at step 0, or a `cell` of a grid, which keeps less of its past; beyond the
        visitor's number of runs the oldest goes."""
        run = start(name, config, owner_hash(token), self.limits.of_a_cell() if cell else self.limits)
        run.cell = cell
        activity = self._add(run)
        self._keep(activity)  # whoever is told its name finds it again
        return activity

    def _keep(self, activity: Activity) -> None:
        """Write a run that no chunk will write now; then its viewers are told."""

        async def keep() -> None:
            try:
                await self.pump.save(activity.run)
            finally:
                activity.unsaved -= 1
            activity.tell()

        activity.unsaved += 1
        self._spawn(keep())

    async def adopt(self, run: Run) -> Activity:
        """Take in a run that came as a file; it is on disk before anybody hears of it."""
        activity = self._add(run)
        await self.pump.save(run)
        return activity

    def _add(self, run: Run) -> Activity:
        mine = self._owned.setdefault(run.owner, {})
        alike = [name for name in mine if (name in self._cells) == run.cell]
        spare = [name for name in alike if name not in self.activities or not self.activities[name].listeners]
        most = self.limits.cells if run.cell else self.limits.runs_per_visitor
        for name in spare[: max(0, len(alike) + 1 - most)]:
            self.forget(name)
        if run.cell:
            self._cells.add(run.id)
        mine[run.id] = f"{run.family} {run.config.model_dump()}" if _untouched(run.events, run.parent) else ""
        self.activities[run.id] = Activity(run)
        return self.activities[run.id]

    def forget(self, name: str) -> None:
        """Remove a run from memory and disk."""
        activity = self.activities.pop(name, None)
        if activity is not None:
            activity.playing = False
            if activity.judging is not None:
                activity.judging.cancel()
            self.pump.leave(activity)
        self._cells.discard(name)
        for mine in self._owned.values():
            mine.pop(name, None)
        self._glances.pop(name, None)
        self.store.delete(name)

    async def delete(self, activity: Activity) -> None:
        """Forget a run that somebody may be looking at, or that is under way: it stops, and cannot go on."""
        self.pause(activity)
        activity.run.stopped = (N_("This run was deleted."), {})
        if activity.pump is not None:  # what it still writes must not bring its folder back
            await asyncio.wait([activity.pump])
        self.forget(activity.run.id)
        for other in [activity, *self.activities.values()]:  # those who look at other runs of this visitor
            if other.run.owner == activity.run.owner:
                other.tell()

    # commands

    def play(self, activity: Activity) -> None:
        """Go on while somebody watches; `UserError` if the run cannot."""
        if activity.run.stopped:
            template, values = activity.run.stopped
            raise UserError(template, **values)
        activity.playing = True
        self.wake(activity)

    def pause(self, activity: Activity) -> None:
        """Stop after the chunk in flight."""
        activity.playing = False
        activity.nudge.set()
        activity.tell()

    def step(self, activity: Activity, part: str | None) -> None:
        """Do one step, or one part of one; `UserError` if there is no such part."""
        parts = type(activity.run.config).parts
        if part is not None and part not in parts:
            raise UserError(
                N_("A step has no part '{part}'; it has: {parts}."), part=part, parts=", ".join(parts) or "—"
            )
        if activity.run.stopped:
            template, values = activity.run.stopped
            raise UserError(template, **values)
        if part is not None:
            self._owned.get(activity.run.owner, {})[activity.run.id] = ""
        if len(activity.wanted) < 100:
            activity.wanted.append(part)
        self.wake(activity)

    def change(self, activity: Activity, config: Config) -> bool:
        """Take over changed settings from the next chunk on, if all of them are live; else False."""
        changes = differences(activity.config_now(), config)
        if not only_live(type(config), changes):
            return False
        if changes:
            self._owned.get(activity.run.owner, {})[activity.run.id] = ""
            activity.pending.update(changes)
            if not activity.active:
                activity.apply_pending()
                self._keep(activity)
            activity.tell()
        return True

    def judge(self, activity: Activity) -> None:
        """Have a contestant of the arena measured where it stands, unless it is, or is about to be."""
        known = activity.run.verdict
        if (
            (known is None or known["steps"] != activity.run.step)
            and not activity.run.stopped
            and (activity.judging is None or activity.judging.done())
        ):
            activity.judging = self._spawn(verdict(self.pump, activity))

    def wake(self, activity: Activity) -> None:
        """See that the run is pumped if there is anything to do."""
        activity.nudge.set()
        if not activity.active and (activity.playing or activity.wanted or activity.run.newest is None):
            activity.pump = self._spawn(self.pump.run(activity))
        activity.tell()

    async def look(self, activity: Activity, step: int) -> Progress:
        """Exactly what was at a step; `UserError` if the run has not come there."""
        if step > activity.run.step:
            raise UserError(
                N_("The run has not come to step {step} yet; it stands at {head}."), step=step, head=activity.run.step
            )
        return await self.pump.look(activity.run, step)

    async def ask(self, activity: Activity, step: int | None, question: dict[str, np.ndarray]) -> Answer:
        """What the model at a step (None: the newest) makes of a question; `UserError` if it cannot tell."""
        return await questions.ask(self.slots, activity, step, question)

    async def fork(self, activity: Activity, step: int, changes: dict[str, Any], token: str) -> Activity:
        """A new run that shares the past up to `step` and goes on from there with changed settings."""
        progress = await self.look(activity, step)
        child = fork(activity.run, step, progress.state, progress.frame, owner_hash(token), self.limits)
        made = self._add(child)
        made.pending.update(changes)
        made.apply_pending()
        await self.pump.save(child)
        return made

    async def _housekeeping(self) -> None:
        """Unwatched runs leave memory, the longest unused ones the disk when it is full."""
        while True:
            await asyncio.sleep(min(30.0, self.limits.idle_s / 4))
            now, held = time.monotonic(), len(self.activities)
            for name, activity in list(self.activities.items()):
                if activity.listeners:
                    activity.unwatched = math.inf
                    continue
                activity.unwatched = min(activity.unwatched, now)
                if now - activity.unwatched > self.limits.background_s:
                    activity.background = False
                if not activity.active and now - activity.unwatched > self.limits.idle_s:
                    del self.activities[name]
            if len(self.activities) < held:
                trim()
            spare = {name for name, a in self.activities.items() if a.listeners or a.active}
            loop = asyncio.get_running_loop()
            for name in await loop.run_in_executor(self.pump.writer, self.store.sweep, spare):
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
