"""A connection's seat in a class: in which room it sits, and as whom."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from playground.classroom import room_events as e
from playground.classroom.room import Room
from playground.core.errors import UserError
from playground.core.i18n import N_

from .classrooms import Classrooms
from .gathering import Gathering
from .outbox import Outbox

MOVED = N_("This room has moved to another server of this site. The connection is opened again.")


class Seat:
    """Of one connection. It has no seat until it opens a room, joins one, or comes back with a token."""

    def __init__(self, classrooms: Classrooms, outbox: Outbox, lang: str, address: str):
        self.classrooms, self.outbox, self.lang, self.address = classrooms, outbox, lang, address
        self.gathering: Gathering | None = None
        self.role: e.Role | None = None
        self.index: int | None = None
        """Of a member."""
        self.moves = 0
        """How often it sat down: what it was sent before counts no more."""

    @property
    def room(self) -> Room:
        """`UserError` if it sits in none."""
        return self.here.room

    @property
    def here(self) -> Gathering:
        """Everyone in its room; `UserError` if it sits in none."""
        if self.gathering is None:
            raise UserError(N_("This connection is in no room."))
        return self.gathering

    @property
    def me(self) -> int:
        """The member's index; `UserError` for all others."""
        if self.index is None:
            raise UserError(N_("You cannot do that in this room."))
        return self.index

    def sit(self, room: Room, role: e.Role, index: int | None) -> None:
        """Take a seat, and be seen."""
        self.detach()
        self.role, self.index = role, index
        self.moves += 1
        self.gathering = self.classrooms.gathering(room)
        self.gathering.seats.add(self)
        if role != "member":  # a member's page has it already
            self.outbox.add({"is": "lesson", "lesson": room.lesson.model_dump(exclude={"texts"})})
        self.classrooms.rooms.touch(room)
        self.gathering.changed()

    async def record(self, event: e.Event) -> None:
        """Let it happen; return when it is on the disk, and let everyone see."""
        await self.told(self.classrooms.rooms.record(self.room, event))

    async def told(self, written: Future) -> None:
        """Let everyone see what is being written, when it is."""
        await asyncio.wrap_future(written)
        if self.gathering is not None:
            self.gathering.changed()

    def leave(self, why: Mapping[str, Any]) -> None:
        """Lose the seat, and hear why."""
        self.detach()
        self.outbox.add(why)

    def move(self) -> None:
        """Lose the seat and the connection: the browser comes back to whichever server has the room then."""
        self.detach()
        self.outbox.end(MOVED)

    def detach(self) -> None:
        """The browser has left: its place stays."""
        if self.gathering is not None:
            self.gathering.seats.discard(self)
            self.gathering.changed()
        self.gathering = self.role = self.index = None
