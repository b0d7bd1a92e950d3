"""The arena as a browser sees it: contestants of different families train side by side until their budget is used
up, and are measured then."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from playground.arena.contestants import Contestant
from playground.arena.scorecard import AXES, COLUMNS
from playground.arena.settings import ArenaConfig
from playground.core.config import Config, parse
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import family
from playground.engine.live_run import LiveRun
from playground.engine.run import Run
from playground.engine.sweep_plan import Budget
from playground.engine.text_store import expanded
from playground.metrics.scores import METRICS

from . import commands as c
from .comparison import Comparison, json_number

OVERSHOT = 0.25
"""Seconds by which a run may have more than its budget of seconds: a last step cannot be halved."""


class CompareArena(c.Command):
    """Show the visitor's contestants with these settings of the arena; with `play` they train."""

    do: Literal["arena"]
    config: c.Values
    owner: c.Token
    play: bool = False


ARENA_COMMANDS: TypeAdapter[CompareArena | c.Play | c.Pause | c.Ack] = TypeAdapter(
    Annotated[CompareArena | c.Play | c.Pause | c.Ack, Field(discriminator="do")]
)


class ArenaComparison(Comparison):
    """One browser that looks at the arena."""

    budget = Budget(1)
    """What each contestant gets."""

    def show(self, command: CompareArena) -> None:
        config = parse(ArenaConfig, expanded(ArenaConfig, command.config))
        contestants, most = config.configs(), self.hub.limits.cells
        if len(contestants) > most:
            raise UserError(
                N_("These are {count} contestants; at most {most} train side by side here."),
                count=len(contestants),
                most=most,
            )
        self.budget = budget_of(config, self.hub.limits.steps)
        wanted = [(one.family, settings) for one, settings in contestants.items()]
        runs = self.runs_of(command.owner, wanted)
        self.look_at(runs, {"is": "arena", **self._introduced([*contestants], runs)})
        for live_run in runs:
            live_run.budget = self.budget
        if command.play:
            self.play()

    cell = "arena"

    def found(self, owner: str, wanted: Sequence[tuple[str, Config]]) -> list[LiveRun | None]:
        """Of each one's runs that have had no more than the budget the one that has come farthest."""
        found: list[LiveRun | None] = []
        for name, config in wanted:
            fitting = [
                live_run
                for live_run in self.hub.find_all(owner, name, config)
                if live_run.run.cell == "arena" and within(live_run.run, self.budget)
            ]
            found.append(max(fitting, key=lambda live_run: live_run.run.step, default=None))
        return found

    def play(self) -> None:
        for live_run in self.runs:
            if not (live_run.run.stopped or live_run.budget_spent or live_run.elsewhere):
                self.hub.controls.play(live_run)

    def detach(self) -> None:
        """Look no more: opened as a full run, a contestant may train as long as anybody likes."""
        for live_run in self.runs:
            live_run.budget = None
        super().detach()

    def tend(self) -> None:
        """Have those measured that have used up their budget."""
        for live_run in self.runs:
            if live_run.budget_spent and not live_run.active:
                self.hub.controls.measure(live_run)

    def figures(self, number: int) -> dict[str, Any]:
        """The figures of a contestant; what was measured as [value, floor] where there is a floor."""
        live_run = self.runs[number]
        run, until = live_run.run, live_run.budget
        used = 0.0
        if until is not None:
            used = run.spent / until.seconds if until.seconds is not None else run.step / until.steps
        measured = dict(run.measurement) if run.measurement is not None and live_run.budget_spent else None
        return {
            **super().figures(number),
            "spent": json_number(run.spent),
            "used": min(used, 1.0),
            "over": live_run.budget_spent,
            "measured": measured if measured and measured["steps"] == run.step else None,
        }

    def _introduced(self, contestants: list[Contestant], runs: list[LiveRun]) -> dict[str, Any]:
        say = self.translate
        return {
            "cells": [
                {
                    "run": live_run.run.id,
                    "name": one.name,
                    "family": one.family,
                    "title": say(one.entry.title),
                    "how": say(one.entry.how),
                    "lesson": say(family(one.family).title),
                }
                for one, live_run in zip(contestants, runs, strict=True)
            ],
            "columns": [
                {
                    "name": column.name,
                    "title": say(column.title),
                    "help": say(column.help),
                    "unit": say(column.unit) if column.unit else "",
                    "better": column.better,
                }
                for column in COLUMNS
            ],
            "shares": {name: say(title) for name, title in AXES.items()},
            "titles": {name: say(metric.title) for name, metric in METRICS.items()},
        }


def budget_of(config: ArenaConfig, most: int) -> Budget:
    """What each contestant gets; never more steps than a run may have here."""
    if config.budget == "steps":
        return Budget(min(config.steps, most))
    return Budget(most, config.seconds)


def within(run: Run, budget: Budget) -> bool:
    """Whether a run has had no more than the budget: then it can go on to its end, or is there."""
    return run.step <= budget.steps and (budget.seconds is None or run.spent <= budget.seconds + OVERSHOT)
