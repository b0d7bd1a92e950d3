"""Who is in a room just now, and what each of them looks at: gone with a restart, unlike the room itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from playground.classroom.room import Room

from . import room_commands as c
from .outbox import Outbox

NOWHERE = c.State(do="state")


class Seated(Protocol):
    """What a room knows of a connection in it (`seat.Seat`)."""

    outbox: Outbox
    index: int | None

    def leave(self, why: Mapping[str, Any]) -> None: ...

    def move(self) -> None: ...


@dataclass(eq=False)
class Gathering:
    """The seats of one room."""

    room: Room
    seats: set[Seated] = field(default_factory=set)
    states: dict[int, c.State] = field(default_factory=dict)
    """By a member's index."""
    changes: int = 0
    """Counts what members have done, so that a list of them is made only when there is something new."""

    def state(self, index: int) -> c.State:
        return self.states.get(index, NOWHERE)

    @property
    def connected(self) -> set[int]:
        """The members who are here."""
        return {seat.index for seat in self.seats if seat.index is not None}

    def seats_of(self, index: int) -> list[Seated]:
        return [seat for seat in self.seats if seat.index == index]

    def changed(self) -> None:
        """Something that everyone may see."""
        self.changes += 1
        for seat in self.seats:
            seat.outbox.wake()

    def stirred(self) -> None:
        """Something that only teachers see, soon."""
        self.changes += 1
        for seat in self.seats:
            if seat.index is None:
                seat.outbox.wake()
