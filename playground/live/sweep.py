"""A grid of sweeps: ordinary runs of the visitor, side by side. Every cell is sent small pictures and its figures."""

import math
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from playground.core.config import specs
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import family
from playground.engine.live_run import LiveRun
from playground.engine.sweep_plan import Budget, Cell, plan_cells
from playground.metrics.scores import METRICS

from . import commands as c
from .comparison import Comparison

FIRST = ("nll", "nll_gap", "sliced_w2", "invertibility")
"""Measures that come first, where a family has them."""

TITLES = {"invertibility": N_("Round-trip error")}
"""Measures that are neither every family's nor on a chart of their own."""


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
    """One browser that looks at a grid."""

    def show(self, command: CompareSweep) -> None:
        found = self._planned(command)
        runs = self.runs_of(command.owner, [(command.family, cell.config) for cell in found])
        self.look_at(runs, {"is": "sweep", **self._introduced(found, runs, command)})
        if command.play:
            self.play()

    def tend(self) -> None:
        """The runs of a sweep train until they are paused: nothing."""

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
        base = {name: value for name, value in command.config.items() if name not in command.grid}
        return plan_cells(command.family, base, command.grid, Budget(self.hub.limits.steps))

    def _introduced(self, found: list[Cell], runs: list[LiveRun], command: CompareSweep) -> dict[str, Any]:
        """What does not change: the axes, the cells with their names, what the measures are called."""
        kind = family(command.family)
        known = {spec.name: spec for spec in specs(kind.Config)}

        def label(name: str, value: c.Value) -> str:
            spec = known[name]
            if value in spec.options:
                return self.translate(spec.options[value])
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
