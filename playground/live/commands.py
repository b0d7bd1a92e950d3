"""What a browser's commands do. Commands that change a run need its owner; looking needs nothing."""

import hmac
from typing import Any

from playground.core.config import Config, parse
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import family
from playground.engine.cost import cost
from playground.engine.hub import Hub
from playground.engine.live_run import LiveRun
from playground.engine.recording import Recording
from playground.engine.run import owner_hash

from . import protocol as p
from .forks import adopt, forget, fork, plant
from .panels import Panels
from .questions import Questions
from .resume import matching_recording, resume_recording
from .viewer import Viewer


class CommandHandler:
    """Carries out the commands of one connection."""

    def __init__(self, hub: Hub, recordings: list[Recording], viewer: Viewer):
        self.hub, self.recordings, self.viewer = hub, recordings, viewer
        viewer.status.cost_of = lambda a: cost(a, hub.slots, hub.active, hub.limits)
        self.token = ""
        self.questions = Questions(hub, viewer)
        self.panels = Panels(self.questions, viewer)

    async def handle(self, command: p.AnyCommand) -> None:
        """Do what was asked; `UserError` says why not, and nothing has changed then."""
        match command:
            case p.Ack():
                self.viewer.acknowledge(command.seq)
            case p.Open():
                await self._open(command)
            case _ if self.viewer.config is None:
                raise UserError(N_("Nothing is open on this connection yet."))
            case p.Seek():
                await self._seek(command)
            case p.Head():
                self.viewer.look(None)
            case p.Reset():
                self._reset()
            case p.Play():
                self._play()
            case p.Pause():
                self._pause()
            case p.Ask():
                self.questions.submit(command)
            case p.Panel():
                self.panels.submit(command)
            case p.Step():
                await self._step(command.part)
            case p.Speed():
                live_run = self._mine()
                live_run.speed = command.steps_per_second
                self.hub.controls.schedule(live_run)
            case p.Fork():
                await fork(self.hub, self.viewer, self.token, command)
            case p.Forget():
                if await forget(self.hub, self.viewer, self.token, command):
                    self._begin(playing=False)
            case p.Background():
                live_run = self._mine()
                live_run.background = command.on
                self.hub.controls.schedule(live_run)

    # opening

    async def _open(self, command: p.Open) -> None:
        kind = family(command.family)
        config = parse(kind.Config, command.config)
        viewer, again = self.viewer, self.viewer.live_run
        self.token = command.owner
        if command.run and (again is None or again.run.id != command.run):
            self._watch(command, config)
        elif again is not None and viewer.family == command.family and config == viewer.config:
            viewer.attach(live_run=again, mine=viewer.mine)  # the browser has lost its picture, not its place
        elif not (await self._changed_in_mid_run(command, config) or await self._used_otherwise(command, config)):
            self._settle(command, config)
        plant(self.hub, viewer, self.token)
        self.hub.controls.schedule(viewer.live_run) if viewer.live_run else None

    def _watch(self, command: p.Open, config: Config) -> None:
        """Look at the run that a link or a reconnecting browser names."""
        live_run = self.hub.get(command.run)
        if live_run.run.family != command.family:
            raise UserError(N_("The run '{name}' is of another family."), name=command.run)
        self.viewer.family, self.viewer.config = command.family, config
        if self._owns(live_run):
            adopt(self.viewer, live_run)
        else:
            self.viewer.attach(live_run=live_run, mine=False)
        if command.play and self.viewer.mine and not live_run.run.stopped:  # it was playing when the line broke
            self.hub.controls.play(live_run)

    async def _changed_in_mid_run(self, command: p.Open, config: Config) -> bool:
        """Whether the run looked at could take the page's new settings over: at once, or as a fork of its past."""
        viewer = self.viewer
        live_run = viewer.live_run
        if live_run is None or not viewer.mine or viewer.family != command.family:
            return False
        changes = viewer.live_changes(config)
        if not changes or live_run.run.stopped and viewer.cursor is None:
            return False
        viewer.config = config
        if viewer.cursor is None or viewer.cursor >= live_run.run.step:
            return self.hub.controls.change(live_run, config)
        child = await self.hub.fork(live_run, viewer.cursor, changes, self.token)
        viewer.attach(live_run=child)
        viewer.note(viewer.translate(N_("Forked at step {step}: the old run is kept.")).format(step=child.run.step))
        return True

    async def _used_otherwise(self, command: p.Open, config: Config) -> bool:
        """Whether who trains nothing asks for a shipped training whose samples are only drawn otherwise."""
        viewer = self.viewer
        if (
            viewer.live_run is not None
            or command.play
            or self._recording(command.family, config) is not None
            or self.hub.find(self.token, command.family, config) is not None
        ):
            return False
        recording = matching_recording(self.recordings, command.family, config)
        if recording is None:
            return False
        live_run = await resume_recording(self.hub, recording, config, self.token)
        viewer.family, viewer.config = command.family, config
        viewer.attach(live_run=live_run)
        return True

    def _settle(self, command: p.Open, config: Config) -> None:
        """The visitor's run with these settings; else a recording of them; else a new run under way."""
        viewer = self.viewer
        was = viewer.live_run
        playing = command.play or viewer.config is None or was is None or (viewer.mine and was.playing)
        viewer.family, viewer.config = command.family, config
        found = self.hub.find(self.token, command.family, config)
        if was is not None and viewer.mine:
            self.hub.controls.pause(was)
        if found is not None:
            viewer.attach(live_run=found)
            if was is not None and playing and not found.run.stopped:
                self.hub.controls.play(found)
            return
        recording = self._recording(command.family, config)
        if recording is not None and (was is None or not playing):
            viewer.attach(recording=recording)
            return
        self._begin(playing)

    def _begin(self, playing: bool) -> LiveRun:
        """A run of the visitor's own, from the page's settings."""
        live_run = self.hub.begin(self.token, self.viewer.family, self.viewer.config)
        if self.viewer.live_run is not None:
            live_run.speed = self.viewer.live_run.speed
        self.viewer.attach(live_run=live_run)
        live_run.playing = playing
        self.hub.controls.schedule(live_run)
        return live_run

    def _recording(self, name: str, config: Config) -> Recording | None:
        """Shipped training with these settings; how and where it computes makes no difference to it."""

        def essence(c: Config) -> dict[str, Any]:
            return c.model_dump(exclude={"execution", "device"})

        return next((r for r in self.recordings if r.family == name and essence(r.config) == essence(config)), None)

    # playing

    def _play(self) -> None:
        viewer = self.viewer
        if viewer.recording is not None:
            self._begin(playing=True)
        elif viewer.cursor is not None and viewer.cursor < viewer.head:
            viewer.replay()
            if viewer.mine and not viewer.live_run.run.stopped:
                self.hub.controls.play(viewer.live_run)
        else:
            viewer.look(None)
            self.hub.controls.play(self._mine())

    def _pause(self) -> None:
        viewer = self.viewer
        if viewer.replaying:
            viewer.look(viewer.cursor)
        if viewer.live_run is not None and viewer.mine:
            self.hub.controls.pause(viewer.live_run)

    async def _step(self, part: str | None) -> None:
        viewer = self.viewer
        if viewer.recording is not None:
            self.hub.controls.step(self._begin(playing=False), part)
            return
        live_run = self._mine()
        self.hub.controls.pause(live_run)
        shown = viewer.frame()
        if viewer.cursor is None or shown is None or shown.step >= live_run.run.step:
            viewer.look(None)
            self.hub.controls.step(live_run, part)
        elif part is None:  # the past is known: show its next step exactly
            progress = await self.hub.controls.at_step(live_run, shown.step + 1)
            viewer.look(progress.step, progress.frame)
        else:
            child = await self.hub.fork(live_run, shown.step, {}, self.token)
            viewer.attach(live_run=child)
            viewer.note(viewer.translate(N_("Forked at step {step}: the old run is kept.")).format(step=child.run.step))
            self.hub.controls.step(child, part)

    async def _seek(self, command: p.Seek) -> None:
        viewer = self.viewer
        step = min(command.step, viewer.head)
        if viewer.live_run is not None and viewer.mine and step < viewer.head:
            self.hub.controls.pause(viewer.live_run)
        if not command.exact or viewer.recording is not None:
            viewer.look(step)
            return
        progress = await self.hub.controls.at_step(viewer.live_run, step)
        viewer.look(step, progress.frame)

    def _reset(self) -> None:
        """Back to the same initial weights: the past of an untouched run is known, else a new run begins."""
        viewer = self.viewer
        if viewer.live_run is None or not viewer.mine:
            self._begin(playing=False)
            return
        self.hub.controls.pause(viewer.live_run)
        run = viewer.live_run.run
        if run.events or run.parent or run.config != viewer.config:
            self._begin(playing=False)
        else:
            viewer.look(0)

    # ownership

    def _owns(self, live_run: LiveRun) -> bool:
        return hmac.compare_digest(live_run.run.owner, owner_hash(self.token))

    def _mine(self) -> LiveRun:
        """The run looked at, if this visitor may command it."""
        live_run = self.viewer.live_run
        if live_run is None:
            return self._begin(playing=False)
        if not self._owns(live_run):
            raise UserError(N_("You are watching somebody else's run; press reset to begin your own."))
        return live_run
