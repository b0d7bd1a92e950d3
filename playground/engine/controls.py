"""Commands to a run in memory: play, pause, step, change a setting, show a past step, answer a question."""

from collections.abc import Mapping

import numpy as np

from playground.core.combinations import only_live
from playground.core.config import Config, differences
from playground.core.errors import UserError
from playground.core.i18n import N_

from . import questions
from .arena_jobs import measure_run
from .caps import Caps
from .compiled import check_execution
from .live_run import LiveRun, PastStep, check_here
from .questions import Answer
from .run_index import RunIndex
from .scheduler import Scheduler
from .step_cost import StepCosts
from .supervisor import Supervisor
from .visitor import SERVER, Visitor

MAX_QUEUED_STEPS = 100


class RunControls:
    """Every method belongs to the server's event loop."""

    def __init__(self, scheduler: Scheduler, index: RunIndex, tasks: Supervisor, step_costs: StepCosts, caps: Caps):
        self.scheduler, self.index, self.tasks, self.step_costs = scheduler, index, tasks, step_costs
        self.caps = caps

    def play(self, live_run: LiveRun) -> None:
        """Train while the run is watched; `UserError` if it cannot continue, or one step is too dear by now. What
        another server has trains as soon as it is here."""
        live_run.resume = live_run.elsewhere
        self._check_may_train(live_run)
        self.caps.check(live_run, background=live_run.background)
        live_run.playing = True
        self.schedule(live_run)

    def _check_may_train(self, live_run: LiveRun) -> None:
        check_here(live_run)
        live_run.run.check_not_stopped()
        check_execution(live_run.run.config, self.scheduler.limits)
        self.step_costs.check(live_run.run.family, live_run.config_now())

    def pause(self, live_run: LiveRun) -> None:
        """Stop after the chunk in flight."""
        live_run.playing = live_run.resume = False
        live_run.commanded.set()
        self.scheduler.workers.shares.give()  # the turn that it waits for is not wanted any more
        live_run.notify()

    def set_background(self, live_run: LiveRun, on: bool) -> None:
        """Whether it trains on while nobody watches; `UserError` where too many do."""
        check_here(live_run)
        if on:
            self.caps.check(live_run, background=True)
        live_run.background = on
        self.schedule(live_run)

    def step(self, live_run: LiveRun, part: str | None) -> None:
        """Do one step, or one part of one; `UserError` if there is no such part, or a step is too dear."""
        parts = type(live_run.run.config).parts
        if part is not None and part not in parts:
            raise UserError(
                N_("A step has no part '{part}'; it has: {parts}."), part=part, parts=", ".join(parts) or "—"
            )
        self._check_may_train(live_run)
        if part is not None:
            self.index.mark_changed(live_run.run)
        if len(live_run.queued_steps) < MAX_QUEUED_STEPS:
            live_run.queued_steps.append(part)
        self.schedule(live_run)

    def change(self, live_run: LiveRun, config: Config) -> bool:
        """Take over changed settings from the next chunk on, if all of them are live; else False. `TooDear` where one
        step would be."""
        changes = differences(live_run.config_now(), config)
        if not only_live(type(config), changes):
            return False
        if changes:
            check_here(live_run)
            self.step_costs.check(live_run.run.family, config, live_run.config_now())
            self.index.mark_changed(live_run.run)
            live_run.pending_changes.update(changes)
            live_run.redraw = True
            if not live_run.active:
                live_run.apply_changes()
            self.schedule(live_run)
        return True

    async def list_cell(self, live_run: LiveRun) -> None:
        """A cell of a comparison was opened as a run of its own: from now on it is one of the visitor's runs."""
        if live_run.run.hidden and not live_run.elsewhere:
            live_run.run.opened = True
            await self.scheduler.saver.save_for_visitor(live_run.run)

    def measure(self, live_run: LiveRun) -> None:
        """Have a contestant of the arena measured at its present step, unless it is, or is about to be."""
        known = live_run.run.measurement
        if (
            (known is None or known["steps"] != live_run.run.step)
            and not live_run.run.stopped
            and not live_run.elsewhere
            and (live_run.measuring is None or live_run.measuring.done())
        ):
            live_run.measuring = self.tasks.start("measure", measure_run(self.scheduler, live_run), live_run.fail)

    def schedule(self, live_run: LiveRun) -> None:
        """Start the run's chunks if there is anything to do."""
        live_run.commanded.set()
        self.scheduler.workers.shares.give()  # its rank may be another
        waiting = live_run.queued_steps or live_run.redraw or live_run.run.newest is None
        if not live_run.active and not live_run.elsewhere and (live_run.playing or waiting):
            live_run.task = self.tasks.start("run", self.scheduler.run(live_run), live_run.fail)
        live_run.notify()

    async def at_step(self, live_run: LiveRun, step: int, visitor: Visitor = SERVER) -> PastStep:
        """State and frame of exactly this step; `UserError` if the run has not come there."""
        if step > live_run.run.step:
            raise UserError(
                N_("The run has not reached step {step} yet; it is at step {head}."), step=step, head=live_run.run.step
            )
        return await self.scheduler.recompute(live_run, step, visitor)

    async def ask(
        self, live_run: LiveRun, step: int | None, question: Mapping[str, np.ndarray], visitor: Visitor = SERVER
    ) -> Answer:
        """The model's answer at a step (None: the newest); `UserError` if it has none."""
        return await questions.ask(self.scheduler, live_run, step, question, visitor)
