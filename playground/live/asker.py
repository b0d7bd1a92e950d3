"""Work for an answer ends when nobody waits for the answer any more."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Receive

Made = TypeVar("Made")


async def while_asked(receive: Receive, work: Coroutine[Any, Any, Made]) -> Made:
    """What `work` makes. When the client leaves, the work is cancelled: `ClientDisconnect`. For requests whose body
    nothing else reads."""
    doing, leaving = asyncio.create_task(work), asyncio.create_task(_left(receive))
    try:
        await asyncio.wait({doing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done() and leaving.exception() is None:
            raise ClientDisconnect
        return await doing
    finally:
        doing.cancel()
        leaving.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
