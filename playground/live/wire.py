"""uvicorn's end of a connection: what ASGI tells no application, and limits need.

ASGI hands an application two functions of the server. uvicorn's are methods of its connection, which knows who has
connected, can end a connection whose client reads nothing, and can refuse a message by its announced length. With
another server, or behind middleware that hides them, all this is left out: its own limits hold then.
"""

import asyncio
import gc
import logging
import time
from typing import Any
from weakref import WeakKeyDictionary

import uvicorn
from starlette.types import Receive

from playground.engine.memory import trim

SWEEP_S = 0.5
HALF_SENT_BYTES = 1 << 26
"""Messages whose end has not come may take so much memory, those of all sockets together."""


class Wire:
    """One connection."""

    def __init__(self, receive: Receive):
        self._owner: Any = getattr(receive, "__self__", None)
        transport = getattr(self._owner, "transport", None)
        self._transport = transport if isinstance(transport, asyncio.Transport) else None

    @property
    def peer(self) -> tuple[str, int] | None:
        """Who has connected, whatever headers say; None where it is not known."""
        name = self._transport.get_extra_info("peername") if self._transport else None
        return (str(name[0]), int(name[1])) if isinstance(name, tuple) and len(name) >= 2 else None

    def limit_messages(self, most: int) -> None:
        """A message of a socket that announces more bytes is refused (code 1009) before it is read."""
        conn: Any = getattr(self._owner, "conn", None)
        if hasattr(conn, "max_message_size"):
            conn.max_message_size = most

    @property
    def unsent(self) -> int:
        """Bytes that wait for the client to read."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    def cut(self) -> None:
        """End it now; what was not read is dropped."""
        if self._transport:
            self._transport.abort()


class Idlers:
    """Ends connections on which no request comes: such as send nothing, half a header, or the rest of a body that
    was answered already; and half messages when they are too much. uvicorn itself waits for them for ever."""

    def __init__(self, most_s: float):
        self.most_s = most_s
        self._since: WeakKeyDictionary[Any, tuple[int, float]] = WeakKeyDictionary()

    async def work(self) -> None:
        """Look at all connections of this process's server, until cancelled."""
        found = next((thing for thing in gc.get_objects() if isinstance(thing, uvicorn.Server)), None)
        if found is None:  # another kind of server, as in tests
            await asyncio.Event().wait()
            return
        while True:
            await asyncio.sleep(min(SWEEP_S, self.most_s / 4))
            self.sweep(found.server_state.connections, time.monotonic())
            if cut_half_sent(found.server_state.connections):
                await asyncio.sleep(0)  # they are closed then
                await asyncio.to_thread(trim)

    def sweep(self, connections: set[Any], now: float) -> None:
        for connection in list(connections):
            cycle: Any = getattr(connection, "cycle", None)
            waits = hasattr(connection, "cycle") and (  # a socket has none, and is looked after elsewhere
                cycle is None or (cycle.response_complete and connection.timeout_keep_alive_task is None)
            )
            if connection.transport.is_closing():
                waits = connection.transport.get_write_buffer_size() > 0
            if not waits:
                self._since.pop(connection, None)
                continue
            about, since = self._since.setdefault(connection, (id(cycle), now))
            if about != id(cycle):
                self._since[connection] = id(cycle), now
            elif now - since > self.most_s:
                connection.transport.abort()


def half_sent(connection: Any) -> int:
    """Bytes of a message of this socket whose end has not come."""
    reader = getattr(getattr(connection, "conn", None), "reader", None)
    return len(getattr(reader, "buffer", b"")) + sum(map(len, getattr(connection, "frames", ())))


def cut_half_sent(connections: set[Any], most: int = HALF_SENT_BYTES) -> bool:
    """End the sockets with the longest half messages, until those of all others take no more than `most` bytes;
    whether there were such."""
    held = {connection: size for connection in connections if (size := half_sent(connection))}
    total = sum(held.values())
    if total <= most:
        return False
    for connection in sorted(held, key=held.__getitem__, reverse=True):
        connection.transport.abort()
        total -= held[connection]
        if total <= most:
            break
    return True


class NoAddresses(logging.Filter):
    """uvicorn writes the address of everybody who opens a socket into its log. Here nobody's is kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith('%s - "WebSocket')
