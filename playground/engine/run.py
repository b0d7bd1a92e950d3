"""A run: its settings, what was done to it by hand, its newest state, and its timeline."""

import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.core.advance import config_at
from playground.core.config import Config
from playground.core.contract import Chunk, Event, Frame, Progress
from playground.core.errors import UserError
from playground.core.registry import family
from playground.core.score import Score

from .limits import Limits
from .timeline import Timeline

Cell = Literal["sweep", "arena"]
"""Comparisons whose runs are cells."""


def cell_of(about: Mapping[str, Any]) -> Cell | None:
    """The comparison that a kept run belongs to. It was written as true once, of the arena's runs, too: most of these
    were measured, and no others."""
    cell = about.get("cell")
    if cell is True:
        return "arena" if about.get("measurement") else "sweep"
    return cell or None


def owner_hash(token: str) -> str:
    """The stored hash of an owner's token: it identifies the owner, and the token cannot be recovered from it."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def new_id() -> str:
    """A random, unguessable id of a run: anyone with its link may watch."""
    return secrets.token_hex(8)


@dataclass(eq=False)
class Run:
    """A training with its history. The history only grows; a change in the past makes a fork."""

    family: str
    config: Config
    owner: str
    """`owner_hash` of the visitor with control."""
    timeline: Timeline
    id: str = field(default_factory=new_id)
    parent: tuple[str, int] | None = None
    """(run, step) where it was forked."""
    cell: Cell | None = None
    """The comparison that began it: such runs do not take the place of the visitor's others."""
    opened: bool = False
    """Whether the visitor opened this cell as a run of its own: it is listed with those since then."""
    events: list[Event] = field(default_factory=list)
    created: float = field(default_factory=time.time)
    used: float = field(default_factory=time.time)
    written: int = 0
    """Number of events on disk; viewers receive only these."""
    step: int = 0
    state: bytes | None = None
    state_step: int = 0
    newest: Frame | None = None
    step_ms: float = float("nan")
    """Recent time of a step in milliseconds, without frames and scores."""
    computing_ms: float = float("nan")
    """As much of it as was computing: on a busy machine a step takes longer than it costs."""
    stopped: tuple[str, dict[str, Any]] | None = None
    """Why it cannot go on: a sentence's template and its values."""
    spent: float = 0.0
    """Seconds of computing in its steps; what was computed again after a crash is not counted twice."""
    measurement: Mapping[str, Any] | None = None
    """The measurement for the arena, with the step it was made at."""

    on_processor: bool = False
    """Whether it goes on without a GPU, whose memory was not enough. After a restart that is tried again."""

    @property
    def placed(self) -> Config:
        """Its settings with the device that it is computed on."""
        return self.config.changed(device="cpu") if self.on_processor else self.config

    @property
    def hidden(self) -> bool:
        """Whether only its comparison shows it: it is not among the visitor's runs of a lesson."""
        return self.cell is not None and not self.opened

    def next_chunk(self, *, cached: bool, **budget: Any) -> Chunk:
        """The next piece of work; `cached`: its worker has the experiment alive, so no state need travel."""
        return Chunk(
            run=self.id,
            family=self.family,
            config=self.placed.model_dump(),
            step=self.step,
            state=None if cached else self.state,
            events=tuple(self.events),
            **budget,
        )

    def chunk_at(self, step: int, *, want_state: bool) -> Chunk:
        """Work that shows a step of the past exactly: the nearest state, and recomputation from there."""
        at = self.timeline.states.at_or_before(step)
        state = self.timeline.states.items[at] if at is not None else None
        if self.state is not None and (at is None or at < self.state_step <= step):
            state = self.state
        return Chunk(
            run="",
            family=self.family,
            config=self.placed.model_dump(),
            step=step,
            state=state,
            steps=0,
            events=tuple(self.events),
            want_state=want_state,
        )

    def check_not_stopped(self) -> None:
        """`UserError` with the reason if the run cannot go on."""
        if self.stopped:
            template, values = self.stopped
            raise UserError(template, **values)

    def add(self, progress: Progress) -> None:
        """Add what a chunk gave."""
        done = progress.step - self.step
        if done > 0 and self.step > 0:  # the first chunk also prepares the step
            fresh = 1e3 * progress.stepping / done
            self.step_ms = 0.7 * self.step_ms + 0.3 * fresh if self.step_ms == self.step_ms else fresh
            fresh = 1e3 * progress.spent / done
            self.computing_ms = (
                0.7 * self.computing_ms + 0.3 * fresh if self.computing_ms == self.computing_ms else fresh
            )
        self.step = progress.step
        self.spent += progress.spent
        self.timeline.scalars.append(progress.metrics)
        if progress.scores:
            self.timeline.scores.append((progress.step, dict(progress.scores)))
        if progress.state is not None:
            self.state, self.state_step = progress.state, progress.step
            self.timeline.states.offer(progress.step, progress.state)
        if progress.frame is not None:
            self.newest = progress.frame
            if done > 0 or not self.timeline.frames.items:
                self.timeline.frames.offer(progress.step, progress.frame)
            elif progress.step in self.timeline.frames.items:  # the same step, drawn with other settings
                self.timeline.frames.items[progress.step] = progress.frame
        self.used = time.time()

    def config_now(self, step: int | None = None) -> Config:
        """The settings in force at a step (the newest by default)."""
        return config_at(
            family(self.family).Config, self.config.model_dump(), self.events, self.step if step is None else step
        )

    def frame_at(self, step: int) -> Frame | None:
        """The kept frame nearest to a step."""
        if self.newest is not None and step >= self.newest.step:
            return self.newest
        near = self.timeline.frames.nearest(step)
        if near is None:
            return self.newest
        if self.newest is not None and abs(self.newest.step - step) < abs(near - step):
            return self.newest
        return self.timeline.frames.items[near]

    def halves(self) -> list[int]:
        """The steps, from 0, of which only a part was done: each of them counts as half of one."""
        return [event.step for event in self.events if event.part is not None]

    @property
    def scored_at(self) -> int:
        """The step of the latest scores; -1: there are none."""
        return self.timeline.scores[-1][0] if self.timeline.scores else -1

    def scores(self, step: int | None = None) -> Mapping[str, Score]:
        """The latest scores up to a step."""
        for at, scores in reversed(self.timeline.scores):
            if step is None or at <= step:
                return scores
        return {}


def start(name: str, config: Config, owner: str, limits: Limits) -> Run:
    """A new run at step 0."""
    return Run(name, config, owner, Timeline(limits.frames, limits.states))


def fork(run: Run, step: int, state: bytes, frame: Frame, owner: str, limits: Limits) -> Run:
    """A run of its own that shares `run`'s past up to `step`, where it has this state and frame."""
    child = start(run.family, run.config, owner, limits)
    child.parent = (run.id, step)
    child.events = [event for event in run.events if event.step < step]
    child.step = child.state_step = step
    child.spent = run.spent * step / max(run.step, 1)
    child.state, child.newest = state, frame
    past = run.timeline
    scalars = {name: past.scalars.rows[:step, column] for column, name in enumerate(past.scalars.names)}
    child.timeline.scalars.append(scalars)
    child.timeline.scores = [(at, scores) for at, scores in past.scores if at <= step]
    child.timeline.frames.restore({at: f for at, f in past.frames.items.items() if at < step} | {step: frame})
    child.timeline.states.restore({at: s for at, s in past.states.items.items() if at < step} | {step: state})
    return child
