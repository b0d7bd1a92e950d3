"""What the server does with a run now; the run itself is what is remembered."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playground.core.config import Config
from playground.core.contract import Event
from playground.core.i18n import N_

from .executors import Slot
from .limits import Limits
from .run import Run
from .sweep_plan import Budget

STATE_EVERY_S = 0.4
SCORES_EVERY_S, CONTEST_SCORES_S = 0.5, 2.0

Listener = Callable[[str | None], None]
"""Called on the loop when a run has something new; with a note's message id when there is one."""


@dataclass(eq=False)
class Activity:
    """A run in memory: who watches it, what was asked of it, where it is at home."""

    run: Run
    playing: bool = False
    background: bool = False
    crowd: asyncio.Semaphore | None = None
    """What the cells of one grid share: no more of them are under way at a time than there are workers, so that a
    visitor with sixteen cells does not get sixteen turns."""
    until: Budget | None = None
    """Where training ends in the arena, until the run is opened as a full one; None: nowhere."""
    judging: asyncio.Task | None = None
    """Its being measured for the arena."""
    speed: float | None = None
    """Steps a second at most; None: as fast as it goes."""
    listeners: set[Listener] = field(default_factory=set)
    pump: asyncio.Task | None = None
    nudge: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by every command, so that a slow pace does not make anybody wait."""
    wanted: list[str | None] = field(default_factory=list)
    """Single steps asked for: whole ones (None) or parts, in order."""
    pending: dict[str, Any] = field(default_factory=dict)
    """Live settings changed while a chunk is under way: they hold from the next chunk on."""
    slot: Slot | None = None
    at_home: bool = False
    """Whether the slot's worker has the experiment alive at the run's newest step."""
    unwatched: float = field(default_factory=time.monotonic)
    rate: float = 0.0
    """Steps a second, lately."""
    aside: float = 0.0
    """Seconds of the last chunk that were not steps: pictures, scores, state."""
    scored: float = 0.0
    stated: float = 0.0
    unsaved: int = 0
    """Writings under way: viewers are told of what they write when it is on disk."""

    def tell(self, note: str | None = None) -> None:
        for listener in list(self.listeners):
            listener(note)

    @property
    def watched(self) -> bool:
        return bool(self.listeners) or self.background

    @property
    def active(self) -> bool:
        return self.pump is not None and not self.pump.done()

    @property
    def used_up(self) -> bool:
        """Whether it has had all that it may have in the arena."""
        return self.until is not None and self.until.left(self.run.step, self.run.spent) is None

    def turn(self) -> contextlib.AbstractAsyncContextManager:
        """What its work has to wait for: a turn among the cells of its grid."""
        return self.crowd or contextlib.nullcontext()

    def config_now(self) -> Config:
        """The settings in force for the next step."""
        now = self.run.config_now()
        return now.changed(**self.pending) if self.pending else now

    def apply_pending(self) -> None:
        """Between chunks: what was changed meanwhile becomes an event at the step where it begins to hold."""
        if self.pending:
            self.run.events.append(Event(self.run.step, dict(self.pending)))
            self.pending.clear()

    def budget(self, limits: Limits, workers: int, active: int) -> dict[str, Any] | None:
        """What the next chunk should do, or None when there is nothing (more) to do."""
        run, now = self.run, time.monotonic()
        left = limits.steps - run.step
        if run.newest is None:
            return {"steps": 0, "want_state": True}
        if left <= 0 and (self.playing or self.wanted):
            run.stopped = (
                N_("The run has reached {steps} steps, the most that a run may have here."),
                {"steps": limits.steps},
            )
            return None
        if self.wanted:
            part = self.wanted.pop(0)
            if part is not None:
                run.events.append(Event(run.step, part=part))
            return {"steps": 1, "want_state": True, "evaluate": True}
        if self.used_up:
            self.playing = False
        if not (self.playing and self.watched):
            return None
        seconds = limits.slice_high_s if self.crowd else limits.slice(workers, active)
        if self.until is not None:  # seven pictures and scores must not cost more than seven trainings
            seconds *= 2
        if active <= workers:  # where nobody waits, a picture must not cost more than the training before it
            seconds = max(seconds, min(self.aside, 2 * limits.slice_high_s))
        if self.until is not None:
            rest = self.until.left(run.step, run.spent)
            left, seconds = min(left, rest.steps), min(seconds, rest.seconds or seconds)
        budget: dict[str, Any] = {"steps": left, "seconds": seconds}
        if self.speed:
            budget = {"steps": max(1, min(left, round(self.speed * seconds)))}
        often = SCORES_EVERY_S if self.until is None else CONTEST_SCORES_S
        if now - self.scored >= max(often, 0.1 * active):
            self.scored, budget["evaluate"] = now, True
        budget["want_state"] = now - self.stated >= STATE_EVERY_S
        if budget["want_state"]:
            self.stated = now
        return budget
