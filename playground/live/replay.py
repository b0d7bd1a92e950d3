"""The past of a training played again: which moment comes next, and when."""

import time
from bisect import bisect_right

from .view import View

FRAME_S = 0.08
"""Between two frames of the past."""
RECORDING_S = 8.0
"""What a recording takes from its first frame to its last."""
RETRY_S = 0.04
"""After which a browser that was not ready is looked at again."""


FIRST = 3
"""Frames with which the time begins: a browser that is still building its page does not miss the beginning."""


class Replay:
    """Moves the cursor of one browser's view while it replays. A slow browser gets fewer frames, not a longer film."""

    def __init__(self, view: View):
        self.view = view
        self._due: float | None = None
        """When the next frame is to be shown; None: nothing was replayed so far."""
        self._sent = 0
        """Frames since the replay began: the first two do not wait, and the third is not late before they are drawn."""
        self._looked = 0.0
        """When the browser was not ready last."""

    @property
    def wait_s(self) -> float | None:
        """Seconds until the next frame is due; None: nothing is replayed."""
        if not self.view.replaying:
            return None
        return max(self._due or 0.0, self._looked + RETRY_S) - time.monotonic()

    def advance(self, ready: bool) -> None:
        """Go on to the frame that is due if the browser is ready for it. A recording rests at its end; a run goes on
        at its newest step."""
        view, now = self.view, time.monotonic()
        if not view.replaying:
            self._due, self._sent = None, 0
            return
        if self._due is None:  # the first frame is seen too; the next follows at once, so that the picture moves
            self._due, self._sent = now, 1
            return
        if not ready or now < self._due or view.timeline is None:
            self._looked = now
            return
        steps = view.timeline.frames.steps
        self._sent += 1
        if self._sent <= FIRST:
            self._due = now
        period = FRAME_S if view.recording is None else RECORDING_S / len(steps)
        passed = 1 + int((now - self._due) / period)
        self._due += passed * period
        place = bisect_right(steps, view.cursor if view.cursor is not None else -1) - 1 + passed
        view.exact = None
        if view.recording is not None:
            view.cursor = steps[min(place, len(steps) - 1)]
            view.replaying = place < len(steps) - 1
        elif place >= len(steps) or steps[place] >= view.head:
            view.cursor, view.replaying = None, False
        else:
            view.cursor = steps[place]
