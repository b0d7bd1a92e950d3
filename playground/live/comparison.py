"""Runs side by side: one browser looks at them, and is sent small pictures and figures of each."""

import asyncio
import logging
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from playground.core.config import Config
from playground.core.registry import family
from playground.core.scene import Scene
from playground.engine.hub import Hub
from playground.engine.live_run import LiveRun
from playground.engine.sweep_worker import parameter_counts
from playground.render.at_moment import at_moment

from . import protocol as p
from .protocol import Command, Translate, encode_frame

log = logging.getLogger(__name__)

MAX_UNACKED = 4
"""Pictures under way to a browser at most, of all cells together."""
PICTURE_S, STATUS_S, TICK_S = 0.5, 0.4, 0.1
"""Between two pictures of a cell, between two tables of figures, and between two looks, at least."""
SMALL = {"points", "heatmap", "images"}
"""Kinds of layers that a small picture has."""


class Comparison(ABC):
    """One browser that looks at several runs, of one family or of several, and the loop that sends it what is new."""

    def __init__(
        self,
        hub: Hub,
        send_json: Callable[[dict], Awaitable[None]],
        send_bytes: Callable[[bytes], Awaitable[None]],
        translate: Translate,
    ):
        self.hub, self.send_json, self.send_bytes, self.translate = hub, send_json, send_bytes, translate
        self.shared_slots = asyncio.Semaphore(len(hub.slots))
        self.wake = asyncio.Event()
        self.notes: list[dict[str, Any]] = []
        self.runs: list[LiveRun] = []
        self._shown: list[Any] = []
        self._pictured: list[float] = []
        self._sizes: list[int] = []
        self._counting: asyncio.Task | None = None
        self._status: list[dict[str, Any]] | None = None
        self._status_at = 0.0
        self._seq = self._acked = self._turn = 0

    # what is asked

    async def handle(self, command: Command) -> None:
        """Do what was asked; `UserError` says why not."""
        match command:
            case p.Ack():
                self._acked = max(self._acked, min(command.seq, self._seq))
            case p.Play():
                self._play()
            case p.Pause():
                for live_run in self.runs:
                    self.hub.controls.pause(live_run)
            case _:
                self._open(command)
        self.wake.set()

    @abstractmethod
    def _open(self, command: Command) -> None:
        """Show the runs that are asked for."""

    def _found(self, owner: str, name: str, config: Config) -> LiveRun | None:
        """The visitor's run of a family that is to be shown for these settings, if there is one."""
        return self.hub.find(owner, name, config)

    def _runs_of(self, owner: str, wanted: Sequence[tuple[str, Config]]) -> list[LiveRun]:
        """The visitor's runs of these families with these settings: found or begun."""
        found = [self._found(owner, name, config) for name, config in wanted]
        for live_run in found:
            if live_run is not None:
                live_run.listeners.add(self.on_update)  # those that are begun must not take their place
        for number, (name, config) in enumerate(wanted):
            if found[number] is None:
                found[number] = self.hub.begin(owner, name, config, cell=True)
                found[number].listeners.add(self.on_update)
        return found

    def _look_at(self, runs: Sequence[LiveRun], introduced: dict[str, Any]) -> None:
        """Look at these from now on; what nobody looks at any more rests."""
        kept = self.runs
        self.detach()
        for live_run in runs:
            live_run.listeners.add(self.on_update)
            live_run.shared_slots = self.shared_slots
        self.runs = list(runs)
        for live_run in kept:
            if live_run not in self.runs and not live_run.listeners:
                self.hub.controls.pause(live_run)
        self._shown, self._pictured = [None] * len(runs), [0.0] * len(runs)
        self._sizes, self._status = [0] * len(runs), None
        self._counting = asyncio.get_running_loop().create_task(self._count())
        self.notes.append(introduced)
        for live_run in self.runs:
            self.hub.controls.schedule(live_run)

    def _play(self) -> None:
        for live_run in self.runs:
            if not live_run.run.stopped:
                self.hub.controls.play(live_run)

    async def _count(self) -> None:
        """Learn from a worker how many parameters each cell has, once there are pictures to look at."""
        while any(live_run.run.newest is None and not live_run.run.stopped for live_run in self.runs):
            await asyncio.sleep(STATUS_S)
        asked: dict[str, list[int]] = {}
        for number, live_run in enumerate(self.runs):
            asked.setdefault(live_run.run.family, []).append(number)
        try:
            for name, numbers in asked.items():
                configs = [self.runs[number].run.config.model_dump() for number in numbers]
                found = await self.hub.slots[0].call(parameter_counts, name, configs)
                for number, size in zip(numbers, found, strict=True):
                    self._sizes[number] = size
        except Exception:  # whatever it is, the runs tell of it themselves
            log.exception("sizes")
        self.wake.set()

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
            self._tend()
            await self._send_status()
            await self._send_pictures()
            await asyncio.sleep(TICK_S)

    @abstractmethod
    def _tend(self) -> None:
        """See to what the runs need besides being looked at."""

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
        live_run = self.runs[number]
        run = live_run.run
        stopped = self.translate(run.stopped[0]).format(**run.stopped[1]) if run.stopped else None
        return {
            "step": run.step,
            "playing": live_run.playing,
            "stopped": stopped,
            "scores": {
                name: [json_number(score.value), json_number(score.floor)] for name, score in run.scores().items()
            },
            "ms": json_number(run.step_ms),
            "parameters": self._sizes[number] or None,
        }

    async def _send_pictures(self) -> None:
        """One picture of each cell that has a new one, in turns where the browser is slow."""
        runs, now = self.runs, time.monotonic()
        for offset in range(len(runs)):
            number = (self._turn + offset) % len(runs)
            live_run = runs[number]
            frame = live_run.run.newest
            if frame is None or frame is self._shown[number] or live_run.pending_writes:
                continue
            if self._seq - self._acked >= MAX_UNACKED or now - self._pictured[number] < PICTURE_S:
                self.wake.set()
                continue
            self._shown[number], self._pictured[number] = frame, now
            self._seq += 1
            header = {"seq": self._seq, "cell": number, "step": frame.step}
            scene = small(family(live_run.run.family).scene(frame, live_run.config_now()))
            await self.send_bytes(encode_frame(header, scene, self.translate))
            if self.runs is not runs:
                return
        self._turn += 1


def small(scene: Scene) -> Scene:
    """What a small picture shows of a scene: the end of its trajectory, in points and areas."""
    scene = at_moment(scene)
    layers = tuple(layer for layer in scene.layers if layer.stage and layer.shown and layer.kind in SMALL)
    return Scene(layers, legend="", words=scene.words, values=scene.values, extent=scene.extent)


def json_number(value: float) -> float | None:
    """Four figures, as JSON has them."""
    return float(f"{value:.4g}") if math.isfinite(value) else None
