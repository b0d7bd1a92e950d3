"""What a browser that compares runs is sent: small pictures of each, and a table of their figures."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from playground.core.registry import family
from playground.core.scene import Scene
from playground.engine.live_run import LiveRun
from playground.render.at_moment import at_moment

from .comparison import Comparison
from .outbox import Outbox
from .protocol import encode_frame

MAX_UNDRAWN = 4
"""Pictures under way to a browser at most, of all runs together."""
PICTURE_S, FIGURES_S, TICK_S = 0.5, 0.4, 0.1
"""Between two pictures of a run, between two tables of figures, and between two looks, at least."""
SMALL = {"points", "heatmap", "images"}
"""Kinds of layers that a small picture has, beside the outline of the truth."""


class ComparisonFeed:
    """The sending loop of one browser that compares runs."""

    def __init__(self, comparison: Comparison, outbox: Outbox):
        self.comparison, self.outbox = comparison, outbox
        self._runs: Sequence[LiveRun] = ()
        """Those that the following is about."""
        self._shown: list[Any] = []
        self._pictured: list[float] = []
        self._figures: list[dict[str, Any]] | None = None
        self._figures_at = 0.0
        self._turn = 0

    async def serve(self) -> None:
        """Send what is new, as fast as the browser takes it, until cancelled."""
        while True:
            await self.outbox.wait()
            self._begin()
            for part in (self._tend, self._send_figures, self._send_pictures):
                await self.outbox.supervisor.attempt(part.__name__, part)
            await asyncio.sleep(TICK_S)

    async def _tend(self) -> None:
        self.comparison.tend()

    def _begin(self) -> None:
        """Where other runs are looked at, nothing of them was sent."""
        if self._runs is not self.comparison.runs:
            self._runs = self.comparison.runs
            self._shown, self._pictured = [None] * len(self._runs), [0.0] * len(self._runs)
            self._figures = None

    async def _send_figures(self) -> None:
        figures, now = self._on_disk(), time.monotonic()
        if not figures or figures == self._figures:
            return
        if now - self._figures_at < FIGURES_S:
            self.outbox.wake()  # they are sent with the next look
            return
        self._figures, self._figures_at = figures, now
        await self.outbox.send_json({"is": "cells", "cells": figures})

    def _on_disk(self) -> list[dict[str, Any]]:
        """The figures; of a run that is being written those that were sent last."""
        sent = self._figures
        return [
            self.comparison.figures(number) if sent is None or self.comparison.written(number) else sent[number]
            for number in range(len(self._runs))
        ]

    async def _send_pictures(self) -> None:
        """One picture of each run that has a new one, in turns where the browser is slow."""
        runs, first = self._runs, self._turn
        self._turn += 1
        for offset in range(len(runs)):
            if self.comparison.runs is not runs:  # others are looked at since
                return
            number = (first + offset) % len(runs)
            await self.outbox.supervisor.attempt(f"picture {number}", partial(self._send_picture, number))

    async def _send_picture(self, number: int) -> None:
        live_run, now = self._runs[number], time.monotonic()
        frame = self.comparison.frame(number)
        if frame is None or frame is self._shown[number] or not self.comparison.written(number):
            return
        if self.outbox.undrawn >= MAX_UNDRAWN or now - self._pictured[number] < PICTURE_S:
            self.outbox.wake()
            return
        self._shown[number], self._pictured[number] = frame, now
        scene = small_scene(family(live_run.run.family).scene(frame, live_run.config_now()))
        about = {"cell": number, "step": frame.step}
        await self.outbox.send_picture(lambda seq: encode_frame({"seq": seq, **about}, scene, self.outbox.translate))


def small_scene(scene: Scene) -> Scene:
    """What a small picture shows of a scene: its trajectory's end in points and areas, and the truth's outline."""
    scene = at_moment(scene)
    layers = tuple(
        layer
        for layer in scene.layers
        if layer.stage and layer.shown and (layer.kind in SMALL or (layer.kind == "contour" and layer.role == "truth"))
    )
    return Scene(layers, legend="", words=scene.words, values=scene.values, extent=scene.extent)
