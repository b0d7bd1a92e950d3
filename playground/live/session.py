"""What the commands of one connection work with: the server's runs, the browser's view, what is sent to it."""

import hmac
from dataclasses import dataclass, field
from typing import Any

from playground.core.config import Config
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.engine.hub import Hub
from playground.engine.live_run import LiveRun
from playground.engine.recording import Recording
from playground.engine.run import owner_hash
from playground.engine.step_cost import in_seconds

from .outbox import Outbox
from .panels import Panels
from .questions import Questions
from .view import NOTHING_OPEN, View

LONG_STEP_MS = 200.0
"""From here on a new run says how long a step takes."""


@dataclass
class Session:
    """Of one stage. Commands that change a run need its owner; looking needs nothing."""

    hub: Hub
    recordings: list[Recording]
    view: View
    outbox: Outbox
    questions: Questions = field(init=False)
    panels: Panels = field(init=False)

    def __post_init__(self):
        self.questions = Questions(self.hub, self.view, self.outbox)
        self.panels = Panels(self.questions, self.view, self.outbox)

    def page_config(self) -> Config:
        """The settings of the page; `UserError` before the browser has said what it looks at."""
        if self.view.config is None:
            raise UserError(NOTHING_OPEN)
        return self.view.config

    def owns(self, live_run: LiveRun) -> bool:
        """Whether the run is this visitor's."""
        return hmac.compare_digest(live_run.run.owner, owner_hash(self.view.owner))

    def own_run(self) -> LiveRun:
        """The run looked at, a new one where a recording is looked at; `UserError` if this visitor may not command
        it."""
        live_run = self.view.live_run
        if live_run is None:
            return self.begin(playing=False)
        if not self.owns(live_run):
            raise UserError(N_("This run belongs to someone else. Press reset to start your own."))
        return live_run

    def begin(self, playing: bool) -> LiveRun:
        """A new run of the visitor's own, with the page's settings."""
        before, config = self.view.live_run, self.page_config()
        live_run = self.hub.begin(self.view.owner, self.view.family, config, address=self.view.address)
        ms = self.hub.step_costs.of(self.view.family, config).ms
        if ms >= LONG_STEP_MS:
            self.outbox.note(N_("About {cost} a step here."), cost=in_seconds(ms))
        if before is not None:
            live_run.speed = before.speed
        self.view.look_at(live_run=live_run)
        self.hub.controls.schedule(live_run)
        if playing:
            self.hub.controls.play(live_run)
        return live_run

    async def branch(
        self, live_run: LiveRun, step: int, changes: dict[str, Any] | None = None, follow: bool = False
    ) -> LiveRun:
        """A fork of a run at a step, with changed settings: it is looked at, and a note says so."""
        child = await self.hub.fork(live_run, step, changes or {}, self.view.owner, self.view.address)
        self.view.look_at(live_run=child, follow=follow)
        self.outbox.note(N_("Forked at step {step}: the old run is kept."), step=child.run.step)
        return child
