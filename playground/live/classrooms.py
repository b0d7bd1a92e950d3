"""The rooms of this server with those who are in them, and what keeps strangers from trying all codes."""

import asyncio
import time

from playground.classroom.room import Room
from playground.classroom.room_copies import RoomCopies
from playground.classroom.rooms import Rooms
from playground.core.errors import UserError
from playground.core.i18n import N_, translator
from playground.engine.hub import Hub
from playground.engine.recording import Recording
from playground.engine.supervisor import note_failure

from .gathering import Gathering
from .wall import Wall

WRONG_CODES, WRONG_S = 10, 60.0
"""Wrong codes that an address may try in so many seconds."""
SWEEP_S, ASKED_S = 300.0, 0.5
MAX_ADDRESSES = 10_000
"""Of which wrong codes are remembered."""


class Classrooms:
    """The rooms of this server with those who are in them."""

    def __init__(self, rooms: Rooms, hub: Hub, recordings: list[Recording], copies: RoomCopies):
        self.rooms, self.hub, self.recordings, self.copies = rooms, hub, recordings, copies
        rooms.refusal = copies.refusal
        self._gatherings: dict[str, Gathering] = {}
        self._walls: dict[tuple[str, str], Wall] = {}
        self._wrong: dict[str, list[float]] = {}

    async def open(self) -> None:
        """Find the rooms of an earlier server; close those that nobody uses, from time to time."""
        await asyncio.to_thread(self.copies.restore)
        self.rooms.load()

        async def sweeping() -> None:
            while True:
                await asyncio.sleep(SWEEP_S)
                await self.sweep()

        async def giving_up() -> None:
            while True:
                await asyncio.sleep(ASKED_S)
                for room in self.rooms.asked():
                    await self.give_up(room)

        self.hub.tasks.start_for_good("rooms", sweeping)
        self.hub.tasks.start_for_good("rooms of others", giving_up)
        if self.copies.there.path is not None:
            self.hub.tasks.start_for_good("copies of rooms", self.copies.keep)

    async def give_up(self, room: Room) -> None:
        """Let another server have a room in which nobody sits here, or which came here when its own server had died:
        that may live again, and the proxy sends the class there. All who sit here follow."""
        gathering = self._gatherings.get(room.code)
        seats = list(gathering.seats) if gathering is not None else []
        if seats and room.code not in self.rooms.inherited:
            return
        self._forget(room)
        for seat in seats:
            seat.move()
        await self.rooms.give_up(room)

    def _forget(self, room: Room) -> Gathering | None:
        self._walls = {key: made for key, made in self._walls.items() if key[0] != room.code}
        return self._gatherings.pop(room.code, None)

    def gathering(self, room: Room) -> Gathering:
        return self._gatherings.setdefault(room.code, Gathering(room))

    def wall(self, room: Room, lang: str) -> Wall:
        """The pictures of a room, in a language."""
        return self._walls.setdefault((room.code, lang), Wall(self.hub, translator(lang)))

    def check_address(self, address: str) -> None:
        """`UserError` for who has tried too many codes that are none."""
        now = time.monotonic()
        recent = self._wrong[address] = [at for at in self._wrong.get(address, []) if now - at < WRONG_S]
        if len(recent) >= WRONG_CODES:
            raise UserError(N_("Too many wrong codes. Wait a minute, then look at the board again."))

    def note_wrong(self, address: str) -> None:
        self._wrong.setdefault(address, []).append(time.monotonic())
        if len(self._wrong) > MAX_ADDRESSES:
            self._wrong.clear()

    async def close(self, room: Room) -> None:
        """The end: everyone is told, everything is deleted."""
        done = self.rooms.close(room)
        gathering = self._forget(room)
        for seat in list(gathering.seats) if gathering else []:
            seat.leave({"is": "closed"})
        await asyncio.wrap_future(done)
        await asyncio.wrap_future(self.copies.discard(room.code))
        self.rooms.journals.owners.release(room.code)

    async def sweep(self) -> None:
        """Close the rooms in which nobody was for long."""
        for code, gathering in list(self._gatherings.items()):
            if gathering.seats:
                self.rooms.touch(gathering.room)
            elif not gathering.states:
                del self._gatherings[code]
        for room in self.rooms.idle():
            try:
                await self.close(room)
            except Exception as error:  # the others are closed all the same
                note_failure("room", error)
