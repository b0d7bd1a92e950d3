"""The status of the run that a browser looks at: whether it plays, how far it is, what was changed by hand, what it
costs."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from playground.core.contract import Event
from playground.core.i18n import Translate, fill
from playground.engine.live_run import NOT_WRITTEN, LiveRun
from playground.engine.ownership import ELSEWHERE
from playground.engine.run import Run

from .run_tree import change_labels
from .view import View

MARKS = 100
"""Changes by hand shown on the timeline at most, the last ones."""
COST_S = 1.0
"""Between two estimates of what a run costs."""


class Status:
    """Of one browser; it keeps the last estimate of the cost."""

    def __init__(self, view: View, translate: Translate, cost_of: Callable[[LiveRun], dict[str, Any]]):
        self.view, self.translate, self.cost_of = view, translate, cost_of
        self._cost: dict[str, Any] | None = None
        self._cost_at = 0.0

    def forget(self) -> None:
        """Another run is looked at."""
        self._cost = None

    def now(self) -> Mapping[str, Any]:
        """Everything, to be sent where it changed."""
        view, live_run = self.view, self.view.live_run
        run, live, shown = live_run.run if live_run else None, view.cursor is None, view.frame()
        stopped = fill(self.translate(run.stopped[0]), **run.stopped[1]) if run and run.stopped else None
        return {
            "playing": view.replaying or bool(live_run and live_run.playing and live),
            "live": live,
            "recorded": view.recorded,
            "step": shown.step if shown else 0,
            "head": view.head,
            "kept": view.timeline.frames.steps if view.timeline else [],
            "speed": live_run.speed if live_run else None,
            "rate": round(live_run.rate, 1) if live_run else 0,
            "marks": self._marks(run) if run else [],
            "changed": _changed(run) if run else {},
            "halves": run.halves() if run else [],
            "stopped": stopped,
            "waits": self._waits(live_run),
            "busy": shown is None,
            "viewers": len(live_run.listeners) if live_run else 1,
            "background": bool(live_run and live_run.background),
            "cost": self._cost_now(live_run),
        }

    def _waits(self, live_run: LiveRun | None) -> str | None:
        if live_run is None or not (live_run.elsewhere or live_run.waits_for_disk):
            return None
        return self.translate(ELSEWHERE if live_run.elsewhere else NOT_WRITTEN)

    def _cost_now(self, live_run: LiveRun | None) -> dict[str, Any] | None:
        now = time.monotonic()
        if live_run is None:
            self._cost = None
        elif self._cost is None or now - self._cost_at >= COST_S or bool(self._cost["queue"]) != live_run.active:
            self._cost, self._cost_at = self.cost_of(live_run), now
        return self._cost

    def _marks(self, run: Run) -> list[dict[str, Any]]:
        """What was done by hand at which step, in words."""
        kind = type(run.config)

        def text(event: Event) -> str:
            labels = change_labels(kind, event.changes, self.translate)
            part = kind.parts.get(event.part) if event.part is not None else None
            return ", ".join([*labels, self.translate(part)] if part is not None else labels)

        return [{"step": event.step, "text": text(event)} for event in run.events[: run.written][-MARKS:]]


def _changed(run: Run) -> dict[str, Any]:
    """The settings that were changed by hand, with their values in force."""
    return {name: value for event in run.events[: run.written] for name, value in event.changes.items()}
