"""Commands of the buttons: play, pause, step, speed, reset, and the way along the timeline."""

from . import commands as c
from .session import Session


def play(session: Session) -> None:
    """Train on; from a moment of the past first play again what is known. A recording is played again."""
    view, controls = session.view, session.hub.controls
    if view.recording is not None:
        view.replay()
    elif view.live_run is not None and view.cursor is not None and view.cursor < view.head:
        view.replay()
        if view.mine and not view.live_run.run.stopped:
            controls.play(view.live_run)
    else:
        view.go_to(None)
        controls.play(session.own_run())


def pause(session: Session) -> None:
    """Stop training, or the past that is played again."""
    view = session.view
    if view.replaying:
        view.go_to(view.cursor)
    if view.live_run is not None and view.mine:
        session.hub.controls.pause(view.live_run)


async def step(session: Session, command: c.Step) -> None:
    """One step, or a part of it. In the past the next step is known; a part of one there forks."""
    view, controls = session.view, session.hub.controls
    if view.recording is not None:
        controls.step(session.begin(playing=False), command.part)
        return
    live_run = session.own_run()
    controls.pause(live_run)
    shown = view.frame()
    if view.cursor is None or shown is None or shown.step >= live_run.run.step:
        view.go_to(None)
        controls.step(live_run, command.part)
    elif command.part is None:
        progress = await controls.at_step(live_run, shown.step + 1, view.visitor)
        view.go_to(progress.step, progress.frame)
    else:
        controls.step(await session.branch(live_run, shown.step, follow=True), command.part)


async def seek(session: Session, command: c.Seek) -> None:
    """Look at a step of the past; one's own run pauses."""
    view, controls = session.view, session.hub.controls
    to = min(command.step, view.head)
    if view.live_run is not None and view.mine and to < view.head:
        controls.pause(view.live_run)
    if not command.exact or view.live_run is None:
        view.go_to(to)
        return
    progress = await controls.at_step(view.live_run, to, view.visitor)
    view.go_to(to, progress.frame)


def reset(session: Session) -> None:
    """Back to the same initial weights: the past of an untouched run is known, else a new run begins."""
    view = session.view
    if view.live_run is None or not view.mine:
        session.begin(playing=False)
        return
    session.hub.controls.pause(view.live_run)
    run = view.live_run.run
    if run.events or run.parent or run.config != view.config:
        session.begin(playing=False)
    else:
        view.go_to(0)


def speed(session: Session, command: c.Speed) -> None:
    """So many steps a second at most."""
    live_run = session.own_run()
    live_run.speed = command.steps_per_second
    session.hub.controls.schedule(live_run)


def background(session: Session, command: c.Background) -> None:
    """Turn training in the background on or off."""
    live_run = session.own_run()
    session.hub.controls.set_background(live_run, command.on)
