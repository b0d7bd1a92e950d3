"""The way in: every request and every socket of this server, Streamlit's own included, passes here first.

It refuses names that the server is not called by, counts sockets and bodies, waits for nobody for ever, and adds the
headers that browsers are to obey. What it refuses, it refuses in a sentence.
"""

import asyncio
import logging
import sys
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.core.errors import UserError
from playground.core.i18n import N_, Translate, translator
from playground.core.strict_json import dumps
from playground.engine.limits import Limits
from playground.engine.supervisor import Supervisor

from .address import PEER, client_address
from .base_path import is_probe
from .bodies import TOO_SLOW, Bodies, Body, refusal
from .guests import GUEST, Guest, Guests
from .hosts import allowed, headers
from .open_files import allow_many
from .origin import same_origin
from .wire import Idlers, NoAddresses, Wire

FULL, SILENT = 4429, 4408
"""Codes with which a socket is closed."""
COMMAND_BYTES, PAGE_BYTES = 1 << 16, 1 << 22
"""The longest message on a live socket, and on a page's, which holds everything typed into the page."""
PIECE = 1 << 16
FAREWELL_S = 2.0
NO_SUCH_NAME = N_("This server does not answer to that name. Its operator can allow it (PLAYGROUND_HOSTS).")
FOREIGN = N_("A page of another site sent this. The operator of this server can allow it (PLAYGROUND_ORIGINS).")
READING = ("GET", "HEAD", "OPTIONS")

FAILED = N_("The server has made a mistake. Its log says which.")


class Door:
    """ASGI middleware around all others."""

    def __init__(self, app: ASGIApp):
        self.app, self.limits = app, Limits.from_environment()
        self.guests, self.bodies, self.headers = Guests(self.limits), Bodies(self.limits), headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        wire = Wire(receive)
        scope[PEER] = wire.peer or scope.get("client")
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send, wire)
        else:
            await self._request(scope, receive, send, wire)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        logging.getLogger("uvicorn.error").addFilter(NoAddresses())
        allow_many()
        supervisor, idlers = Supervisor(), Idlers(self.limits.opening_s)
        supervisor.start_for_good("idle connections", idlers.work)
        try:
            await self.app(scope, receive, _in_a_sentence(send))
        finally:
            await supervisor.cancel()

    async def _request(self, scope: Scope, receive: Receive, send: Send, wire: Wire) -> None:
        translate = _translator(scope)
        exchange = Exchange(self, receive, send, wire)
        if not allowed(scope) and not is_probe(scope):
            await PlainTextResponse(translate(NO_SUCH_NAME), 403)(scope, receive, exchange.tell)
            return
        if scope["method"] not in READING and not same_origin(Headers(scope=scope)):
            await PlainTextResponse(translate(FOREIGN), 403, {"connection": "close"})(scope, receive, exchange.tell)
            return
        try:
            with self.bodies.place(scope, client_address(scope), translate) as body:
                exchange.body = body
                await self.app(scope, exchange.hear, exchange.tell)
        except HTTPException as refused:
            if not exchange.answered:
                answer = PlainTextResponse(refused.detail, refused.status_code, refused.headers)
                await answer(scope, receive, exchange.tell)
        except Exception:
            if not exchange.answered:  # here, so that this answer has the headers too
                await PlainTextResponse(translate(FAILED), 500)(scope, receive, exchange.tell)
            raise

    async def _socket(self, scope: Scope, receive: Receive, send: Send, wire: Wire) -> None:
        live = "/live/" in scope["path"]
        wire.limit_messages(COMMAND_BYTES if live else PAGE_BYTES)
        translate, talk = _translator(scope), Talk(receive, send, wire, self.limits)
        talk.guest = guest = Guest("live" if live else "page", client_address(scope), talk.end)
        if not allowed(scope):
            await send({"type": "websocket.close", "code": FULL})
        elif not self.guests.admit(guest):
            if live:
                await _say_full(receive, talk.tell, translate)
            else:
                await send({"type": "websocket.close", "code": FULL})
        else:
            talk.by_message = not live
            scope[GUEST] = guest
            try:
                await self.app(scope, talk.hear, talk.tell)
            finally:
                self.guests.leave(guest)


def _in_a_sentence(send: Send) -> Send:
    """Where the server cannot start for a reason that its operator can read, such as a folder that cannot be used, the
    reason alone is said, in place of a traceback."""

    async def tell(message: Message) -> None:
        reason = sys.exc_info()[1]
        if message["type"] == "lifespan.startup.failed" and isinstance(reason, UserError):
            message = {**message, "message": str(reason)}
        await send(message)

    return tell


class Exchange:
    """A request and its answer, none of which takes for ever."""

    def __init__(self, door: Door, receive: Receive, send: Send, wire: Wire):
        self.door, self.receive, self.send, self.wire = door, receive, send, wire
        self.end = asyncio.get_running_loop().time() + door.limits.body_s
        self.body: Body | None = None
        self.heard = self.answered = self.cut = False

    async def hear(self) -> Message:
        """The next piece of the body; `HTTPException` where it does not come, or is too much."""
        if self.heard or self.body is None:
            return await self.receive()
        try:
            async with asyncio.timeout_at(self._until()):
                message = await self.receive()
        except TimeoutError:
            raise refusal(408, self.body.translate(TOO_SLOW)) from None
        self.body.take(len(message.get("body", b"")))
        self.heard = message["type"] != "http.request" or not message.get("more_body")
        return message

    async def tell(self, message: Message) -> None:
        """A piece of the answer; who does not fetch it is cut off."""
        if message["type"] == "http.response.start":
            self.answered = True
            given = MutableHeaders(
                raw=message["headers"] if "headers" in message else message.setdefault("headers", [])
            )
            for name, value in self.door.headers:
                given[name.decode()] = value.decode()
        body = message.get("body", b"")
        for start in range(0, max(len(body), 1), PIECE):
            last = start + PIECE >= len(body)
            piece = (
                message
                if last and not start
                else {
                    **message,
                    "body": body[start : start + PIECE],
                    "more_body": not last or message.get("more_body", False),
                }
            )
            if self.cut:
                return
            try:
                async with asyncio.timeout_at(self._until()):
                    await self.send(piece)
            except TimeoutError:
                self.cut = True
                self.wire.cut()

    def _until(self) -> float:
        return min(self.end, asyncio.get_running_loop().time() + self.door.limits.reading_s)


class Talk:
    """What goes over one socket, as long as it asks for something and reads what it gets."""

    guest: Guest

    def __init__(self, receive: Receive, send: Send, wire: Wire, limits: Limits):
        self.receive, self.send, self.wire, self.limits = receive, send, wire, limits
        self.by_message = False
        """Whether any message counts as asking; else the route says so."""
        self.closed = False
        self._evicted = False
        self._patience: asyncio.Timeout | None = None

    def end(self) -> None:
        """Another one needs the place."""
        self._evicted = True
        if self._patience is not None:
            self._patience.reschedule(asyncio.get_running_loop().time())

    async def hear(self) -> Message:
        loop = asyncio.get_running_loop()
        left = None if self.guest.opened else self.guest.opening_left(self.limits.opening_s)
        try:
            if self._evicted:
                raise TimeoutError
            async with asyncio.timeout_at(None if left is None else loop.time() + left) as self._patience:
                message = await self.receive()
        except TimeoutError:
            await self._close(FULL if self._evicted else SILENT)
            return {"type": "websocket.disconnect", "code": FULL if self._evicted else SILENT}
        finally:
            self._patience = None
        if self.by_message and message["type"] == "websocket.receive":
            self.guest.opened = True
        return message

    async def tell(self, message: Message) -> None:
        if self.closed:
            raise OSError("closed")
        try:
            async with asyncio.timeout(self.limits.reading_s):
                await self.send(message)
        except TimeoutError:
            self.closed = True
            self.wire.cut()
            raise OSError("not read") from None

    async def _close(self, code: int) -> None:
        if self.closed:
            return
        self.closed = True
        try:
            async with asyncio.timeout(FAREWELL_S):
                with suppress(RuntimeError, OSError):  # it has gone, or was closed already
                    await self.send({"type": "websocket.close", "code": code})
        except TimeoutError:
            self.wire.cut()


async def _say_full(receive: Receive, send: Send, translate: Translate) -> None:
    """The browser shows why, and tries again."""
    with suppress(OSError):
        await receive()
        await send({"type": "websocket.accept"})
        text = translate(N_("The server is full. Try again in a minute."))
        await send({"type": "websocket.send", "text": dumps({"is": "refused", "about": "connect", "text": text})})
        await send({"type": "websocket.close", "code": FULL})


def _translator(scope: Scope) -> Translate:
    asked: Any = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", ["en"])
    return translator(asked[0])
