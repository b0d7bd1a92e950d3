"""All rooms of a server: their codes, who may enter, and how they come back after a restart."""

import asyncio
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from playground.core.errors import UserError
from playground.core.i18n import N_

from . import room_events as e
from .journal import Journals, exists
from .lesson import Lesson, understand
from .room import Room

log = logging.getLogger(__name__)

LETTERS = "BCDFGHJKMNPQRSTVWXZ"
"""Of a code: no vowels, so that it is no word, and nothing that is read as a digit."""
CODE_LENGTH = 5
ELSEWHERE = N_(
    "This room is open on another server of this site, where others sit in it: it cannot be entered from here. Open "
    "the page again; if that does not help, tell whoever runs the site."
)
IDLE_S = 12 * 3600.0


class RoomElsewhere(UserError):
    """Another server has the room."""

    def __init__(self, template: str = ELSEWHERE):
        super().__init__(template)


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Rooms:
    """Belongs to the server's event loop; what it records is written by a thread."""

    def __init__(self, journals: Journals, most: int, now: Callable[[], float] = time.time):
        self.journals, self.most, self.now = journals, most, now
        self._rooms: dict[str, Room] = {}
        self._used: dict[str, float] = {}
        self.refusal: Callable[[str], UserError | None] = lambda code: None
        """Why a room with this code did not come back, if it is known."""
        self.inherited: set[str] = set()
        """Codes of rooms that came here because their server had died; not again, once they have gone back."""
        self._leaving: set[str] = set()
        """Rooms that are given up: what is left of them is being written."""

    def load(self) -> None:
        """The rooms of an earlier server."""
        for found in self.journals.read_all():
            self._take(*found)

    def _take(self, code: str, used: float, head: dict[str, Any], events: list[e.Event]) -> None:
        try:
            lesson, _ = understand(head["lesson"])
            room = Room(code, lesson, head["teacher"])
            for event in events:
                room.apply(event)
        except Exception:  # whatever stands in one file, the server starts with the other rooms
            log.exception("the room %s is damaged", code)
            self.journals.set_aside(code)
            return
        self._rooms[code], self._used[code] = room, used

    def open(self, lesson: Lesson) -> tuple[Room, str, Future]:
        """A new room, the teacher's token, and when it is on the disk. `UserError` when there are too many."""
        if len(self._rooms) >= self.most:
            raise UserError(N_("There are too many rooms on this server. Try again later."))
        code = next(code for code in iter(_new_code, None) if self._is_free(code))
        token = secrets.token_urlsafe(16)
        room = self._rooms[code] = Room(code, lesson, hash_of(token))
        self._used[code] = self.now()
        head = {"lesson": lesson.model_dump(exclude_defaults=True), "teacher": room.teacher, "opened": self.now()}
        return room, token, self.journals.begin(code, head)

    def _is_free(self, code: str) -> bool:
        return not exists(self.journals.folder, code) and self.journals.owners.claim(code)

    def get(self, code: str) -> Room:
        """The room with this code, however it was written; `UserError` if there is none. One that another server has is
        taken over as soon as that is possible, until then `RoomElsewhere`."""
        code = code.strip().upper()
        room = self._rooms.get(code)
        if room is None and len(code) == CODE_LENGTH and set(code) <= {*LETTERS} and exists(self.journals.folder, code):
            orphaned = self.journals.owners.left_behind(code)
            if code in self._leaving or not self.journals.owners.claim_or_ask(code):
                raise RoomElsewhere()
            if (found := self.journals.read(code)) is not None:
                self._take(*found)
                if orphaned:
                    self.inherited.add(code)
            room = self._rooms.get(code)
        if room is None:
            raise self.refusal(code) or UserError(N_("There is no room with this code. Look at the board again."))
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

    async def give_up(self, room: Room) -> None:
        """Another server may have it; nobody sits in it here."""
        self._leaving.add(room.code)
        self.inherited.discard(room.code)
        self._rooms.pop(room.code, None)
        self._used.pop(room.code, None)
        try:
            await asyncio.wrap_future(self.journals.let_go(room.code))
        finally:
            self._leaving.discard(room.code)
            self.journals.owners.release(room.code)

    def asked(self) -> list[Room]:
        """Rooms that other servers would like to have."""
        return [self._rooms[code] for code in self.journals.owners.asked() if code in self._rooms]

    def close(self, room: Room) -> Future:
        """The end of a room: everything in it is deleted; then it has to be released."""
        self.inherited.discard(room.code)
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
