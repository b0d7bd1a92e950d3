"""All rooms of a server: their codes, who may enter, and how they come back after a restart."""

import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future

from playground.core.errors import UserError
from playground.core.i18n import N_

from . import room_events as e
from .journal import Journals
from .lesson import Lesson, understand
from .room import Room

log = logging.getLogger(__name__)

LETTERS = "BCDFGHJKMNPQRSTVWXZ"
"""Of a code: no vowels, so that it is no word, and nothing that is read as a digit."""
CODE_LENGTH = 5
IDLE_S = 12 * 3600.0


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Rooms:
    """Belongs to the server's event loop; what it records is written by a thread."""

    def __init__(self, journals: Journals, most: int, now: Callable[[], float] = time.time):
        self.journals, self.most, self.now = journals, most, now
        self._rooms: dict[str, Room] = {}
        self._used: dict[str, float] = {}

    def load(self) -> None:
        """The rooms of an earlier server."""
        for code, used, head, events in self.journals.read_all():
            try:
                lesson, _ = understand(head["lesson"])
                room = Room(code, lesson, head["teacher"])
                for event in events:
                    room.apply(event)
            except Exception:  # whatever stands in one file, the server starts with the other rooms
                log.exception("the room %s is damaged", code)
                self.journals.set_aside(code)
                continue
            self._rooms[code], self._used[code] = room, used

    def open(self, lesson: Lesson) -> tuple[Room, str, Future]:
        """A new room, the teacher's token, and when it is on the disk. `UserError` when there are too many."""
        if len(self._rooms) >= self.most:
            raise UserError(N_("There are too many rooms on this server. Try again later."))
        code = next(code for code in iter(_new_code, None) if code not in self._rooms)
        token = secrets.token_urlsafe(16)
        room = self._rooms[code] = Room(code, lesson, hash_of(token))
        self._used[code] = self.now()
        head = {"lesson": lesson.model_dump(exclude_defaults=True), "teacher": room.teacher, "opened": self.now()}
        return room, token, self.journals.begin(code, head)

    def get(self, code: str) -> Room:
        """The room with this code, however it was written; `UserError` if there is none."""
        room = self._rooms.get(code.strip().upper())
        if room is None:
            raise UserError(N_("There is no room with this code. Look at the board again."))
        return room

    def enter(self, code: str, token: str) -> tuple[Room, e.Role, int | None]:
        """The room, and what the token allows there; `UserError` if it opens nothing."""
        room = self.get(code)
        known, found = hash_of(token), None
        for held in [room.teacher, *room.links, *(m.token for m in room.present)]:
            if hmac.compare_digest(held, known):
                found = room.role_of(held)
        if found is None:
            raise UserError(N_("This link does not belong to that room (any more)."))
        return room, *found

    def record(self, room: Room, event: e.Event) -> Future:
        """Let it happen at once; the future is done when it is on the disk, and only then is it told."""
        if self._rooms.get(room.code) is not room:
            raise UserError(N_("This room is closed."))
        room.apply(event)
        self._used[room.code] = self.now()
        return self.journals.append(room.code, event)

    def close(self, room: Room) -> Future:
        """The end of a room: everything in it is deleted."""
        self._rooms.pop(room.code, None)
        self._used.pop(room.code, None)
        return self.journals.delete(room.code)

    def touch(self, room: Room) -> None:
        """Somebody is there."""
        if room.code in self._used:
            self._used[room.code] = self.now()

    def idle(self) -> list[Room]:
        """Rooms in which nobody was for long."""
        return [self._rooms[code] for code, used in self._used.items() if self.now() - used > IDLE_S]

    def __len__(self) -> int:
        return len(self._rooms)


def _new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
