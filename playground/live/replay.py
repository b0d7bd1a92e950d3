"""The past of a training played again: which moment comes next, and when."""

import time

from .view import View

FRAME_S = 0.08
"""Between two frames of the past."""
HOLD_S = 2.5
"""How long a recording rests at its end before it begins again."""


class Replay:
    """Moves the cursor of one browser's view while it replays."""

    def __init__(self, view: View):
        self.view = view
        self._due = 0.0

    @property
    def wait_s(self) -> float | None:
        """Seconds until the next frame is due; None: nothing is replayed."""
        return self._due - time.monotonic() if self.view.replaying else None

    def advance(self, ready: bool) -> None:
        """Go on to the next frame if it is due and the browser is ready for it. A recording begins again after its end;
        a run ends at its newest step."""
        view, now = self.view, time.monotonic()
        if not view.replaying or now < self._due:
            return
        self._due = now + FRAME_S
        timeline = view.timeline
        if not ready or timeline is None:
            return
        frames = timeline.frames
        following = frames.after(view.cursor if view.cursor is not None else -1)
        view.exact = None
        if view.recording is not None and following is None:
            view.cursor = frames.steps[0]
        elif following is None or following >= view.head:
            view.cursor = following if view.recording is not None else None
            view.replaying = view.recording is not None
            self._due = now + HOLD_S
        else:
            view.cursor = following
