"""A grid of sweeps: ordinary runs of the visitor, side by side. Every cell is sent small pictures and its figures."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from playground.core.config import Config, specs
from playground.core.contract import Frame
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import family
from playground.core.score import Score
from playground.data.in_words import value_text
from playground.engine.hub import Hub
from playground.engine.live_run import FAILED, LiveRun
from playground.engine.sweep_plan import Budget, Cell, plan_cells
from playground.engine.text_store import expanded
from playground.metrics.scores import METRICS

from . import commands as c
from .comparison import Comparison, scored
from .outbox import Outbox

ROUND_S, MAX_ROUND = 0.8, 1000
"""About how long a round of steps takes, and steps in it at most."""

FIRST = ("nll", "nll_gap", "sliced_w2", "invertibility")
"""Measures that come first, where a family has them."""

TITLES = {"invertibility": N_("Round-trip error")}
"""Measures that are neither every family's nor on a chart of their own."""


@dataclass(frozen=True)
class Shown:
    """What is shown of a run."""

    frame: Frame | None
    scores: Mapping[str, Score]


@dataclass
class Rounds:
    """How far the cells go until they wait for each other."""

    goal: int = 0
    steps: float = 20.0
    began: float | None = None

    def next(self, step: int) -> int:
        """The step at which the round ends that begins now at `step`: so many steps that it takes about `ROUND_S`."""
        now = time.monotonic()
        if self.began is not None and step >= self.goal:
            self.steps *= min(max(ROUND_S / max(now - self.began, 1e-3), 0.1), 2.0)
            self.steps = min(max(self.steps, 1.0), MAX_ROUND)
        self.began, self.goal = now, step + round(self.steps)
        return self.goal


class CompareSweep(c.Command):
    """Show the visitor's runs for every combination of `grid`'s values; the other settings are those of `config`."""

    do: Literal["sweep"]
    family: Annotated[str, Field(max_length=40)]
    config: c.Values
    grid: Annotated[
        dict[str, Annotated[list[c.Value], Field(min_length=1, max_length=64)]], Field(min_length=1, max_length=4)
    ]
    owner: c.Token
    play: bool = False


SWEEP_COMMANDS: TypeAdapter[CompareSweep | c.Play | c.Pause | c.Ack] = TypeAdapter(
    Annotated[CompareSweep | c.Play | c.Pause | c.Ack, Field(discriminator="do")]
)


class SweepComparison(Comparison):
    """One browser that looks at a grid. Its cells train in rounds: each goes on to the same step and waits there for
    the others; pictures and scores are those of the last step that all have reached."""

    cell = "sweep"

    def __init__(self, hub: Hub, outbox: Outbox, address: str = ""):
        super().__init__(hub, outbox, address)
        self.training = False
        self.rounds = Rounds()
        self.shown: list[Shown | None] = []
        """What is shown of each run; None: it is on its way to where the others are."""
        self._asked: dict[str, int] = {}
        """Run -> the step at which its scores were asked for: they may not come, where a solver cannot follow."""

    def show(self, command: CompareSweep) -> None:
        found = self._planned(command)
        runs = self.runs_of(command.owner, [(command.family, cell.config) for cell in found])
        nothing: list[Shown | None] = [None] * len(runs)
        self.training, self.rounds, self.shown = False, Rounds(), nothing
        self.look_at(runs, {"is": "sweep", **self._introduced(found, runs, command)})
        if command.play:
            self.play()

    def found(self, owner: str, wanted: Sequence[tuple[str, Config]]) -> list[LiveRun | None]:
        """The cells of earlier sweeps. One that was opened as a run of its own and has gone on since, farther than the
        others, is left to itself."""
        latest: list[LiveRun | None] = []
        for name, config in wanted:
            cells = (one for one in self.hub.find_all(owner, name, config) if one.run.cell == "sweep")
            latest.append(next(cells, None))
        steps = [one.run.step for one in latest if one is not None and one.run.hidden]
        return [
            one if one is None or one.run.hidden or one.run.step <= max(steps, default=0) else None for one in latest
        ]

    def play(self) -> None:
        self.training, self.rounds.began = True, None
        self.tend()

    def pause(self) -> None:
        """After the round under way: the cells then stand at the same step."""
        self.training = False

    def detach(self) -> None:
        """Look no more: opened as a full run, a cell may train as long as anybody likes, when its visitor says so."""
        for live_run in self.runs:
            live_run.budget = None
        left = self.runs
        super().detach()
        for live_run in left:
            if not live_run.listeners:
                live_run.playing = False

    def on_update(self, note: str | None) -> None:
        if note == FAILED:
            self.training = False
        super().on_update(note)

    def tend(self) -> None:
        """See that all reach the end of the round; then show them, and begin the next one."""
        going = [one for one in self.runs if not (one.run.stopped or one.elsewhere)]
        if not going or any(one.active or one.run.newest is None for one in going):
            return
        goal = max(one.run.step for one in going)
        if self.training:
            goal = max(goal, self.rounds.goal)
        behind = [one for one in going if one.run.step < goal]
        unscored = [one for one in going if one.run.scored_at < one.run.step != self._asked.get(one.run.id)]
        if behind:
            if self.training:
                self._go_on(behind, goal)
        elif unscored:
            for live_run in unscored:
                live_run.redraw, self._asked[live_run.run.id] = True, live_run.run.step
                self.hub.controls.schedule(live_run)
        else:
            self.shown = [Shown(one.run.newest, one.run.scores()) for one in self.runs]
            if self.training:
                self._go_on(going, self.rounds.next(goal))
            self.outbox.wake()

    def _go_on(self, runs: Sequence[LiveRun], goal: int) -> None:
        for live_run in runs:
            live_run.budget = Budget(goal)
            self.hub.controls.play(live_run)

    def frame(self, number: int) -> Frame | None:
        shown = self.shown[number]
        return shown.frame if shown is not None else super().frame(number)

    def written(self, number: int) -> bool:
        """What all have reached was written when the round ended; a run that writes its next steps would lag behind
        the others, and the table would have cells of unequal steps."""
        return (self.shown[number] is not None and not self.runs[number].run.stopped) or super().written(number)

    def figures(self, number: int) -> dict[str, Any]:
        """Those of the step that all have reached. A run that is not there, or ahead, has no scores to compare yet."""
        run, shown, figures = self.runs[number].run, self.shown[number], super().figures(number)
        figures["playing"] = self.training and not run.stopped
        if not run.stopped:
            step = run.step if shown is None or shown.frame is None else shown.frame.step
            figures |= {"step": step, "scores": scored(shown.scores if shown is not None else {})}
        return figures

    def _planned(self, command: CompareSweep) -> list[Cell]:
        count, most = math.prod(map(len, command.grid.values())), self.hub.limits.cells
        if count > most:
            raise UserError(
                N_(
                    "That grid has {count} cells; at most {most} train side by side here. Choose fewer "
                    "values, or use the command line, which has no such limit."
                ),
                count=count,
                most=most,
            )
        given = expanded(family(command.family).Config, command.config)
        base = {name: value for name, value in given.items() if name not in command.grid}
        return plan_cells(command.family, base, command.grid, Budget(self.hub.limits.steps))

    def _introduced(self, found: list[Cell], runs: list[LiveRun], command: CompareSweep) -> dict[str, Any]:
        """What does not change: the axes, the cells with their names, what the measures are called."""
        kind = family(command.family)
        known = {spec.name: spec for spec in specs(kind.Config)}

        def label(name: str, value: c.Value) -> str:
            spec = known[name]
            if value in spec.options:
                return self.translate(spec.options[value])
            if spec.kind == "text":
                return f"{self.translate(spec.title)}: {value_text(spec, value, self.translate)}"
            shown = self.translate(N_("on") if value else N_("off")) if spec.kind == "bool" else f"{value:.10g}"
            return f"{self.translate(spec.title)} {shown}"

        titles = {name: metric.title for name, metric in METRICS.items()} | TITLES
        for chart in kind.charts(found[0].config):
            titles = {
                series.metric: chart.title if len(chart.series) == 1 else series.title for series in chart.series
            } | titles
        titles = {name: self.translate(title) for name, title in titles.items()}
        return {
            "axes": [
                {"name": name, "title": self.translate(known[name].title), "count": len(values)}
                for name, values in command.grid.items()
            ],
            "cells": [
                {
                    "run": live_run.run.id,
                    "values": dict(cell.values),
                    "labels": [label(name, value) for name, value in cell.values.items()],
                }
                for live_run, cell in zip(runs, found, strict=True)
            ],
            "titles": titles,
            "better": {name: metric.better for name, metric in METRICS.items()},
            "first": FIRST,
        }
