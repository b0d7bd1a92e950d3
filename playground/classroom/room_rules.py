"""What may happen in a room: each rule gives the event, or says in a sentence why not."""

import unicodedata
from collections.abc import Iterable

from playground.core.errors import UserError
from playground.core.i18n import N_

from . import aliases
from . import room_events as e
from .questions import Answer, checked
from .room import Room

MAX_PICKS = 60
NAME_LENGTH = 24


def join(room: Room, name: str, token: str) -> e.Joined:
    if room.locked:
        raise UserError(N_("This room is locked: nobody new can come in. Ask your teacher."))
    if len(room.present) >= e.MAX_MEMBERS:
        raise UserError(N_("This room is full: {most:member|members}."), most=e.MAX_MEMBERS)
    taken = {member.alias for member in room.present}
    free = next(number for number in aliases.order() if number not in taken)
    return e.Joined(index=len(room.members), alias=free, name=clean_name(name), token=token)


def answer(room: Room, index: int, at: int, answer: Answer) -> e.Answered:
    question = room.question(at)
    if at in room.revealed:
        raise UserError(N_("The answer has been shown already."))
    if (given := checked(question, answer)) is None:
        raise UserError(N_("That is no answer to this question."))
    return e.Answered(index=index, at=at, answer=given)


def rename(index: int, name: str) -> e.Renamed:
    return e.Renamed(index=index, name=clean_name(name))


def move(room: Room, at: int) -> e.Moved:
    if not 0 <= at < len(room.lesson.steps):
        raise UserError(N_("The lesson has no step {number}."), number=at + 1)
    return e.Moved(at=at)


def kick(room: Room, index: int) -> e.Kicked:
    return e.Kicked(index=room.member(index).index)


def pick(room: Room, index: int, run: str, step: int) -> e.Picked:
    if len(room.picks) >= MAX_PICKS:
        raise UserError(N_("That many snapshots are kept at most: {most}."), most=MAX_PICKS)
    return e.Picked(index=room.member(index).index, run=run, step=step)


def order(room: Room, places: Iterable[int]) -> e.Ordered:
    return e.Ordered(places=_places(room, places))


def present_picks(room: Room, places: Iterable[int]) -> e.Presented:
    return e.Presented(places=_places(room, places))


def show_votes(room: Room, at: int, on: bool) -> e.VotesShown:
    room.question(at)
    return e.VotesShown(at=at, on=on)


def _places(room: Room, places: Iterable[int]) -> list[int]:
    wanted = list(dict.fromkeys(places))
    if any(place >= len(room.picks) for place in wanted):
        raise UserError(N_("There is no such snapshot (any more)."))
    return wanted


def clean_name(name: str) -> str:
    """A name as it may stand on every screen: no control or invisible characters, no markup, one space at a time."""
    plain = unicodedata.normalize("NFKC", name)
    kept = "".join(c for c in plain if unicodedata.category(c)[0] not in "CZ" or c == " ")
    kept = "".join(c for c in kept if c not in "<>&\"'`[]{}|\\*_#$@=")
    return " ".join(kept.split())[:NAME_LENGTH].strip()
