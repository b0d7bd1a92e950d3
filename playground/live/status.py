"""What a browser is told of the run it looks at, besides its pictures: whether it plays, how far it is, what was done
by hand, what it costs."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from playground.core.config import Config
from playground.core.contract import Event
from playground.engine.live_run import LiveRun

from .run_tree import change_labels

if TYPE_CHECKING:
    from .viewer import Viewer

MARKS = 100
"""Changes by hand shown on the timeline at most, the last ones."""
COST_S = 1.0
"""Between two reckonings of what a run costs."""


class Status:
    """Of one browser; it keeps what was reckoned last of the cost."""

    def __init__(self, viewer: "Viewer"):
        self.viewer = viewer
        self.cost_of: Callable[[LiveRun], dict[str, Any]] | None = None
        self._cost: dict[str, Any] | None = None
        self._cost_at = 0.0

    def forget(self) -> None:
        """Another run is looked at."""
        self._cost = None

    def now(self) -> Mapping[str, Any]:
        """Everything, to be sent where it changed."""
        viewer, live_run = self.viewer, self.viewer.live_run
        run, live, shown = live_run.run if live_run else None, viewer.cursor is None, viewer.frame()
        stopped = viewer.translate(run.stopped[0]).format(**run.stopped[1]) if run and run.stopped else None
        return {
            "playing": viewer.replaying or bool(live_run and live_run.playing and live),
            "live": live,
            "step": shown.step if shown else 0,
            "head": viewer.head,
            "kept": viewer.timeline.frames.steps,
            "speed": live_run.speed if live_run else None,
            "rate": round(live_run.rate, 1) if live_run else 0,
            "marks": [
                {"step": e.step, "text": self._mark(e, type(run.config))} for e in run.events[: run.written][-MARKS:]
            ]
            if run
            else [],
            "stopped": stopped,
            "busy": shown is None,
            "viewers": len(live_run.listeners) if live_run else 1,
            "background": bool(live_run and live_run.background),
            "cost": self._cost_now(),
        }

    def _cost_now(self) -> dict[str, Any] | None:
        now, live_run = time.monotonic(), self.viewer.live_run
        if live_run is None or self.cost_of is None:
            self._cost = None
        elif self._cost is None or now - self._cost_at >= COST_S or bool(self._cost["queue"]) != live_run.active:
            self._cost, self._cost_at = self.cost_of(live_run), now
        return self._cost

    def _mark(self, event: Event, kind: type[Config]) -> str:
        """What was done by hand at a step, in words."""
        translate = self.viewer.translate
        labels = change_labels(kind, event.changes, translate)
        return ", ".join(labels + ([translate(kind.parts[event.part])] if event.part in kind.parts else []))
