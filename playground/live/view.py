"""What one browser looks at: a run or a recording, at its newest step or at one of the past."""

from typing import Any

from playground.core.combinations import only_live
from playground.core.config import Config, differences
from playground.core.contract import Frame
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.engine.live_run import LiveRun
from playground.engine.recording import Recording
from playground.engine.run import owner_hash
from playground.engine.timeline import Timeline
from playground.engine.visitor import Visitor

from .outbox import Outbox

NOTHING_OPEN = N_("This connection is not watching a run.")


class View:
    """The place of one browser: whose it is, its page's settings, the run or recording, the moment."""

    def __init__(self, outbox: Outbox, address: str = ""):
        self.outbox, self.address = outbox, address
        self.owner = ""
        """The visitor's token."""
        self.family = ""
        self.config: Config | None = None
        """The settings of the page; None: the browser has not said yet what it looks at."""
        self.live_run: LiveRun | None = None
        self.recording: Recording | None = None
        self.mine = True
        self.follow = False
        """Whether the page is to take over the settings of the run."""
        self.cursor: int | None = None
        """The step of the past that is looked at; None: the newest."""
        self.exact: Frame | None = None
        """A frame of the past that was recomputed for this browser."""
        self.replaying = False
        self.recorded = False
        """Whether there is a shipped training with the page's settings."""
        self.changes = 0
        """How often something else was looked at."""

    def look_at(
        self,
        *,
        live_run: LiveRun | None = None,
        recording: Recording | None = None,
        mine: bool = True,
        follow: bool = False,
    ) -> None:
        """Look at another run or recording, at its newest step. With `follow` the page takes over its settings."""
        self.detach()
        self.live_run, self.recording, self.mine, self.follow = live_run, recording, mine, follow
        if live_run is not None and follow:
            self.config = live_run.config_now()
        self.cursor, self.exact, self.replaying = None, None, recording is not None
        if recording is not None:
            self.cursor = recording.timeline.frames.steps[0]
        self.changes += 1
        if live_run is not None and live_run.run.owner == self.visitor.owner:
            live_run.visitor = self.visitor
        if live_run is not None:
            live_run.listeners.add(self.on_update)
        self.outbox.wake()

    def detach(self) -> None:
        """Look no more; the run goes on only for others."""
        if self.live_run is not None:
            self.live_run.listeners.discard(self.on_update)
        self.live_run = self.recording = None

    def on_update(self, note: str | None) -> None:
        """The run has something new."""
        if note:
            self.outbox.note(note, "warning")
        self.outbox.wake()

    def go_to(self, cursor: int | None, exact: Frame | None = None) -> None:
        """Look at a step of the past, or at the newest (None)."""
        self.cursor, self.exact, self.replaying = cursor, exact, False
        self.outbox.wake()

    def replay(self) -> None:
        """Play what is kept from the cursor on, from the end of a recording again from its beginning; the end of it is
        the newest step."""
        if self.recording is not None and (self.cursor is None or self.cursor >= self.head):
            self.cursor = self.recording.timeline.frames.steps[0]
        self.replaying = True
        self.outbox.wake()

    @property
    def visitor(self) -> Visitor:
        """Whose work it is that is done for this browser."""
        return Visitor(self.address, owner_hash(self.owner) if self.owner else "")

    @property
    def run_id(self) -> str | None:
        return self.live_run.run.id if self.live_run else None

    @property
    def timeline(self) -> Timeline | None:
        if self.recording is not None:
            return self.recording.timeline
        return self.live_run.run.timeline if self.live_run else None

    @property
    def head(self) -> int:
        """The newest step."""
        if self.recording is not None:
            return self.recording.step
        return self.live_run.run.step if self.live_run else 0

    def frame(self) -> Frame | None:
        """What should be on the stage now."""
        if self.recording is not None:
            frames = self.recording.timeline.frames
            kept = frames.nearest(self.head if self.cursor is None else self.cursor)
            return frames.items[kept] if kept is not None else None
        if self.live_run is None:
            return None
        if self.cursor is None:
            return self.live_run.run.newest
        return self.exact or self.live_run.run.frame_at(self.cursor)

    def config_at(self, step: int) -> Config:
        """The settings in force at a step of what is looked at."""
        if self.live_run is not None:
            return self.live_run.run.config_now(step)
        if self.recording is None:
            raise UserError(NOTHING_OPEN)
        return self.recording.config

    def live_changes(self, config: Config) -> dict[str, Any] | None:
        """What the page's settings would change of the step looked at, if all of it may change in mid-run."""
        changes = differences(self.config_at(self.head if self.cursor is None else self.cursor), config)
        return changes if only_live(type(config), changes) else None
