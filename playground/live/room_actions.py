"""What each command on the socket of rooms does, and who may give it."""

import asyncio
import inspect
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from playground.classroom import catalogue, results, room_rules
from playground.classroom import room_events as e
from playground.classroom.room import Room
from playground.classroom.rooms import RoomElsewhere, hash_of
from playground.core.errors import UserError
from playground.core.i18n import N_

from . import room_commands as c
from . import truths
from .seat import Seat

GIVEN_UP_S, LOOK_S = 3.0, 0.2
"""Within which another server gives a room up in which nobody sits there."""


async def handle(seat: Seat, command: c.Command) -> None:
    """Do what was asked; `UserError` says why not, and nothing has happened then."""
    needed, do = ACTIONS[type(command)]
    if needed is not None and seat.role not in needed:
        raise UserError(N_("You cannot do that in this room."))
    done = do(seat, command)
    if inspect.isawaitable(done):
        await done


async def open_room(seat: Seat, command: c.Open) -> None:
    lesson = catalogue.named(command.lesson, seat.lang).lesson
    room, token, written = seat.classrooms.rooms.open(lesson)
    await asyncio.wrap_future(written)
    seat.sit(room, "teacher", None)
    seat.outbox.add({"is": "opened", "code": room.code, "token": token})


async def join(seat: Seat, command: c.Join) -> None:
    room = await _found(seat, command.code)
    token = secrets.token_urlsafe(16)
    event = room_rules.join(room, command.name, hash_of(token))
    await asyncio.wrap_future(seat.classrooms.rooms.record(room, event))
    seat.sit(room, "member", event.index)
    seat.outbox.add({"is": "joined", "code": room.code, "token": token})


async def enter(seat: Seat, command: c.Enter) -> None:
    """Come back with a token: another tab of the same member loses the place. Where another server keeps the room, the
    browser tries again, as the proxy may send it there the next time."""
    try:
        await _found(seat, command.code)
    except RoomElsewhere as elsewhere:
        seat.outbox.end(elsewhere.template)
        return
    try:
        room, role, index = seat.classrooms.rooms.enter(command.code, command.token)
    except UserError:
        seat.classrooms.note_wrong(seat.address)
        raise
    if index is not None:
        for other in seat.classrooms.gathering(room).seats_of(index):
            other.leave({"is": "replaced"})
    seat.sit(room, role, index)
    seat.outbox.add({"is": "entered", "code": room.code, "role": role})


async def _found(seat: Seat, code: str) -> Room:
    """The room; one that another server is asked for is waited for a moment."""
    seat.classrooms.check_address(seat.address)
    end = time.monotonic() + GIVEN_UP_S
    while True:
        try:
            return seat.classrooms.rooms.get(code)
        except RoomElsewhere:
            if time.monotonic() > end:
                raise
        except UserError:
            seat.classrooms.note_wrong(seat.address)
            raise
        await asyncio.sleep(LOOK_S)


def state(seat: Seat, command: c.State) -> None:
    seat.here.states[seat.me] = command
    seat.here.stirred()


async def answer(seat: Seat, command: c.GiveAnswer) -> None:
    await seat.record(room_rules.answer(seat.room, seat.me, command.at, command.answer))
    seat.outbox.add({"is": "answered", "at": command.at})


async def broadcast(seat: Seat, command: c.BroadcastRun) -> None:
    if command.run is not None:
        seat.classrooms.hub.get(command.run)  # or a sentence
    await seat.record(e.Broadcast(run=command.run))


async def kick(seat: Seat, command: c.Kick) -> None:
    await seat.record(room_rules.kick(seat.room, command.index))
    for other in seat.here.seats_of(command.index):
        other.leave({"is": "kicked"})


async def pick(seat: Seat, command: c.PickRun) -> None:
    looked_at = seat.here.state(command.index)
    if looked_at.run is None:
        raise UserError(N_("There is nothing to keep yet: this member looks at no run."))
    await seat.record(room_rules.pick(seat.room, command.index, looked_at.run, looked_at.step))


async def reveal(seat: Seat, command: c.Reveal) -> None:
    """The right answer, from the run or the recording on the teacher's stage where it needs one."""
    question, hub = seat.room.question(command.at), seat.classrooms.hub
    if command.run is not None:
        right = truths.of_run(question, hub, hub.get(command.run))
    elif recording := next((r for r in seat.classrooms.recordings if r.name == command.recording), None):
        right = truths.of_recording(question, recording)
    else:
        right = truths.typed(question)
    await seat.record(e.Revealed(at=command.at, right=right))


async def link(seat: Seat, command: c.Link) -> None:
    token = secrets.token_urlsafe(16)
    await seat.record(e.Linked(role=command.role, token=hash_of(token)))
    seat.outbox.add({"is": "link", "role": command.role, "token": token})


def table(seat: Seat, command: c.Results) -> None:
    text = results.table(seat.room, seat.outbox.translate).decode()
    seat.outbox.add({"is": "results", "name": f"room-{seat.room.code}.csv", "text": text})


def _simple(event: Callable[[Seat, Any], e.Event]) -> Callable[[Seat, Any], Any]:
    """A command that is one event."""
    return lambda seat, command: seat.record(event(seat, command))


ANYONE, MEMBER, TEACHERS = None, ("member",), ("teacher", "coteacher")
ACTIONS: Mapping[type[c.Command], tuple[tuple[str, ...] | None, Callable[[Seat, Any], Any]]] = {
    c.Open: (ANYONE, open_room),
    c.Join: (ANYONE, join),
    c.Enter: (ANYONE, enter),
    c.State: (MEMBER, state),
    c.GiveAnswer: (MEMBER, answer),
    c.Rename: (MEMBER, _simple(lambda seat, command: room_rules.rename(seat.me, command.name))),
    c.Move: (TEACHERS, _simple(lambda seat, command: room_rules.move(seat.room, command.at))),
    c.Pace: (TEACHERS, _simple(lambda seat, command: e.Paced(pace=command.pace))),
    c.PauseAll: (TEACHERS, _simple(lambda seat, command: e.Paused(on=command.on))),
    c.BroadcastRun: (TEACHERS, broadcast),
    c.Anonymise: (TEACHERS, _simple(lambda seat, command: e.Anonymised(on=command.on))),
    c.Lock: (TEACHERS, _simple(lambda seat, command: e.Locked(on=command.on))),
    c.Kick: (TEACHERS, kick),
    c.PickRun: (TEACHERS, pick),
    c.Order: (TEACHERS, _simple(lambda seat, command: room_rules.order(seat.room, command.places))),
    c.Present: (TEACHERS, _simple(lambda seat, command: room_rules.present_picks(seat.room, command.places))),
    c.Votes: (TEACHERS, _simple(lambda seat, command: room_rules.show_votes(seat.room, command.at, command.on))),
    c.Reveal: (TEACHERS, reveal),
    c.Link: (TEACHERS, link),
    c.Results: (TEACHERS, table),
    c.Close: (TEACHERS, lambda seat, command: seat.classrooms.close(seat.room)),
}
"""Who may do what, and how."""
