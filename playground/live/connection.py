"""One browser's socket: its commands come in, what it looks at goes out, until it leaves."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.core.errors import UserError
from playground.core.i18n import N_, translator
from playground.engine.supervisor import note_failure

from .commands import read_command
from .guests import GUEST
from .inbox import Inbox
from .origin import same_origin
from .outbox import Gone, Outbox
from .pace import Pace
from .state import LiveState

T = TypeVar("T")

FOREIGN, AGAIN = 4403, 4413
"""Codes with which a socket is closed."""
AT_ONCE_S = 2.0
"""Commands of so many seconds may come at once."""
FAREWELL_S = 2.0


@dataclass(frozen=True)
class Connection:
    """What one kind of socket does."""

    handle: Callable[[Any], Awaitable[None]]
    """Carry out a command; `UserError` says why not."""
    serve: Callable[[], Awaitable[None]]
    """The sending loop, until cancelled."""
    detach: Callable[[], None]
    """The browser has left."""


async def connect(
    socket: WebSocket, state: LiveState, commands: TypeAdapter, begin: Callable[[Outbox], Connection]
) -> None:
    """Let a browser in, unless it comes from a foreign page, and serve it until it leaves or reads nothing."""
    translate = translator(socket.query_params.get("lang", "en"))
    outbox = Outbox(_sender(socket, socket.send_text), _sender(socket, socket.send_bytes), translate)
    if not same_origin(socket.headers):
        await socket.close(FOREIGN, "foreign origin")
        return
    await socket.accept()
    state.connections += 1
    connection = begin(outbox)
    sender = outbox.supervisor.start("sender", outbox.supervisor.keep("sender", connection.serve))
    inbox = Inbox(socket)
    invalid = state.hub.telemetry.invalid.labels(socket.url.path.rpartition("/")[2])
    listener = asyncio.ensure_future(
        _listen(inbox, commands, connection, outbox, state.hub.limits.commands_per_s, invalid.inc)
    )
    try:
        await asyncio.wait({sender, listener}, return_when=asyncio.FIRST_COMPLETED)
        if outbox.farewell is not None:
            await _dismiss(socket, outbox, outbox.farewell)
    finally:
        state.connections -= 1
        listener.cancel()
        inbox.close()
        await outbox.supervisor.cancel()
        connection.detach()


async def _dismiss(socket: WebSocket, outbox: Outbox, farewell: str) -> None:
    """End it from this side: the browser may begin anew."""
    text = outbox.translate(farewell)
    with contextlib.suppress(TimeoutError, Gone, RuntimeError):
        async with asyncio.timeout(FAREWELL_S):
            await outbox.send_json({"is": "refused", "about": "connect", "text": text})
            await socket.close(AGAIN)


def _sender(socket: WebSocket, send: Callable[[T], Awaitable[None]]) -> Callable[[T], Awaitable[None]]:
    async def sending(message: T) -> None:
        try:
            await send(message)
        except (WebSocketDisconnect, RuntimeError, OSError):  # RuntimeError: it was closed from this side
            raise Gone from None

    return sending


async def _listen(
    inbox: Inbox,
    commands: TypeAdapter,
    connection: Connection,
    outbox: Outbox,
    per_second: float,
    invalid: Callable[[], None],
) -> None:
    pace = Pace(per_second, AT_ONCE_S * per_second)
    while True:
        await outbox.room()
        await pace.wait()
        message = await inbox.next()
        if message is None:
            return
        about = "?"
        try:
            try:
                command = read_command(message.get("text"), commands)
            except UserError:
                invalid()
                raise
            about = command.do
            work = connection.handle(command)
            await (inbox.while_there(work) if command.only_shows else work)
            if (guest := inbox.socket.scope.get(GUEST)) and about != "ack":
                guest.opened = True
        except UserError as refusal:
            outbox.refuse(about, refusal)
        except Exception as error:  # a defect here must not end the visitor's connection
            note_failure(about, error)
            outbox.refuse(about, N_("That failed because of an error on the server. Your run is not affected."))
