"""What can happen in a room, one record each. A room is what its records make of it, in their order (see `room`)."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from .model import Model
from .questions import Answer

MAX_MEMBERS = 60
Index = Annotated[int, Field(ge=0, lt=10_000)]
"""Of a member, in the order in which they joined."""
At = Annotated[int, Field(ge=0, lt=100)]
"""Of a step of the lesson, from 0."""
RunId = Annotated[str, Field(min_length=4, max_length=40, pattern=r"^[a-z0-9]+$")]
Hash = Annotated[str, Field(min_length=32, max_length=64, pattern=r"^[0-9a-f]+$")]
"""Of a token: who holds the token is known by it, and it tells nobody the token."""
Links = Literal["coteacher", "projector"]
Role = Literal["teacher", "coteacher", "projector", "member"]
Places = Annotated[list[Annotated[int, Field(ge=0, lt=200)]], Field(max_length=12)]


class Joined(Model):
    happened: Literal["joined"] = "joined"
    index: Index
    alias: Annotated[int, Field(ge=0, lt=1000)]
    name: Annotated[str, Field(max_length=24)] = ""
    token: Hash


class Renamed(Model):
    happened: Literal["renamed"] = "renamed"
    index: Index
    name: Annotated[str, Field(max_length=24)]


class Kicked(Model):
    happened: Literal["kicked"] = "kicked"
    index: Index


class Moved(Model):
    happened: Literal["moved"] = "moved"
    at: At


class Paced(Model):
    """Who moves from step to step: the teacher everyone, or each for oneself."""

    happened: Literal["paced"] = "paced"
    pace: Literal["teacher", "student"]


class Paused(Model):
    happened: Literal["paused"] = "paused"
    on: bool


class Broadcast(Model):
    """A run on every screen; None: no more."""

    happened: Literal["broadcast"] = "broadcast"
    run: RunId | None


class Anonymised(Model):
    happened: Literal["anonymised"] = "anonymised"
    on: bool


class Locked(Model):
    """Nobody new comes in."""

    happened: Literal["locked"] = "locked"
    on: bool


class Answered(Model):
    happened: Literal["answered"] = "answered"
    index: Index
    at: At
    answer: Answer


class VotesShown(Model):
    """Everybody sees how the class answered; nobody, who answered what."""

    happened: Literal["votes_shown"] = "votes_shown"
    at: At
    on: bool


class Revealed(Model):
    """Everybody sees the right answer. None: the question is an open one."""

    happened: Literal["revealed"] = "revealed"
    at: At
    right: Answer | None


class Picked(Model):
    """The teacher keeps a moment of a member's run, to be presented."""

    happened: Literal["picked"] = "picked"
    index: Index
    run: RunId
    step: Annotated[int, Field(ge=0, le=100_000_000)]


class Ordered(Model):
    """The picks again: those named, in this order."""

    happened: Literal["ordered"] = "ordered"
    places: Annotated[list[Annotated[int, Field(ge=0, lt=200)]], Field(max_length=60)]


class Presented(Model):
    """Picks side by side on every screen; none: no more."""

    happened: Literal["presented"] = "presented"
    places: Places


class Linked(Model):
    happened: Literal["linked"] = "linked"
    role: Links
    token: Hash


Event = Annotated[
    Joined
    | Renamed
    | Kicked
    | Moved
    | Paced
    | Paused
    | Broadcast
    | Anonymised
    | Locked
    | Answered
    | VotesShown
    | Revealed
    | Picked
    | Ordered
    | Presented
    | Linked,
    Field(discriminator="happened"),
]
EVENTS: TypeAdapter[Event] = TypeAdapter(Event)
