"""The sending loop of one browser's stage. A slow browser gets the newest picture, never a queue."""

import math
import time
from collections.abc import Mapping
from typing import Any

from playground.core.contract import Frame
from playground.core.registry import family
from playground.core.score import Score
from playground.engine.cost import cost
from playground.engine.hub import Hub
from playground.engine.live_run import NOT_WRITTEN
from playground.engine.text_store import shortened
from playground.engine.timeline import Timeline

from .diagnosis import DiagnosisFeed
from .outbox import Outbox
from .protocol import describe_charts, describe_diagram, encode_frame
from .replay import Replay
from .run_tree import fingerprint, tree
from .status import Status
from .view import View

MAX_UNDRAWN = 2
"""Frames under way to a browser at most."""
POINTS = 12
"""Curve points that come with a frame at most."""
STATUS_S = 0.2
URGENT = ("playing", "live", "stopped", "waits", "busy", "speed", "recorded")
"""Parts of the status whose changes are sent at once."""


class Viewer:
    """Sends one browser what is new of what it looks at."""

    def __init__(self, hub: Hub, view: View, outbox: Outbox):
        self.hub, self.view, self.outbox, self.translate = hub, view, outbox, outbox.translate
        self.diagnosis, self.replay = DiagnosisFeed(), Replay(view)
        self.status = Status(view, self.translate, lambda run: cost(run, hub.slots, hub.active, hub.limits))
        self._introduced = 0
        """The number of the view's change that the browser knows."""
        self._shown: Frame | None = None
        self._status: Mapping[str, Any] = {}
        self._status_at = 0.0
        self._tree: tuple | None = None
        """What stood in the tree of runs when it was sent last."""
        self._rows = self._scores = 0
        """How much of the run's curves was sent."""

    async def serve(self) -> None:
        """Send what is new, as fast as the browser takes it, until cancelled."""
        view = self.view
        while True:
            await self.outbox.wait(await self.outbox.supervisor.attempt("patience", self._patience))
            if self._held:
                await self.outbox.supervisor.attempt("waits", self._send_waits)
            if self._held or view.timeline is None:
                continue
            self.replay.advance(ready=self.outbox.undrawn < MAX_UNDRAWN)
            if self._introduced != view.changes:
                await self._introduce(view.timeline)
            for part in (self._send_status, self._send_tree, self._send_diagnosis, self._send_frame):
                if self._held:  # meanwhile
                    break
                await self.outbox.supervisor.attempt(part.__name__, part)

    @property
    def _held(self) -> bool:
        """Whether the run has something new that is not on disk yet: it is not sent before it is saved."""
        return self.view.live_run is not None and self.view.live_run.pending_writes > 0

    async def _send_waits(self) -> None:
        """While the disk cannot be written to, what the browser knows stays true; it is told why nothing comes."""
        live_run = self.view.live_run
        if live_run is None or not live_run.waits_for_disk:
            return
        waits = {"waits": self.translate(NOT_WRITTEN), "playing": live_run.playing}
        if waits.items() <= self._status.items():
            return
        if self._introduced == self.view.changes and self._status:
            await self.outbox.send_json({"is": "status", **self._status, **waits})
        else:
            self.outbox.note(NOT_WRITTEN, "warning")
        self._status = {**self._status, **waits}

    async def _patience(self) -> float | None:
        """Seconds until there may be something to send without a command or a notification; None: never."""
        if self._held:
            return None
        waits = self.diagnosis.waits()
        if (replay := self.replay.wait_s) is not None:
            waits.append(replay)
        if self.view.live_run is not None and self.status.now() != self._status:
            waits.append(self._status_at + STATUS_S - time.monotonic())
        return max(0.0, min(waits)) if waits else None

    async def _introduce(self, timeline: Timeline) -> None:
        """What does not change from frame to frame."""
        view, changes = self.view, self.view.changes
        self._shown, self._status = None, {}
        self.status.forget()
        kind, config = family(view.family), view.config_at(0)
        await self.outbox.send_json(
            {
                "is": "watching",
                "family": view.family,
                "run": view.run_id,
                "mine": view.mine,
                "recording": view.recording.name if view.recording else None,
                "follow": view.follow,
                "config": shortened(type(config), view.config_at(view.head).model_dump()),
                "parts": [{"name": name, "title": self.translate(title)} for name, title in type(config).parts.items()],
                "charts": describe_charts(kind.charts(config), self.translate),
            }
        )
        self._rows, self._scores = timeline.scalars.count, len(timeline.scores)
        await self.outbox.send_json({"is": "curves", "reset": True, "points": timeline.curve()})
        self._introduced = changes

    async def _send_tree(self) -> None:
        view = self.view
        about = self.hub, view.owner, view.family, view.run_id
        if (grown := fingerprint(*about)) != self._tree:
            self._tree = grown
            await self.outbox.send_json(tree(*about, self.translate))

    async def _send_status(self) -> None:
        status, now = self.status.now(), time.monotonic()
        if status == self._status or self._held:
            return
        urgent = any(status[name] != self._status.get(name) for name in URGENT)
        if urgent or now - self._status_at >= STATUS_S:
            self._status, self._status_at = status, now
            await self.outbox.send_json({"is": "status", **status})

    async def _send_diagnosis(self) -> None:
        if news := self.diagnosis.news(self.view.live_run, self.view.cursor is None, self.translate):
            await self.outbox.send_json(news)

    async def _send_frame(self) -> None:
        if self.outbox.undrawn >= MAX_UNDRAWN:
            return
        view, frame = self.view, self.view.frame()
        timeline = view.timeline
        if frame is None or timeline is None or frame is self._shown or self._held:
            return
        scene = family(view.family).scene(frame, view.config_at(frame.step))
        if self._shown is None and scene.diagram is not None:
            await self.outbox.send_json({"is": "diagram", **describe_diagram(scene.diagram, self.translate)})
        self._shown = frame
        header = {
            "run": view.run_id,
            "step": frame.step,
            "points": self._new_points(timeline),
            "scores": {
                name: [round(v, 6) if math.isfinite(v) else None for v in score]
                for name, score in self._scores_at(frame.step).items()
            },
        }
        await self.outbox.send_picture(lambda seq: encode_frame({"seq": seq, **header}, scene, self.translate))
        self._measure(frame)

    def _measure(self, frame: Frame) -> None:
        """How long the newest frame took from the worker to here."""
        live_run = self.view.live_run
        if live_run is not None and live_run.run.newest is frame and live_run.active:
            self.hub.telemetry.frame_latency.observe(time.monotonic() - live_run.computed_at)

    def _scores_at(self, step: int) -> Mapping[str, Score]:
        view = self.view
        if view.recording is not None:
            return view.recording.scores
        return view.live_run.run.scores(step) if view.live_run else {}

    def _new_points(self, timeline: Timeline) -> list[tuple[int, dict[str, float]]]:
        """Curve points since the last frame sent: means of the new steps, and new scores."""
        points = timeline.scalars.thinned(POINTS, self._rows)
        points += [
            (step, {name: float(f"{s.value:.5g}") for name, s in scores.items() if math.isfinite(s.value)})
            for step, scores in timeline.scores[self._scores :]
        ]
        self._rows, self._scores = timeline.scalars.count, len(timeline.scores)
        return points
