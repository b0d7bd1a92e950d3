"""A room: a class that works through a lesson together. It is what its events make of it, and knows no clock, no file
and no socket; what its members look at just now is not part of it (see `playground.live.room`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.core.errors import UserError
from playground.core.i18n import N_, Translate

from . import aliases
from . import room_events as e
from .lesson import Lesson
from .questions import Answer, Question

MAX_EVENTS = 50_000
"""Sixty members who answer and change their answers in forty steps come to a few thousand."""


@dataclass
class Member:
    index: int
    alias: int
    token: str
    """A hash."""
    name: str = ""
    kicked: bool = False
    answers: dict[int, Answer] = field(default_factory=dict)
    """By the step's number."""


@dataclass(frozen=True)
class Pick:
    """A moment of a member's run."""

    index: int
    run: str
    step: int


@dataclass(eq=False)
class Room:
    code: str
    lesson: Lesson
    teacher: str
    """The hash of the teacher's token."""
    members: list[Member] = field(default_factory=list)
    links: dict[str, e.Links] = field(default_factory=dict)
    """Hash of a token -> the role it gives."""
    at: int = 0
    pace: Literal["teacher", "student"] = "teacher"
    paused: bool = False
    broadcast: str | None = None
    anonymous: bool = False
    locked: bool = False
    picks: list[Pick] = field(default_factory=list)
    presented: tuple[int, ...] = ()
    votes_shown: set[int] = field(default_factory=set)
    revealed: dict[int, Answer | None] = field(default_factory=dict)
    events: int = 0

    def role_of(self, token: str) -> tuple[e.Role, int | None] | None:
        """The role of who holds the token with this hash, and the member's index; None: it opens nothing here."""
        if token == self.teacher:
            return "teacher", None
        if token in self.links:
            return self.links[token], None
        for member in self.members:
            if member.token == token and not member.kicked:
                return "member", member.index
        return None

    @property
    def present(self) -> list[Member]:
        """Members who were not sent out."""
        return [member for member in self.members if not member.kicked]

    def question(self, at: int) -> Question:
        """`UserError` where the step asks nothing."""
        found = self.lesson.steps[at].question if 0 <= at < len(self.lesson.steps) else None
        if found is None:
            raise UserError(N_("This step asks no question."))
        return found

    def member(self, index: int) -> Member:
        """One of those who are here; `UserError` if there is none with this number."""
        if not 0 <= index < len(self.members) or self.members[index].kicked:
            raise UserError(N_("There is no such member in this room."))
        return self.members[index]

    # what has happened

    def apply(self, event: e.Event) -> None:
        """Take an event in; `UserError` when the room has had all the events that it may have."""
        if self.events >= MAX_EVENTS:
            raise UserError(N_("Too much has happened in this room. Open a new one."))
        self.events += 1
        APPLY[type(event)](self, event)

    def _joined(self, event: e.Joined) -> None:
        self.members.append(Member(event.index, event.alias, event.token, event.name))

    def _linked(self, event: e.Linked) -> None:
        self.links = {
            token: role for token, role in self.links.items() if role != event.role
        }  # a new link, the old ends
        self.links[event.token] = event.role

    def _kicked(self, event: e.Kicked) -> None:
        self.members[event.index].kicked = True
        kept = [place for place, pick in enumerate(self.picks) if pick.index != event.index]
        self._keep(kept)

    def _keep(self, places: list[int]) -> None:
        """Only these picks, in this order; what is presented stays so as far as it is kept."""
        before = [self.picks[place] for place in self.presented]
        self.picks = [self.picks[place] for place in places]
        self.presented = tuple(self.picks.index(pick) for pick in before if pick in self.picks)

    def _showed_votes(self, event: e.VotesShown) -> None:
        (self.votes_shown.add if event.on else self.votes_shown.discard)(event.at)

    # what is seen

    def label(self, member: Member, translate: Translate, hidden: bool = False) -> str:
        """The name of a member on a screen: the alias where there is none, or names are hidden."""
        return member.name if member.name and not hidden else aliases.alias(member.alias, translate)

    def votes(self, at: int) -> dict[str, Any]:
        """How the class answered: `counts` for each option of a choice, else all `answers`, without names and in an
        order that tells nobody's; and how many there are."""
        question = self.question(at)
        given = [member.answers[at] for member in self.present if at in member.answers]
        if question.kind == "choice":
            return {"answered": len(given), "counts": [given.count(i) for i in range(len(question.options))]}
        return {"answered": len(given), "answers": sorted(given, key=str)}


APPLY: Mapping[type, Any] = {
    e.Joined: Room._joined,
    e.Renamed: lambda room, event: setattr(room.members[event.index], "name", event.name),
    e.Kicked: Room._kicked,
    e.Moved: lambda room, event: setattr(room, "at", event.at),
    e.Paced: lambda room, event: setattr(room, "pace", event.pace),
    e.Paused: lambda room, event: setattr(room, "paused", event.on),
    e.Broadcast: lambda room, event: setattr(room, "broadcast", event.run),
    e.Anonymised: lambda room, event: setattr(room, "anonymous", event.on),
    e.Locked: lambda room, event: setattr(room, "locked", event.on),
    e.Answered: lambda room, event: room.members[event.index].answers.update({event.at: event.answer}),
    e.VotesShown: Room._showed_votes,
    e.Revealed: lambda room, event: room.revealed.update({event.at: event.right}),
    e.Picked: lambda room, event: room.picks.append(Pick(event.index, event.run, event.step)),
    e.Ordered: lambda room, event: room._keep(event.places),
    e.Presented: lambda room, event: setattr(room, "presented", tuple(event.places)),
    e.Linked: Room._linked,
}
