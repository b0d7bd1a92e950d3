"""Commands of the tree of runs: a fork from the moment shown, a run deleted."""

from playground.core.combinations import only_live
from playground.core.config import parse
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.engine.live_run import check_here

from . import commands as c
from .session import Session


async def fork(session: Session, command: c.Fork) -> None:
    """A new run of the visitor's own from a step of the run looked at (by default the one shown); it is shown, paused.

    Also somebody else's run may be forked: it stays as it is. `UserError` for recordings, and for changes
    that a run cannot take over in mid-run.
    """
    view = session.view
    live_run = view.live_run
    if live_run is None:
        raise UserError(N_("A recording cannot be forked; press play to begin a run of your own."))
    kind = type(live_run.run.config)
    if not only_live(kind, command.changes):
        raise UserError(N_("Only settings marked as live can be changed by a fork; the others need a new run."))
    shown = view.frame()
    at = command.step if command.step is not None else shown.step if shown else live_run.run.step
    checked = parse(kind, {**live_run.run.config_now(at).model_dump(), **command.changes}).model_dump()
    speed = live_run.speed if view.mine else None
    if view.mine:
        session.hub.controls.pause(live_run)
    changes = {name: checked[name] for name in command.changes}
    child = await session.branch(live_run, at, changes, follow=True)
    child.speed = speed


async def forget(session: Session, command: c.Forget) -> None:
    """Delete a run of the visitor's own; its children stay. Where it was looked at, its parent is looked at then, or a
    new run. `UserError` if it is not the visitor's."""
    hub, view = session.hub, session.view
    own = {run.id for run in hub.runs_of(view.owner, view.family)}
    if command.run not in own:
        raise UserError(N_("You have no run '{name}' on this server, or it was deleted."), name=command.run)
    live_run = hub.get(command.run)
    check_here(live_run)
    shown = view.live_run is live_run
    parent = live_run.run.parent[0] if live_run.run.parent else None
    if shown and parent in own:
        view.look_at(live_run=hub.get(parent), follow=True)
        shown = False
    await hub.delete(live_run)
    if shown:
        session.begin(playing=False)
