"""Commands that say what is looked at: a run by its id, or the run with the settings of the page."""

import contextlib
from typing import Any

from playground.core.config import Config, parse
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import family
from playground.engine.live_run import LiveRun, check_here
from playground.engine.ownership import Elsewhere
from playground.engine.recording import Recording
from playground.engine.text_store import expanded

from . import commands as c
from .resume import matching_recording, resume_recording
from .session import NOTHING_OPEN, Session


async def watch(session: Session, command: c.Watch) -> None:
    """Look at the run of that id: at the visitor's own with its settings, at somebody else's as a guest. Without an id,
    look at the visitor's run with these settings."""
    hub, view = session.hub, session.view
    kind = family(command.family).Config
    config = parse(kind, expanded(kind, command.config))
    named = hub.get(command.run) if command.run is not None else None
    if named is not None and named.run.family != command.family:
        raise UserError(N_("The run '{name}' is of another family."), name=command.run)
    view.owner = command.owner
    if named is None:
        view.family = command.family
        if not await _use_shipped_weights(session, config, command.play):
            _settle(session, config, command.play)
    else:
        view.family, view.config = command.family, config
        mine = session.owns(named)
        view.look_at(live_run=named, mine=mine, follow=mine)
        if mine:
            await hub.controls.list_cell(named)
        if command.play and mine and not named.run.stopped:  # it was playing when the connection broke
            play_on(session, named)
    _look_for_recording(session)
    if view.live_run is not None:
        hub.controls.schedule(view.live_run)


async def configure(session: Session, command: c.Configure) -> None:
    """The page has other settings: the run looked at takes them over if it can, else another run is looked at."""
    view = session.view
    if not view.family:
        raise UserError(NOTHING_OPEN)
    kind = family(view.family).Config  # the page's link may have asked for what was refused: then nothing is open yet
    config = parse(kind, expanded(kind, command.config))
    if config != view.config and not (
        await _change_in_mid_run(session, config) or await _use_shipped_weights(session, config, command.play)
    ):
        _settle(session, config, command.play, command.begin)
    _look_for_recording(session)
    live_run = view.live_run
    if live_run is not None and command.play and view.mine and not live_run.run.stopped:
        play_on(session, live_run)
    elif live_run is not None:
        session.hub.controls.schedule(live_run)


def recorded(session: Session) -> None:
    """Look at the shipped training with the page's settings; the visitor's own run is kept, and pauses."""
    view = session.view
    recording = _recording(session, session.page_config())
    if recording is None:
        raise UserError(N_("There is no recorded training with these settings."))
    if view.live_run is not None and view.mine:
        session.hub.controls.pause(view.live_run)
    view.look_at(recording=recording)


def own(session: Session, command: c.Own) -> None:
    """Look at the visitor's own run with the page's settings, the latest one or a new one."""
    view, hub = session.view, session.hub
    found = hub.find(view.owner, view.family, session.page_config())
    if found is None:
        session.begin(playing=command.play)
        return
    view.look_at(live_run=found)
    if command.play and not found.run.stopped:
        play_on(session, found)


def play_on(session: Session, live_run: LiveRun) -> None:
    """Train what was training before; what another server has trains as soon as it is here."""
    with contextlib.suppress(Elsewhere):
        session.hub.controls.play(live_run)


def _look_for_recording(session: Session) -> None:
    session.view.recorded = _recording(session, session.page_config()) is not None


async def _change_in_mid_run(session: Session, config: Config) -> bool:
    """Whether the run looked at could take the settings over: at once, or as a fork of its past."""
    view = session.view
    live_run = view.live_run
    if live_run is None or not view.mine:
        return False
    changes = view.live_changes(config)
    if not changes or live_run.run.stopped and view.cursor is None:
        return False
    if view.cursor is None:
        check_here(live_run)
    session.hub.step_costs.check(view.family, config, view.config)
    view.config = config
    if view.cursor is None or view.cursor >= live_run.run.step:
        return session.hub.controls.change(live_run, config)
    await session.branch(live_run, view.cursor, changes)
    return True


async def _use_shipped_weights(session: Session, config: Config, play: bool) -> bool:
    """Whether a shipped training has these settings but for how samples are drawn, and nobody wants to train: a run
    with its weights is looked at then."""
    view, hub = session.view, session.hub
    if (
        view.live_run is not None
        or play
        or _recording(session, config) is not None
        or hub.find(view.owner, view.family, config) is not None
    ):
        return False
    recording = matching_recording(session.recordings, view.family, config)
    if recording is None:
        return False
    live_run = await resume_recording(hub, recording, config, view.owner, view.visitor)
    view.config = config
    view.look_at(live_run=live_run)
    return True


def _settle(session: Session, config: Config, play: bool, begin: bool = False) -> None:
    """Look at the visitor's run with these settings; else at a recording of them; else at a new run. It trains if the
    one before did, or if the visitor came from a recording; a page that was just opened waits for a button."""
    view, hub = session.view, session.hub
    before, opening = view.live_run, view.config is None
    playing = play or (before is None and not opening) or (before is not None and view.mine and before.playing)
    found = hub.find(view.owner, view.family, config)
    recording = _recording(session, config)
    recorded = recording is not None and (before is None or not playing)
    if found is None and not recorded:
        hub.step_costs.check(view.family, config, view.config)
    view.config = config
    if before is not None and view.mine:
        hub.controls.pause(before)
    if found is not None:
        view.look_at(live_run=found)
        if before is not None and playing and not found.run.stopped:
            play_on(session, found)
        return
    if recording is not None and recorded:
        view.look_at(recording=recording)
    else:
        session.begin(playing or begin)


def _recording(session: Session, config: Config) -> Recording | None:
    """Shipped training with these settings; how and where it computes makes no difference to it."""

    def essence(c: Config) -> dict[str, Any]:
        return c.model_dump(exclude={"execution", "device"})

    name = session.view.family
    return next((r for r in session.recordings if r.family == name and essence(r.config) == essence(config)), None)
