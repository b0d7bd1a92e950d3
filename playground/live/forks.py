"""Commands of the time machine: forks from the moment shown, runs opened from the tree or deleted there."""

from playground.core.config import only_live, parse
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.engine.hub import Hub

from . import protocol as p
from .run_tree import fingerprint, tree
from .viewer import Viewer


async def fork(hub: Hub, viewer: Viewer, token: str, command: p.Fork) -> None:
    """A new run of the visitor's own from a step of the run looked at (by default the one shown); it is shown, paused.

    Also somebody else's run may be forked: it stays as it is. `UserError` for recordings, and for changes
    that a run cannot take over in mid-run.
    """
    live_run = viewer.live_run
    if live_run is None:
        raise UserError(N_("A recording cannot be forked; press play to begin a run of your own."))
    kind = type(live_run.run.config)
    if not only_live(kind, command.changes):
        raise UserError(N_("Only settings marked as live can be changed by a fork; the others need a new run."))
    shown = viewer.frame()
    at = command.step if command.step is not None else shown.step if shown else live_run.run.step
    checked = parse(kind, {**live_run.run.config_now(at).model_dump(), **command.changes}).model_dump()
    if viewer.mine:
        hub.controls.pause(live_run)
    child = await hub.fork(live_run, at, {name: checked[name] for name in command.changes}, token)
    child.speed = live_run.speed if viewer.mine else None
    adopt(viewer, child)
    viewer.note(viewer.translate(N_("Forked at step {step}: the old run is kept.")).format(step=child.run.step))


def adopt(viewer: Viewer, live_run) -> None:
    """Look at a run of the visitor's own; the page is to take over its settings."""
    viewer.config = live_run.config_now()
    viewer.attach(live_run=live_run, mine=True)
    viewer.adopting = True


async def forget(hub: Hub, viewer: Viewer, token: str, command: p.Forget) -> bool:
    """Delete a run of the visitor's own; says whether it was the one looked at.

    Its children stay. `UserError` if it is not the visitor's.
    """
    if command.run not in {run.id for run in hub.runs_of(token, viewer.family)}:
        raise UserError(N_("You have no run '{name}' here (any more)."), name=command.run)
    live_run = hub.get(command.run)
    shown = viewer.live_run is live_run
    parent = live_run.run.parent[0] if live_run.run.parent else None
    if shown and parent in {run.id for run in hub.runs_of(token, viewer.family)}:
        adopt(viewer, hub.get(parent))
        shown = False
    await hub.delete(live_run)
    return shown


def plant(hub: Hub, viewer: Viewer, token: str) -> None:
    """Let the viewer tell its browser of the visitor's runs whenever they change."""

    def current() -> str | None:
        return viewer.live_run.run.id if viewer.live_run is not None else None

    viewer.tree = (
        lambda: fingerprint(hub, token, viewer.family, current()),
        lambda: tree(hub, token, viewer.family, current(), viewer.translate),
    )
