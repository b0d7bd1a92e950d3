"""What programs that watch over a server ask it: whether it lives, and whether visitors may be sent to it."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from playground.engine import disk
from playground.engine.hub import Hub
from playground.engine.supervisor import dead

from .base_path import PROBES

LIVE, READY = PROBES
KEPT_S = 1.0
"""For so long the answer holds: who asks often does not write often."""
PROBE = ".ready"
"""A file in the folder of runs that is written to see whether it can be."""


class Probes:
    """`hub`: of the server, once it has started."""

    def __init__(self, hub: Callable[[], Hub]):
        self.hub = hub
        self._known: tuple[float, dict[str, Any]] | None = None
        self._looking = asyncio.Lock()

    def routes(self) -> list[BaseRoute]:
        return [Route(LIVE, self.live), Route(READY, self.ready)]

    async def live(self, request: Request) -> Response:
        """200 while the event loop answers and all that should go on for ever does; else it is to be started again."""
        return PlainTextResponse("dead", 503) if dead() else PlainTextResponse("alive")

    async def ready(self, request: Request) -> Response:
        """200 when the workers are prepared and the disk can be written to; else 503, and which of them is not."""
        found = await self.look()
        return JSONResponse(found, 200 if found["ready"] else 503, {"cache-control": "no-store"})

    async def look(self) -> dict[str, Any]:
        """{ready, workers, workers_ready, disk}."""
        async with self._looking:
            if self._known is None or time.monotonic() - self._known[0] >= KEPT_S:
                hub = self.hub()
                started = sum(slot.started for slot in hub.slots)
                writable = await hub.saver.in_thread(can_be_written, hub.store.root)
                ready = writable and started == len(hub.slots)
                found = {"ready": ready, "workers": len(hub.slots), "workers_ready": started, "disk": writable}
                self._known = time.monotonic(), found
            return self._known[1]


def can_be_written(folder: Path) -> bool:
    """Whether the disk takes a file."""
    try:
        disk.replace(folder / PROBE, b"ready")
        disk.unlink(folder / PROBE)
    except OSError:
        return False
    return True
