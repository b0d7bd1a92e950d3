"""One browser's socket: its commands come in, what it looks at goes out, until it leaves."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.core.errors import UserError
from playground.core.i18n import N_, translator

from .commands import read_command
from .origin import same_origin
from .outbox import Gone, Outbox
from .state import LiveState

T = TypeVar("T")
log = logging.getLogger(__name__)

FOREIGN, FULL = 4403, 4429
"""Codes with which a socket is closed."""


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
    """Let a browser in, unless it comes from a foreign page or the server is full, and serve it."""
    translate = translator(socket.query_params.get("lang", "en"))
    outbox = Outbox(_sender(socket, socket.send_text), _sender(socket, socket.send_bytes), translate)
    if not same_origin(socket.headers):
        await socket.close(FOREIGN, "foreign origin")
        return
    await socket.accept()
    if state.connections >= state.hub.limits.viewers:
        full = outbox.translate(N_("The server is full. Try again in a minute."))
        await outbox.send_json({"is": "refused", "about": "connect", "text": full})
        await socket.close(FULL)
        return
    state.connections += 1
    connection = begin(outbox)
    sender = outbox.supervisor.start("sender", outbox.supervisor.keep("sender", connection.serve))
    try:
        await _listen(socket, commands, connection, outbox, sender)
    finally:
        state.connections -= 1
        await outbox.supervisor.cancel()
        connection.detach()


def _sender(socket: WebSocket, send: Callable[[T], Awaitable[None]]) -> Callable[[T], Awaitable[None]]:
    async def sending(message: T) -> None:
        try:
            await send(message)
        except (WebSocketDisconnect, RuntimeError, OSError):  # RuntimeError: it was closed from this side
            raise Gone from None

    return sending


async def _listen(
    socket: WebSocket, commands: TypeAdapter, connection: Connection, outbox: Outbox, sender: asyncio.Future
) -> None:
    while not sender.done():
        try:
            message = await socket.receive()
        except (WebSocketDisconnect, RuntimeError):
            return
        if message["type"] == "websocket.disconnect":
            return
        about = "?"
        try:
            command = read_command(message.get("text"), commands)
            about = command.do
            await connection.handle(command)
        except UserError as refusal:
            outbox.refuse(about, refusal)
        except Exception:  # a defect here must not end the visitor's connection
            log.exception("%s", about)
            outbox.refuse(about, N_("That failed because of an error on the server. Your run is not affected."))
