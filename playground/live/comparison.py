"""Runs side by side: those that one browser compares, found or begun, played and paused together."""

import asyncio
import logging
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from playground.core.config import Config
from playground.core.contract import Frame
from playground.core.i18n import fill
from playground.core.score import Score
from playground.engine.hub import Hub
from playground.engine.live_run import LiveRun
from playground.engine.run import Cell
from playground.engine.sweep_worker import parameter_counts
from playground.engine.visitor import Visitor

from . import commands as c
from .outbox import Outbox

log = logging.getLogger(__name__)

PICTURES_S = 0.4
"""Between two looks whether every run has a picture."""
SAME_NOTE_S = 5.0
"""Between two notes of the same text, such as that the runs wait for the disk."""


class Comparison(ABC):
    """The runs that one browser looks at, of one family or of several."""

    def __init__(self, hub: Hub, outbox: Outbox, address: str = ""):
        self.address = address
        self.hub, self.outbox, self.translate = hub, outbox, outbox.translate
        self.shared_slots = asyncio.Semaphore(len(hub.slots))
        self.runs: list[LiveRun] = []
        self.sizes: list[int] = []
        """Parameters of each run's model; 0: not known yet."""
        self._counting: asyncio.Task | None = None
        self._noted: dict[str, float] = {}
        """When each note was sent last."""

    async def handle(self, command: c.Command) -> None:
        """Do what was asked; `UserError` says why not."""
        match command:
            case c.Ack():
                self.outbox.acknowledge(command.seq)
            case c.Play():
                self.play()
            case c.Pause():
                self.pause()
            case _:
                self.show(command)
        self.outbox.wake()

    @abstractmethod
    def show(self, command: Any) -> None:
        """Show the runs that are asked for."""

    cell: ClassVar[Cell]
    """What the runs that it begins are cells of."""

    @abstractmethod
    def found(self, owner: str, wanted: Sequence[tuple[str, Config]]) -> list[LiveRun | None]:
        """The visitor's runs that are to be shown for these families and settings; None where one is to be begun."""

    def runs_of(self, owner: str, wanted: Sequence[tuple[str, Config]]) -> list[LiveRun]:
        """The visitor's runs of these families with these settings: found or begun; `TooDear` where a step of one that
        is to be begun would be."""
        found = self.found(owner, wanted)
        for live_run, (name, config) in zip(found, wanted, strict=True):
            if live_run is None:
                self.hub.step_costs.check(name, config)  # before any of them begins
        for live_run in found:
            if live_run is not None:
                live_run.listeners.add(self.on_update)  # those that are begun must not take their place
        runs = []
        for live_run, (name, config) in zip(found, wanted, strict=True):
            runs.append(live_run or self.hub.begin(owner, name, config, self.cell, self.address))
            runs[-1].visitor = Visitor(self.address, runs[-1].run.owner)
            runs[-1].listeners.add(self.on_update)
        return runs

    def look_at(self, runs: Sequence[LiveRun], introduced: Mapping[str, Any]) -> None:
        """Look at these from now on; what nobody looks at any more rests."""
        kept = self.runs
        self.detach()
        for live_run in runs:
            live_run.listeners.add(self.on_update)
            live_run.shared_slots = self.shared_slots
        self.runs, self.sizes = list(runs), [0] * len(runs)
        for live_run in kept:
            if live_run not in self.runs and not live_run.listeners:
                self.hub.controls.pause(live_run)
        self._counting = self.outbox.supervisor.start("sizes", _count_parameters(self))
        self.outbox.add(introduced)
        for live_run in self.runs:
            self.hub.controls.schedule(live_run)

    @abstractmethod
    def play(self) -> None:
        """Have the runs train."""

    def pause(self) -> None:
        for live_run in self.runs:
            self.hub.controls.pause(live_run)

    def frame(self, number: int) -> Frame | None:
        """The picture of a run that is to be shown."""
        return self.runs[number].run.newest

    def written(self, number: int) -> bool:
        """Whether what is to be shown of a run is on disk: it is not sent before."""
        return not self.runs[number].pending_writes

    def detach(self) -> None:
        """Look no more; the runs stay as they are and go on only for others."""
        if self._counting is not None:
            self._counting.cancel()
        for live_run in self.runs:
            live_run.listeners.discard(self.on_update)
            if live_run.shared_slots is self.shared_slots:
                live_run.shared_slots = None
        self.runs = []

    def on_update(self, note: str | None) -> None:
        """A run has something new. What concerns all of them is said once."""
        now = time.monotonic()
        if note and now - self._noted.get(note, -math.inf) > SAME_NOTE_S:
            self._noted[note] = now
            self.outbox.note(note)
        self.outbox.wake()

    @abstractmethod
    def tend(self) -> None:
        """See to what the runs need besides being looked at."""

    def figures(self, number: int) -> dict[str, Any]:
        """The figures of a run; scores as [value, what a perfect model has]."""
        live_run = self.runs[number]
        run = live_run.run
        stopped = fill(self.translate(run.stopped[0]), **run.stopped[1]) if run.stopped else None
        return {
            "step": run.step,
            "playing": live_run.playing,
            "stopped": stopped,
            "scores": scored(run.scores()),
            "ms": json_number(run.step_ms),
            "parameters": self.sizes[number] or None,
        }


async def _count_parameters(comparison: Comparison) -> None:
    """Learn from a worker how many parameters each model has, once there are pictures to look at."""
    while any(live_run.run.newest is None and not live_run.run.stopped for live_run in comparison.runs):
        await asyncio.sleep(PICTURES_S)
    asked: dict[str, list[int]] = {}
    for number, live_run in enumerate(comparison.runs):
        asked.setdefault(live_run.run.family, []).append(number)
    try:
        for name, numbers in asked.items():
            first, workers = comparison.runs[numbers[0]], comparison.hub.workers
            configs = [comparison.runs[number].run.config.model_dump() for number in numbers]
            slot = workers.idlest(first.run.placed)
            found = await workers.call(first.visitor, parameter_counts, name, configs, slot=slot)
            for number, size in zip(numbers, found, strict=True):
                comparison.sizes[number] = size
    except Exception:  # whatever it is, the runs' own errors say it
        log.exception("sizes")
    comparison.outbox.wake()


def scored(scores: Mapping[str, Score]) -> dict[str, list[float | None]]:
    """Scores as a browser that compares gets them: [value, what a perfect model has]."""
    return {name: [json_number(score.value), json_number(score.floor)] for name, score in scores.items()}


def json_number(value: float) -> float | None:
    """Four figures, as JSON has them."""
    return float(f"{value:.4g}") if math.isfinite(value) else None
