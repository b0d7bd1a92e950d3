"""One browser that looks: what it sees (a run or a recording, the newest step or one of the past),
and what it is sent. A slow browser gets the newest picture, never a queue."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from playground.core.config import Config, differences, only_live
from playground.core.contract import Frame
from playground.core.registry import family
from playground.engine.live_run import LiveRun
from playground.engine.recording import Recording
from playground.engine.timeline import Timeline

from .diagnosis import DiagnosisFeed
from .protocol import Translate, describe_charts, describe_diagram, encode_frame
from .status import Status

MAX_UNACKED = 2
"""Frames under way to a browser at most."""
POINTS = 12
"""Curve points that come with a frame at most."""
STATUS_S = 0.2
REPLAY_S = 0.08
"""Between two frames of the past when they are played again."""
HOLD_S = 2.5
"""How long a recording rests at its end before it begins again."""


class Viewer:
    """What one connection looks at, and the loop that sends it."""

    def __init__(
        self,
        send_json: Callable[[dict], Awaitable[None]],
        send_bytes: Callable[[bytes], Awaitable[None]],
        translate: Translate,
    ):
        self.send_json, self.send_bytes, self.translate = send_json, send_bytes, translate
        self.wake = asyncio.Event()
        self.family = ""
        self.config: Config | None = None
        """The settings of the page."""
        self.live_run: LiveRun | None = None
        self.recording: Recording | None = None
        self.mine = True
        self.cursor: int | None = None
        """The step of the past that is looked at; None: the newest."""
        self.replaying = False
        self.exact: Frame | None = None
        """A frame of the past that was recomputed for this viewer."""
        self.notes: list[dict[str, Any] | bytes] = []
        self._seq = self._acked = 0
        self._shown: Frame | None = None
        self._status: dict[str, Any] = {}
        self._status_at = self._replay_at = 0.0
        self._fresh = True
        self.adopting = False
        """Whether the page is to take over the settings of the run that it is told of next."""
        self.tree: tuple[Callable[[], tuple], Callable[[], dict[str, Any]]] | None = None
        """What changes with the tree of the visitor's runs, and the message that tells it."""
        self._grown: tuple | None = None
        self.diagnosis = DiagnosisFeed()
        self.status = Status(self)
        self._rows = self._scores = 0
        """How much of the run's curves was sent."""

    # what is looked at

    def attach(self, *, live_run: LiveRun | None = None, recording: Recording | None = None, mine: bool = True) -> None:
        """Look at another run or recording, at its newest step."""
        self.detach()
        self.live_run, self.recording, self.mine = live_run, recording, mine
        self.cursor, self.exact, self._shown = None, None, None
        self.replaying, self.adopting = recording is not None, False
        if recording is not None:
            self.cursor = recording.timeline.frames.steps[0]
        self._fresh, self._status = True, {}
        self.status.forget()
        if live_run is not None:
            live_run.listeners.add(self.on_update)
        self.wake.set()

    def detach(self) -> None:
        """Look no more; the run goes on only for others."""
        if self.live_run is not None:
            self.live_run.listeners.discard(self.on_update)
        self.live_run = self.recording = None

    def on_update(self, note: str | None) -> None:
        """The run has something new."""
        if note:
            self.note(self.translate(note), "warning")
        self.wake.set()

    def note(self, text: str, level: str = "info") -> None:
        """A short message to the person."""
        self.notes.append({"is": "note", "text": text, "level": level})
        self.wake.set()

    def refuse(self, about: str, text: str) -> None:
        """Tell the person that a command was not carried out."""
        self.notes.append({"is": "refused", "about": about, "text": text})
        self.wake.set()

    def tell(self, message: dict[str, Any] | bytes) -> None:
        """Send a message as soon as what is before it is sent."""
        self.notes.append(message)
        self.wake.set()

    def look(self, cursor: int | None, exact: Frame | None = None) -> None:
        """Look at a step of the past, or at the newest (None)."""
        self.cursor, self.exact, self.replaying = cursor, exact, False
        self.wake.set()

    def replay(self) -> None:
        """Play what is kept from the cursor on; the end of it is the newest step."""
        self.replaying = True
        self.wake.set()

    def acknowledge(self, seq: int) -> None:
        """The browser has drawn frame `seq`."""
        self._acked = max(self._acked, min(seq, self._seq))
        self.wake.set()

    @property
    def timeline(self) -> Timeline | None:
        if self.recording is not None:
            return self.recording.timeline
        return self.live_run.run.timeline if self.live_run else None

    @property
    def head(self) -> int:
        if self.recording is not None:
            return self.recording.step
        return self.live_run.run.step if self.live_run else 0

    def frame(self) -> Frame | None:
        """What should be on the stage now."""
        if self.recording is not None:
            frames = self.recording.timeline.frames
            return frames.items[frames.nearest(self.head if self.cursor is None else self.cursor)]
        if self.live_run is None:
            return None
        if self.cursor is None:
            return self.live_run.run.newest
        return self.exact or self.live_run.run.frame_at(self.cursor)

    def config_at(self, step: int) -> Config:
        if self.recording is not None:
            return self.recording.config
        return self.live_run.run.config_now(step)

    def live_changes(self, config: Config) -> dict[str, Any] | None:
        """What the page's settings would change of the step looked at, if all of it may change in mid-run."""
        changes = differences(self.config_at(self.head if self.cursor is None else self.cursor), config)
        return changes if only_live(type(config), changes) else None

    # what is sent

    async def serve(self) -> None:
        """Send what is new, as fast as the browser takes it, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(self._patience()):
                    await self.wake.wait()
            except TimeoutError:
                pass
            self.wake.clear()
            while self.notes:
                note = self.notes.pop(0)
                await (self.send_bytes if isinstance(note, bytes) else self.send_json)(note)
            if self.held or self.live_run is None and self.recording is None:
                continue
            self._advance_replay()
            if self._fresh:
                self._fresh = False
                await self._introduce()
            await self._send_status()
            await self._send_tree()
            if news := self.diagnosis.news(self.live_run, self.cursor is None, self.translate):
                await self.send_json(news)
            if self._seq - self._acked < MAX_UNACKED:
                await self._send_frame()

    @property
    def held(self) -> bool:
        """Whether the run has something new that is not on disk yet: nobody is told of that."""
        return self.live_run is not None and self.live_run.pending_writes > 0

    def _patience(self) -> float | None:
        if self.held:
            return None
        now = time.monotonic()
        waits = [self._replay_at - now] if self.replaying else []
        waits += self.diagnosis.waits()
        if self.live_run is not None and self.status.now() != self._status:
            waits.append(self._status_at + STATUS_S - now)
        return max(0.0, min(waits)) if waits else None

    def _advance_replay(self) -> None:
        now = time.monotonic()
        if not self.replaying or now < self._replay_at or self._seq - self._acked >= MAX_UNACKED:
            if self.replaying and now >= self._replay_at:
                self._replay_at = now + REPLAY_S
            return
        self._replay_at = now + REPLAY_S
        following = self.timeline.frames.after(self.cursor if self.cursor is not None else -1)
        self.exact = None
        if self.recording is not None and following is None:
            self.cursor = self.timeline.frames.steps[0]
        elif following is None or following >= self.head:
            self.cursor = following if self.recording is not None else None
            self.replaying = self.recording is not None
            self._replay_at = now + HOLD_S
        else:
            self.cursor = following

    async def _introduce(self) -> None:
        """What does not change from frame to frame."""
        kind, run, config = family(self.family), self.live_run.run if self.live_run else None, self.config_at(0)
        parts = [{"name": name, "title": self.translate(title)} for name, title in type(config).parts.items()]
        adopt, self.adopting = self.adopting, False
        await self.send_json(
            {
                "is": "opened",
                "family": self.family,
                "run": run.id if run else None,
                "mine": self.mine,
                "recording": self.recording.name if run is None else None,
                "adopt": adopt,
                "config": self.config_at(self.head).model_dump(),
                "parts": parts,
                "charts": describe_charts(kind.charts(config), self.translate),
            }
        )
        self._rows, self._scores = self.timeline.scalars.count, len(self.timeline.scores)
        await self.send_json({"is": "curves", "reset": True, "points": self.timeline.curve()})

    async def _send_tree(self) -> None:
        if self.tree is not None and (grown := self.tree[0]()) != self._grown:
            self._grown = grown
            await self.send_json(self.tree[1]())

    async def _send_status(self) -> None:
        status, now = self.status.now(), time.monotonic()
        if status == self._status or self.held:
            return
        urgent = any(status[k] != self._status.get(k) for k in ("playing", "live", "stopped", "busy", "speed"))
        if urgent or now - self._status_at >= STATUS_S:
            self._status, self._status_at = status, now
            await self.send_json({"is": "status", **status})

    async def _send_frame(self) -> None:
        frame = self.frame()
        if frame is None or frame is self._shown or self.held:
            return
        scene = family(self.family).scene(frame, self.config_at(frame.step))
        if self._shown is None and scene.diagram is not None:
            await self.send_json({"is": "diagram", **describe_diagram(scene.diagram, self.translate)})
        self._shown = frame
        self._seq += 1
        scores = self._scores_at(frame.step)
        header = {
            "seq": self._seq,
            "run": self.live_run.run.id if self.live_run else None,
            "step": frame.step,
            "points": self._new_points(),
            "scores": {name: [None if v != v else round(v, 6) for v in score] for name, score in scores.items()},
        }
        await self.send_bytes(encode_frame(header, scene, self.translate))

    def _scores_at(self, step: int):
        if self.recording is not None:
            return self.recording.scores
        return self.live_run.run.scores(step)

    def _new_points(self) -> list[tuple[int, dict[str, float]]]:
        """Curve points since the last frame sent: means of the new steps, and new scores."""
        timeline = self.timeline
        points = timeline.scalars.thinned(POINTS, self._rows)
        points += [
            (step, {name: float(f"{s.value:.5g}") for name, s in scores.items() if s.value == s.value})
            for step, scores in timeline.scores[self._scores :]
        ]
        self._rows, self._scores = timeline.scalars.count, len(timeline.scores)
        return points
