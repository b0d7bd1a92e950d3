"""A run in memory with its commands, viewers and slot; `Run` holds the part that is stored."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from playground.core.config import Config
from playground.core.contract import Event, Frame
from playground.core.i18n import N_

from .executors import Slot
from .limits import Limits
from .ownership import Elsewhere
from .run import Run
from .shares import BACKGROUND, WATCHED
from .sweep_plan import Budget
from .visitor import SERVER, Visitor

log = logging.getLogger(__name__)

STATE_EVERY_S = 0.4
LONG_STEP_MS = 250
SCORES_EVERY_S, ARENA_SCORES_EVERY_S = 0.5, 2.0

FAILED = N_("Your run was paused because of an error on the server. Nothing of it was lost; press play to go on.")
NOT_WRITTEN = N_(
    "Your run waits because the server cannot write to its disk. All of it is in memory; it goes on by itself when "
    "there is space again."
)
WRITTEN_AGAIN = N_("The server can write to its disk again. Your run goes on; nothing of it was lost.")


class PastStep(NamedTuple):
    """A step of a run's past, computed again, and the worker that has it at hand."""

    step: int
    state: bytes
    frame: Frame
    slot: Slot
    events: tuple[Event, ...]
    """The changes by hand up to there, from which it was computed."""


Listener = Callable[[str | None], None]
"""Called on the loop when a run has something new; with a note's message id when there is one."""


@dataclass(eq=False)
class LiveRun:
    """A run in memory: its viewers, its pending commands, its slot."""

    run: Run
    visitor: Visitor = SERVER
    """To whom its work is charged: its owner, where that was last seen."""
    estimated_ms: float = 0.0
    """About how long a step takes, by its settings."""
    playing: bool = False
    background: bool = False
    shared_slots: asyncio.Semaphore | None = None
    """Shared by the cells of one grid: at most as many cells compute at a time as there are workers, so that a visitor
    with sixteen cells does not get sixteen turns."""
    budget: Budget | None = None
    """The budget in the arena, until the run is opened as a full one; None: unlimited."""
    measuring: asyncio.Task | None = None
    """The task that scores it for the arena."""
    speed: float | None = None
    """Maximum number of steps per second; None: as fast as possible."""
    listeners: set[Listener] = field(default_factory=set)
    task: asyncio.Task | None = None
    """The task that computes its chunks while it is active."""
    commanded: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by every command, so that commands need not wait at a slow speed."""
    queued_steps: list[str | None] = field(default_factory=list)
    """Requested single steps in order: whole steps (None) or parts."""
    pending_changes: dict[str, Any] = field(default_factory=dict)
    """Live settings changed during a chunk; they apply from the next chunk on."""
    redraw: bool = False
    """Whether settings have changed since the newest picture was drawn: some decide how samples are drawn, and a paused
    run takes no step that would show it."""
    slot: Slot | None = None
    cached: bool = False
    """Whether the slot's worker has the experiment in memory at the run's newest step."""
    prepared: tuple | None = None
    """(worker, number of changes by hand) of its last step: another step there has nothing to trace."""
    past: PastStep | None = None
    """The step of its past that was asked for last."""
    unwatched: float = field(default_factory=time.monotonic)
    rate: float = 0.0
    """Recent number of steps per second."""
    overhead_s: float = 0.0
    """Seconds of the last chunk outside of steps: frames, scores, state."""
    computed_at: float = 0.0
    """When the newest chunk came back."""
    last_scores_at: float = 0.0
    last_state_at: float = 0.0
    pending_writes: int = 0
    """Number of pending writes: viewers are notified once the data are on disk."""
    waits_for_disk: bool = False
    """Whether the disk cannot be written to: until it can, the run computes no further chunk."""
    elsewhere: bool = False
    """Whether it is another server's, and only watched here."""
    resume: bool = False
    """Whether it is to train as soon as it is this server's."""

    def notify(self, note: str | None = None) -> None:
        for listener in list(self.listeners):
            try:
                listener(note)
            except Exception:  # a defect in what one viewer sees must end neither the run nor what others see
                log.exception("a viewer of run %s", self.run.id)

    def fail(self, error: Exception) -> None:
        """What was done for it has failed: it pauses, and its viewers are told."""
        self.playing = False
        self.notify(FAILED)

    def wait_for_disk(self) -> None:
        """It cannot be written: its viewers are told, once."""
        if not self.waits_for_disk:
            self.waits_for_disk = True
            self.notify(NOT_WRITTEN)

    @property
    def watched(self) -> bool:
        return bool(self.listeners) or self.background

    @property
    def active(self) -> bool:
        return self.task is not None and not self.task.done()

    @property
    def busy(self) -> bool:
        """Whether something is under way that will still write it."""
        measured = self.measuring is None or self.measuring.done()
        return self.active or self.pending_writes > 0 or not measured

    @property
    def long(self) -> bool:
        """Whether one step of it takes longer than a slice by far."""
        known = self.run.computing_ms
        return (known if known == known else self.estimated_ms) > LONG_STEP_MS

    @property
    def has_work(self) -> bool:
        """Whether there is something to compute for it now."""
        at_once = self.run.newest is None or self.redraw or bool(self.queued_steps)
        return self.run.stopped is None and (at_once or (self.playing and self.watched))

    def rank(self) -> int | None:
        """In which rank it waits for a turn; None: not any more."""
        if not self.has_work:
            return None
        return WATCHED if self.listeners or not self.background else BACKGROUND

    @property
    def budget_spent(self) -> bool:
        """Whether it has had all that it may have in the arena."""
        return self.budget is not None and self.budget.left(self.run.step, self.run.spent) is None

    def turn(self) -> contextlib.AbstractAsyncContextManager:
        """The lock its chunks wait for: a turn among the cells of its grid."""
        return self.shared_slots or contextlib.nullcontext()

    def config_now(self) -> Config:
        """The settings in force for the next step."""
        now = self.run.config_now()
        return now.changed(**self.pending_changes) if self.pending_changes else now

    def apply_changes(self) -> None:
        """Between chunks: what was changed meanwhile becomes an event at the step where it begins to hold."""
        if self.pending_changes:
            self.run.events.append(Event(self.run.step, dict(self.pending_changes)))
            self.pending_changes.clear()

    def next_work(self, limits: Limits, workers: int, active: int) -> dict[str, Any] | None:
        """The next chunk, or None if there is nothing to do."""
        run, now = self.run, time.monotonic()
        left = limits.steps - run.step
        if run.newest is None:
            return {"steps": 0, "want_state": True}
        if self.redraw:
            self.redraw = False
            return {"steps": 0, "want_state": True, "evaluate": True}
        if left <= 0 and (self.playing or self.queued_steps):
            run.stopped = (
                N_("The run has reached {steps} steps, the maximum on this server."),
                {"steps": limits.steps},
            )
            return None
        if self.queued_steps:
            part = self.queued_steps.pop(0)
            if part is not None:
                run.events.append(Event(run.step, part=part))
            return {"steps": 1, "want_state": True, "evaluate": True}
        if self.budget_spent:
            self.playing = False
        if not (self.playing and self.watched):
            return None
        seconds = limits.slice_high_s if self.shared_slots else limits.slice(workers, active)
        if not self.listeners:  # whoever looks at a run waits no longer than this for it
            seconds = limits.slice_low_s
        if self.budget is not None:  # fewer, longer chunks: frames and scores take less of the time
            seconds *= 2
        if (
            active <= workers and self.listeners
        ):  # no other run waits: frames must not cost more time than the steps before them
            seconds = max(seconds, min(self.overhead_s, 2 * limits.slice_high_s))
        rest = None if self.budget is None else self.budget.left(run.step, run.spent)
        if rest is not None:
            left, seconds = min(left, rest.steps), min(seconds, rest.seconds or seconds)
        budget: dict[str, Any] = {"steps": left, "seconds": seconds}
        if self.speed:
            budget = {"steps": max(1, min(left, round(self.speed * seconds)))}
        often = SCORES_EVERY_S if self.budget is None else ARENA_SCORES_EVERY_S
        if now - self.last_scores_at >= max(often, 0.1 * active):
            self.last_scores_at, budget["evaluate"] = now, True
        budget["want_state"] = now - self.last_state_at >= STATE_EVERY_S
        if budget["want_state"]:
            self.last_state_at = now
        return budget


def check_here(live_run: LiveRun) -> None:
    """`Elsewhere` if another server has it."""
    if live_run.elsewhere:
        raise Elsewhere()
