"""The messages of one browser, in order; whether it has left is noticed while what it asked for is still under way."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Mapping
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

Message = Mapping[str, Any]
MOST_AHEAD = 16
"""Messages that are read beside what is under way; behind more of them nobody is seen to leave."""


class Inbox:
    """Of one socket."""

    def __init__(self, socket: WebSocket):
        self.socket = socket
        self._read: deque[Message] = deque()
        self._reading: asyncio.Future[Message | None] | None = None

    async def next(self) -> Message | None:
        """The next message; None: the browser has left."""
        if self._read:
            return self._read.popleft()
        if self._reading is None:
            return await self._receive()
        message = await self._reading
        if message is not None:
            self._reading = None
        return message

    async def while_there(self, work: Awaitable[None]) -> None:
        """Do something only this browser waits for: it is given up when the browser leaves."""
        doing = asyncio.ensure_future(work)
        try:
            while not doing.done() and len(self._read) < MOST_AHEAD:
                if self._reading is None:
                    self._reading = asyncio.ensure_future(self._receive())
                await asyncio.wait({doing, self._reading}, return_when=asyncio.FIRST_COMPLETED)
                if not self._reading.done():
                    continue
                message = self._reading.result()
                if message is None:
                    return
                self._read.append(message)
                self._reading = None
            await doing
        finally:
            doing.cancel()

    def close(self) -> None:
        """Read no more."""
        if self._reading is not None:
            self._reading.cancel()

    async def _receive(self) -> Message | None:
        try:
            message = await self.socket.receive()
        except (WebSocketDisconnect, RuntimeError):
            return None
        return None if message["type"] == "websocket.disconnect" else message
