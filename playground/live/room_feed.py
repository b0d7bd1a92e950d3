"""What one seat in a room is sent: what is new of the room for its role, and small pictures."""

import asyncio
import time
from typing import Any

from playground.classroom.room import Room
from playground.core.strict_json import finite

from . import room_views, wall
from .seat import Seat

MEMBERS_S = 0.25
"""Between two lists of members that a console is sent."""
SHORTEST_S = 0.05
SEES_ALL = ("teacher", "coteacher", "projector")


class RoomFeed:
    """The sending loop."""

    def __init__(self, seat: Seat):
        self.seat = seat
        self._begin()

    def _begin(self) -> None:
        """Another room, or another role: nothing of it was sent."""
        self._moves = self.seat.moves
        self._sent: dict[str, Any] = {}
        self._members_at, self._changes = 0.0, -1
        self._pictures: dict[str, Any] = {}
        """run -> the frame that was sent last"""
        self._presented: list[dict[str, Any]] = []

    async def serve(self) -> None:
        """Send what is new of the room, until cancelled."""
        while True:
            await self.seat.outbox.wait(self._patience())
            if self.seat.gathering is None:
                continue
            if self._moves != self.seat.moves:
                self._begin()
            for part in (self._send_view, self._send_pictures):
                await self.seat.outbox.supervisor.attempt(part.__name__, part)

    @property
    def _pictures_of_room(self) -> wall.Wall:
        return self.seat.classrooms.wall(self.seat.room, self.seat.lang)

    @property
    def _sees_all(self) -> bool:
        return self.seat.role in SEES_ALL

    def _patience(self) -> float | None:
        if self.seat.gathering is None or not self._sees_all:
            return None
        waits = [max(self._pictures_of_room.due(), SHORTEST_S)]
        if self._changes != self.seat.gathering.changes:
            waits.append(max(0.0, self._members_at + MEMBERS_S - time.monotonic()))
        return min(waits)

    async def _send_view(self) -> None:
        gathering = self.seat.gathering
        if gathering is None or self._changes == gathering.changes:
            return
        room, translate = gathering.room, self.seat.outbox.translate
        view = {"role": self.seat.role, "code": room.code, **room_views.shared(room, gathering, translate)}
        view["broadcast"] = self._broadcast(room)
        if self.seat.index is not None:
            view |= room_views.own(room, room.members[self.seat.index], translate)
            self._changes = gathering.changes
        elif time.monotonic() - self._members_at >= MEMBERS_S:
            view |= room_views.of_teachers(room, gathering, translate)
            self._members_at, self._changes = time.monotonic(), gathering.changes
        fresh = {name: value for name, value in view.items() if self._sent.get(name, self) != value}
        if fresh:
            self._sent |= fresh
            await self.seat.outbox.send_json(finite({"is": "room", **fresh}))

    def _broadcast(self, room: Room) -> dict[str, str] | None:
        """The run on every screen, with its family's page."""
        live_run = self.seat.classrooms.hub.live_runs.get(room.broadcast or "")
        return {"run": live_run.run.id, "family": live_run.run.family} if live_run is not None else None

    async def _send_pictures(self) -> None:
        """Snapshots that are presented, once, to everyone; what all members look at, to consoles and projectors."""
        gathering = self.seat.gathering
        if gathering is None:
            return
        shown = self._sent.get("presented", [])
        if shown != self._presented:
            self._presented = shown
            for message in wall.presented(self.seat.classrooms.hub, shown, self.seat.outbox.translate):
                await self.seat.outbox.send_bytes(message)
        pictures = self._pictures_of_room
        if not self._sees_all or pictures.due():
            return
        spent, runs = 0.0, set()
        for index in sorted(gathering.connected):
            run = gathering.state(index).run
            if run is None:
                continue
            runs.add(run)
            began = time.thread_time()
            made = pictures.picture(run, self._pictures.get(run))
            spent += time.thread_time() - began
            if made is not None:
                self._pictures[run] = made[0]
                await self.seat.outbox.send_bytes(made[1])
            await asyncio.sleep(0)  # others have their turn between two pictures
        pictures.keep_only(runs)
        pictures.rest(spent)
