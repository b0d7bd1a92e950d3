"""What every connection of this server shares: its runs, its recordings, how many browsers there are."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable

from playground.classroom.journal import FOLDER, Journals
from playground.classroom.room_copies import RoomCopies
from playground.classroom.rooms import Rooms
from playground.core.registry import FAMILIES
from playground.engine import ownership
from playground.engine.engines import open_slots
from playground.engine.hub import Hub
from playground.engine.limits import Limits
from playground.engine.ownership import Ownership
from playground.engine.paths import own_root
from playground.engine.recording import Recording, shipped
from playground.engine.store import Store
from playground.engine.supervisor import keep_thread, nothing_unseen
from playground.engine.thread_turns import serving

from .classrooms import Classrooms
from .logs import Log
from .metrics import token
from .no_delay import send_at_once

LOOK_S = 5.0


class LiveState:
    """Empty until the server starts."""

    hub: Hub
    classrooms: Classrooms
    """Both made in the lifespan."""

    def __init__(self, warm_up: Callable[[], None] = lambda: None):
        """`warm_up` is called once, beside the server, when that starts."""
        self.warm_up = warm_up
        self.recordings: list[Recording] = []
        self.connections = 0
        self.log = Log()

    async def _keep_log(self) -> None:
        """Until cancelled: also what begins to write to the log later has its form."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.log.install()

    @contextlib.asynccontextmanager
    async def lifespan(self, app) -> AsyncIterator[dict]:
        """Workers start before the first visitor and end with the server."""
        sys.setswitchinterval(5e-4)  # a busy script thread must not hold up the socket
        send_at_once()
        self.log.install()
        token()  # or a sentence
        limits = Limits.from_environment()
        with own_root() as root, nothing_unseen():
            self.recordings = [recording for name in FAMILIES for recording in shipped(name)]
            self.hub = Hub(limits, open_slots(limits), Store(root, limits))
            await self.hub.open()
            self.hub.tasks.start_for_good("log", self._keep_log)
            keep_thread("warm-up", self.warm_up)
            owners = Ownership(root / ownership.FOLDER / "rooms")
            owners.clear()
            journals = Journals(root / FOLDER, owners=owners)
            copies = RoomCopies(journals)
            self.classrooms = Classrooms(Rooms(journals, limits.rooms), self.hub, self.recordings, copies)
            await self.classrooms.open()
            try:
                with serving(self.hub.workers.shares):
                    yield {}
            finally:
                await self.hub.close()
                journals.close()
                await asyncio.to_thread(copies.finish)
                owners.close()
