"""Turns for threads: a page is a script in a thread of its own, and all turns belong to the server's event loop."""

import asyncio
import concurrent.futures
import contextlib
from collections.abc import Iterator

from .shares import Shares
from .visitor import Visitor

MOST_CHARGED_S = 10.0
"""So many seconds of one turn are charged at most: a class behind one address does not wait for one picture of it."""


class ThreadTurns:
    """A line of its own, with one place. Made in the event loop of the shares."""

    def __init__(self, shares: Shares):
        self.shares, self.line, self.loop = shares, shares.line(), asyncio.get_running_loop()

    @contextlib.contextmanager
    def turn(self, visitor: Visitor, seconds: float) -> Iterator[None]:
        """Wait for a turn in a thread. `TimeoutError` if none comes in so many seconds; `UserError` when too much
        waits."""
        given: concurrent.futures.Future[None] = concurrent.futures.Future()
        over = asyncio.Event()
        held = asyncio.run_coroutine_threadsafe(self._hold(visitor, given, over), self.loop)
        try:
            concurrent.futures.wait({given, held}, seconds, concurrent.futures.FIRST_COMPLETED)
            if not given.done():
                held.result(0)
            yield
        finally:
            if not given.done():
                held.cancel()
            with contextlib.suppress(RuntimeError):  # the server has ended meanwhile
                self.loop.call_soon_threadsafe(over.set)

    async def _hold(self, visitor: Visitor, given: concurrent.futures.Future[None], over: asyncio.Event) -> None:
        async with self.shares.turn(visitor, self.line) as turn:
            assert turn is not None  # it is always wanted
            began = self.loop.time()
            given.set_result(None)
            await over.wait()
            turn.seconds = min(self.loop.time() - began, MOST_CHARGED_S)


_of_server: list[ThreadTurns] = []


@contextlib.contextmanager
def serving(shares: Shares) -> Iterator[None]:
    """Meanwhile this process's server gives turns to its threads."""
    turns = ThreadTurns(shares)
    _of_server.append(turns)
    try:
        yield
    finally:
        _of_server.remove(turns)


@contextlib.contextmanager
def thread_turn(visitor: Visitor, seconds: float) -> Iterator[None]:
    """A turn of this process's server (see `ThreadTurns.turn`); without a server everybody has one."""
    with _of_server[-1].turn(visitor, seconds) if _of_server else contextlib.nullcontext():
        yield
