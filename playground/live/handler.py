"""Which command does what."""

import inspect
from collections.abc import Callable
from typing import Any

from . import commands as c
from . import forks, transport, truths, watching
from .session import Session

ACTIONS: dict[type[c.Command], Callable[[Session, Any], Any]] = {
    c.Watch: watching.watch,
    c.Configure: watching.configure,
    c.Recorded: lambda session, command: watching.recorded(session),
    c.Own: watching.own,
    c.Play: lambda session, command: transport.play(session),
    c.Pause: lambda session, command: transport.pause(session),
    c.Step: transport.step,
    c.Speed: transport.speed,
    c.Seek: transport.seek,
    c.Head: lambda session, command: session.view.go_to(None),
    c.Reset: lambda session, command: transport.reset(session),
    c.Background: transport.background,
    c.Fork: forks.fork,
    c.Forget: forks.forget,
    c.Ask: lambda session, command: session.questions.submit(command),
    c.Panel: lambda session, command: session.panels.submit(command),
    c.Truth: truths.reveal,
    c.Ack: lambda session, command: session.outbox.acknowledge(command.seq),
}
"""Some wait for a worker, and are awaited."""


async def handle(session: Session, command: c.Command) -> None:
    """Do what was asked; `UserError` says why not, and nothing has changed then."""
    if not isinstance(command, c.Watch | c.Configure | c.Ack):
        session.page_config()  # refuses what comes before the first `watch`
    done = ACTIONS[type(command)](session, command)
    if inspect.isawaitable(done):
        await done
