"""The runs of this server: creation, lookup and removal. The commands to a run are in `controls`.

A run advances while it has viewers, or in the background if its owner asked for it. All limits apply here.
All methods must be called in the server's event loop.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from playground.core.config import Config
from playground.core.errors import UserError
from playground.core.i18n import N_

from .caps import Caps
from .compiled import CompiledWorkers, check_execution
from .controls import RunControls
from .copies import Copies
from .executors import Inline, Processes, Slot
from .housekeeping import keep_copies, keep_memory, keep_spare, remove_unused, warm_up_worker
from .limits import Limits
from .live_run import LiveRun, check_here
from .neighbours import Neighbours
from .run import Cell, Run, fork, owner_hash, start
from .run_about import Damaged
from .run_index import RunIndex
from .saver import Saver
from .scheduler import Scheduler
from .step_cost import StepCosts
from .store import DELETED, Store
from .supervisor import Supervisor
from .telemetry import Telemetry
from .visitor import Addresses, Visitor
from .workers import Workers

log = logging.getLogger(__name__)

UNREADABLE = N_("The run '{name}' cannot be read from the server's disk.")
HERE = N_("This run goes on here now: the server that had it has ended, or has given it up.")


class Hub:
    """All runs of the server, and what they need."""

    def __init__(self, limits: Limits, slots: list[Slot], store: Store):
        self.limits, self.slots, self.store = limits, slots, store
        self.live_runs: dict[str, LiveRun] = {}
        """The runs in memory."""
        self.index, self.tasks, self.saver = RunIndex(store), Supervisor(), Saver(store)
        self.telemetry = Telemetry()
        self.workers = Workers(limits, slots, CompiledWorkers(store.root, limits), self.telemetry)
        self.scheduler = Scheduler(limits, self.workers, self.saver, lambda: self.caps.competing, self.telemetry)
        self.step_costs = StepCosts(limits, slots, lambda: (live_run.run for live_run in self.live_runs.values()))
        self.caps = Caps(limits, self.live_runs)
        self.controls = RunControls(self.scheduler, self.index, self.tasks, self.step_costs, self.caps)
        self.addresses, self.copies = Addresses(), Copies(store)
        self.neighbours = Neighbours(self.saver, self.live_runs, self.index, lambda run: _take_over(self, run))
        self.copies.owners = self.neighbours.runs

    @property
    def active(self) -> int:
        """Number of runs that compute now."""
        return sum(live_run.active for live_run in self.live_runs.values())

    async def open(self) -> None:
        """Find the runs of an earlier server; get the workers ready before the first visitor."""
        self.copies.restore()
        self.neighbours.begin()
        self.tasks.start_for_good("neighbours", self.neighbours.look)

        def anyone_watching() -> bool:
            return any(live_run.listeners for live_run in self.live_runs.values())

        for slot in self.slots:
            if not isinstance(slot.executor, Inline):
                self.tasks.start("warm-up", warm_up_worker(self.workers, slot, anyone_watching, self.step_costs))
        if self.limits.spare and isinstance(make := self.slots[0].make, Processes):
            self.tasks.start_for_good("spare", lambda: keep_spare(make, self.slots))

        def owners() -> dict[str, Visitor]:
            return {name: self.addresses.visitor(owner) for name, owner in self.index.owners().items()}

        async def housekeeping() -> None:
            leave = self.neighbours.leave_memory
            await remove_unused(self.live_runs, self.saver, self.forget, leave, owners, self.tasks)

        self.tasks.start_for_good("housekeeping", housekeeping)
        if self.copies.there.path is not None:
            self.tasks.start_for_good("copies", lambda: keep_copies(self.live_runs, self.saver, self.copies))
        self.tasks.start_for_good("memory", lambda: keep_memory(self.caps, self.controls, self.neighbours.leave_memory))
        self.tasks.start_for_good("compiled", self.workers.compiled.keep_small)

    async def close(self) -> None:
        """End the workers; everything that was reported to a browser is on disk."""
        await self.tasks.cancel()
        await self.saver.close()
        await asyncio.to_thread(self.copies.finish)
        self.neighbours.close()
        for slot in self.slots:
            slot.close()
        self.workers.compiled.close()

    def get(self, name: str) -> LiveRun:
        """The run of that id, from memory or disk; `UserError` if it is gone. Where another server has it, it can only
        be watched."""
        found = self.live_runs.get(name)
        if found is None:
            here = self.neighbours.claim(name)
            try:
                run = _load(self, name)
            except UserError:
                self.neighbours.let_go(name)
                raise
            self.live_runs[name] = found = LiveRun(run, self.addresses.visitor(run.owner), elsewhere=not here)
            self.index.drop_summary(name)
        elif found.elsewhere and self.neighbours.claim(name):
            _take_over(self, found)
        return found

    def find(self, token: str, name: str, config: Config) -> LiveRun | None:
        """The visitor's latest run of a lesson that began with these settings and was not changed by hand."""
        return next((found for found in self.find_all(token, name, config) if not found.run.hidden), None)

    def find_all(self, token: str, name: str, config: Config) -> Iterator[LiveRun]:
        """All such runs that can be read, cells of comparisons among them, the latest first."""
        for run in [*self.index.find(owner_hash(token), name, config)]:
            with contextlib.suppress(UserError):
                yield self.get(run)

    def runs_of(self, token: str, name: str) -> list[Run]:
        """The visitor's runs of a lesson, the oldest first; those not in memory without their timelines."""
        return [run for run in self.index.runs_of(owner_hash(token), name, self.live_runs) if not run.hidden]

    def begin(self, token: str, name: str, config: Config, cell: Cell | None = None, address: str = "") -> LiveRun:
        """A new run of the visitor at step 0, or a `cell` of a comparison, which keeps less of its past; beyond the
        visitor's number of runs the oldest goes. `TooDear` where one step would be; `UserError` if there is no room, or
        it may not be compiled."""
        self.step_costs.check(name, config)
        run = start(name, config, owner_hash(token), self.limits.of_a_cell() if cell else self.limits)
        run.cell = cell
        live_run = self._add(run, address)
        live_run.estimated_ms = self.step_costs.of(name, config).ms
        # so that its id is valid after a restart
        self.tasks.start("save", self.scheduler.save_and_notify(live_run), live_run.fail)
        return live_run

    async def add(self, run: Run, address: str = "") -> LiveRun:
        """Take in a run that came as a file; it is on disk before its id is given out."""
        live_run = self._add(run, address)
        await _save_new(self, run)
        return live_run

    async def fork(
        self, live_run: LiveRun, step: int, changes: dict[str, Any], token: str, address: str = ""
    ) -> LiveRun:
        """A new run that shares the past up to `step` and goes on from there with changed settings; `TooDear` where one
        step would be."""
        now = live_run.run.config_now(step)
        self.step_costs.check(live_run.run.family, now.changed(**changes), now)
        past = await self.controls.at_step(live_run, step, Visitor(address, owner_hash(token)))
        child = self._add(fork(live_run.run, step, past.state, past.frame, owner_hash(token), self.limits), address)
        child.pending_changes.update(changes)
        child.apply_changes()
        child.redraw = bool(changes)
        await _save_new(self, child.run)
        return child

    def _add(self, run: Run, address: str) -> LiveRun:
        check_execution(run.config, self.limits)
        self.caps.check_memory()
        self.addresses.came_from(Visitor(address, run.owner))

        def in_use(name: str) -> bool:
            return name in self.live_runs and bool(self.live_runs[name].listeners)

        cell = run.cell is not None
        most = self.limits.cells if cell else self.limits.runs_per_visitor
        for name in self.index.surplus(run.owner, cell, most, in_use):
            self.forget(name)
        self.neighbours.claim(run.id)
        self.index.add(run)
        self.live_runs[run.id] = LiveRun(run, Visitor(address, run.owner))
        return self.live_runs[run.id]

    def forget(self, name: str) -> None:
        """Remove a run from memory and disk: it stops, and nothing that is under way brings it back. What another
        server has is left to that one."""
        if not self.neighbours.runs.claim(name):
            return
        live_run = self.live_runs.pop(name, None)
        if live_run is not None:
            live_run.playing = live_run.background = False
            live_run.run.stopped = (DELETED, {})
            live_run.commanded.set()
            if live_run.measuring is not None:
                live_run.measuring.cancel()
            self.scheduler.leave(live_run)
        self.index.discard(name)
        try:
            self.store.bury(name)
        except OSError as error:  # it is tried again with the next ones
            log.error("run %s cannot be deleted: %s", name, error)
        self.tasks.start("delete", _clear(self, name))

    async def delete(self, live_run: LiveRun) -> None:
        """Remove a run that may be watched or under way: it stops, and cannot go on. `Elsewhere` if another server has
        it."""
        check_here(live_run)
        self.controls.pause(live_run)
        self.forget(live_run.run.id)
        await self.saver.delete(live_run.run.id)
        for other in [live_run, *self.live_runs.values()]:  # browsers that show other runs of this visitor
            if other.run.owner == live_run.run.owner:
                other.notify()


def _load(hub: Hub, name: str) -> Run:
    try:
        run = None if hub.store.is_deleted(name) else hub.store.load(name)
    except Damaged as damage:
        if not hub.neighbours.runs.holds(name):  # its owner writes it just now
            raise UserError(UNREADABLE, name=name) from None
        hub.index.discard(name)
        hub.store.folder.set_aside(name, str(damage))
        raise
    except OSError as error:
        log.error("run %s cannot be read: %s", name, error)
        raise UserError(UNREADABLE, name=name) from None
    if run is None:
        raise hub.copies.refusal(name) or UserError(N_("There is no run '{name}' here (any more)."), name=name)
    return run


def _take_over(hub: Hub, live_run: LiveRun) -> None:
    """A run that was watched here has become this server's."""
    name, resume = live_run.run.id, live_run.resume
    live_run.elsewhere = live_run.resume = live_run.cached = False
    live_run.slot = live_run.past = None
    try:
        live_run.run = _load(hub, name)
    except UserError as gone:
        live_run.run.stopped = (gone.template, gone.values)
        hub.neighbours.leave_memory(name)
        live_run.notify()
        return
    live_run.notify(HERE)
    if resume and not live_run.run.stopped:
        with contextlib.suppress(UserError):
            hub.controls.play(live_run)
    hub.controls.schedule(live_run)


async def _clear(hub: Hub, name: str) -> None:
    """Nothing of a deleted run is left, on the disk and among the copies; until then it is kept from other servers, one
    of which may begin and take back what it finds among the copies."""
    try:
        await hub.saver.delete(name)
        await hub.saver.in_thread(hub.copies.discard, name)
    finally:
        hub.neighbours.let_go(name)


async def _save_new(hub: Hub, run: Run) -> None:
    """Have it on disk before it is given out; a run that cannot be written is none (`UserError`)."""
    try:
        await hub.saver.save_for_visitor(run)
    except UserError:
        hub.forget(run.id)
        raise
