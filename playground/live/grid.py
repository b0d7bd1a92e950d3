"""A grid of sweeps: ordinary runs of the visitor, side by side. Every cell is sent small pictures and its figures."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from ..config import specs
from ..engine.activity import Activity
from ..engine.cells import Budget, Cell, cells
from ..engine.hub import Hub
from ..engine.training import sizes
from ..metrics import METRICS
from ..registry import family
from ..render.settle import settled
from ..scene import Scene
from ..texts import N_, Refusal
from . import protocol as p
from .protocol import Command, Token, Translate, encode_frame

log = logging.getLogger(__name__)

UNACKED = 4
"""Pictures under way to a browser at most, of all cells together."""
PICTURE_S, STATUS_S, TICK_S = 0.5, 0.4, 0.1
"""Between two pictures of a cell, between two tables of figures, and between two looks, at least."""
SMALL = {"points", "heatmap", "images"}
"""Kinds of layers that a small picture has."""
FIRST = ("nll", "nll_gap", "sliced_w2", "invertibility")
"""Measures that come first, where a family has them."""

TITLES = {"invertibility": N_("Error of there and back")}
"""Measures that are neither every family's nor on a chart of their own."""

Value = str | int | float | bool


class OpenGrid(Command):
    """Show the visitor's runs for every combination of `grid`'s values; the other settings are those of `config`."""

    do: Literal["grid"]
    family: Annotated[str, Field(max_length=40)]
    config: Annotated[dict[str, Value], Field(max_length=60)]
    grid: Annotated[dict[str, Annotated[list[Value], Field(min_length=1, max_length=64)]],
                    Field(min_length=1, max_length=4)]
    owner: Token
    play: bool = False


GRID_COMMANDS: TypeAdapter[OpenGrid | p.Play | p.Pause | p.Ack] = TypeAdapter(
    Annotated[OpenGrid | p.Play | p.Pause | p.Ack, Field(discriminator="do")])


class Grid:
    """One browser that looks at a grid, and the loop that sends it what is new."""

    def __init__(self, hub: Hub, send_json: Callable[[dict], Awaitable[None]],
                 send_bytes: Callable[[bytes], Awaitable[None]], translate: Translate):
        self.hub, self.send_json, self.send_bytes, self.translate = hub, send_json, send_bytes, translate
        self.crowd = asyncio.Semaphore(len(hub.slots))
        self.wake = asyncio.Event()
        self.notes: list[dict[str, Any]] = []
        self.name = ""
        self.runs: list[Activity] = []
        self._shown: list[Any] = []
        self._pictured: list[float] = []
        self._sizes: list[int] = []
        self._counting: asyncio.Task | None = None
        self._status: list[dict[str, Any]] | None = None
        self._status_at = 0.0
        self._seq = self._acked = self._turn = 0

    # what is asked

    async def obey(self, command: Command) -> None:
        """Do what was asked; `Refusal` says why not."""
        match command:
            case p.Ack():
                self._acked = max(self._acked, min(command.seq, self._seq))
            case OpenGrid():
                self._open(command)
            case p.Play():
                self._play()
            case p.Pause():
                for activity in self.runs:
                    self.hub.pause(activity)
        self.wake.set()

    def _open(self, command: OpenGrid) -> None:
        found = self._planned(command)
        kept = self.runs
        self.detach()
        self.name = command.family
        for cell in found:
            activity = self.hub.find(command.owner, self.name, cell.config) or self.hub.begin(
                command.owner, self.name, cell.config, cell=True)
            activity.listeners.add(self.told)
            activity.crowd = self.crowd
            self.runs.append(activity)
        for activity in kept:
            if activity not in self.runs and not activity.listeners:
                self.hub.pause(activity)
        self._shown, self._pictured = [None] * len(found), [0.0] * len(found)
        self._sizes, self._status = [0] * len(found), None
        self._counting = asyncio.get_running_loop().create_task(self._count(found))
        self.notes.append({"is": "grid", **self._introduced(found, command)})
        for activity in self.runs:
            self.hub.wake(activity)
        if command.play:
            self._play()

    def _planned(self, command: OpenGrid) -> list[Cell]:
        count, most = math.prod(map(len, command.grid.values())), self.hub.limits.cells
        if count > most:
            raise Refusal(N_("That grid has {count} cells; at most {most} train side by side here. Choose fewer "
                             "values, or use the command line, which has no such limit."), count=count, most=most)
        base = {name: value for name, value in command.config.items() if name not in command.grid}
        return cells(command.family, base, command.grid, Budget(self.hub.limits.steps))

    def _play(self) -> None:
        for activity in self.runs:
            if not activity.run.stopped:
                self.hub.play(activity)

    async def _count(self, found: list[Cell]) -> None:
        """Learn from a worker how many parameters each cell has, once there are pictures to look at."""
        while any(activity.run.newest is None and not activity.run.stopped for activity in self.runs):
            await asyncio.sleep(STATUS_S)
        configs = [cell.config.model_dump() for cell in found]
        try:
            self._sizes = await self.hub.slots[0].surely(sizes, self.name, configs)
        except Exception:  # whatever it is, the runs tell of it themselves
            log.exception("sizes")
        self.wake.set()

    def detach(self) -> None:
        """Look no more; the runs stay as they are and go on only for others."""
        if self._counting is not None:
            self._counting.cancel()
        for activity in self.runs:
            activity.listeners.discard(self.told)
            if activity.crowd is self.crowd:
                activity.crowd = None
        self.runs = []

    def told(self, note: str | None) -> None:
        """A run has something new."""
        if note:
            self.notes.append({"is": "note", "text": self.translate(note)})
        self.wake.set()

    def refuse(self, about: str, text: str) -> None:
        """Tell the person that something was not done."""
        self.notes.append({"is": "refused", "about": about, "text": text})
        self.wake.set()

    # what is sent

    async def serve(self) -> None:
        """Send what is new, as fast as the browser takes it, until cancelled."""
        while True:
            await self.wake.wait()
            self.wake.clear()
            while self.notes:
                await self.send_json(self.notes.pop(0))
            await self._send_status()
            await self._send_pictures()
            await asyncio.sleep(TICK_S)

    async def _send_status(self) -> None:
        status, now = [self._cell(number) for number in range(len(self.runs))], time.monotonic()
        if not self.runs or status == self._status:
            return
        if now - self._status_at < STATUS_S:
            self.wake.set()  # it is told of with the next look
            return
        self._status, self._status_at = status, now
        await self.send_json({"is": "cells", "cells": status})

    def _cell(self, number: int) -> dict[str, Any]:
        """The figures of a cell; scores as [value, what a perfect model has]."""
        activity = self.runs[number]
        run = activity.run
        stopped = self.translate(run.stopped[0]).format(**run.stopped[1]) if run.stopped else None
        return {"step": run.step, "playing": activity.playing, "stopped": stopped,
                "scores": {name: [_told(score.value), _told(score.floor)] for name, score in run.scores().items()},
                "ms": _told(run.step_ms), "parameters": self._sizes[number] or None}

    async def _send_pictures(self) -> None:
        """One picture of each cell that has a new one, in turns where the browser is slow."""
        runs, now = self.runs, time.monotonic()
        for offset in range(len(runs)):
            number = (self._turn + offset) % len(runs)
            activity = runs[number]
            frame = activity.run.newest
            if frame is None or frame is self._shown[number] or activity.unsaved:
                continue
            if self._seq - self._acked >= UNACKED or now - self._pictured[number] < PICTURE_S:
                self.wake.set()
                continue
            self._shown[number], self._pictured[number] = frame, now
            self._seq += 1
            header = {"seq": self._seq, "cell": number, "step": frame.step}
            scene = small(family(self.name).scene(frame, activity.config_now()))
            await self.send_bytes(encode_frame(header, scene, self.translate))
            if self.runs is not runs:
                return
        self._turn += 1

    def _introduced(self, found: list[Cell], command: OpenGrid) -> dict[str, Any]:
        """What does not change: the axes, the cells with their names, what the measures are called."""
        kind = family(self.name)
        known = {spec.name: spec for spec in specs(kind.Config)}

        def said(name: str, value: Value) -> str:
            spec = known[name]
            if value in spec.options:
                return self.translate(spec.options[value])
            told = self.translate(N_("on") if value else N_("off")) if spec.kind == "bool" else f"{value:.10g}"
            return f"{self.translate(spec.title)} {told}"

        titles = {name: metric.title for name, metric in METRICS.items()} | TITLES
        for chart in kind.charts(found[0].config):
            titles = {series.metric: chart.title if len(chart.series) == 1 else series.title
                      for series in chart.series} | titles
        titles = {name: self.translate(title) for name, title in titles.items()}
        return {
            "axes": [{"name": name, "title": self.translate(known[name].title), "count": len(values)}
                     for name, values in command.grid.items()],
            "cells": [{"run": activity.run.id, "values": dict(cell.values),
                       "labels": [said(name, value) for name, value in cell.values.items()]}
                      for activity, cell in zip(self.runs, found, strict=True)],
            "titles": titles, "better": {name: metric.better for name, metric in METRICS.items()}, "first": FIRST}


def small(scene: Scene) -> Scene:
    """What a small picture shows of a scene: the end of its journey, in points and areas."""
    scene = settled(scene)
    layers = tuple(layer for layer in scene.layers if layer.stage and layer.shown and layer.kind in SMALL)
    return Scene(layers, legend="", words=scene.words, values=scene.values, extent=scene.extent)


def _told(value: float) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) else None
