"""What a browser may ask for on the socket of rooms."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from playground.classroom.link import MAX_LINK
from playground.classroom.questions import Answer
from playground.classroom.room_events import At, Index, Links, Places, RunId

from .commands import Command

Code = Annotated[str, Field(min_length=1, max_length=12)]
Secret = Annotated[str, Field(min_length=16, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Step = Annotated[int, Field(ge=0, le=100_000_000)]


class Open(Command):
    """Open a room with a lesson: its name in the catalogue, or all of it as in a link."""

    do: Literal["open"]
    lesson: Annotated[str, Field(min_length=1, max_length=MAX_LINK)]


class Join(Command):
    """Become a member; without a name one has an alias."""

    do: Literal["join"]
    code: Code
    name: Annotated[str, Field(max_length=80)] = ""


class Enter(Command):
    """Come back, or come by a link: the token says as whom."""

    do: Literal["enter"]
    code: Code
    token: Secret


class State(Command):
    """What a member looks at just now."""

    do: Literal["state"]
    at: At = 0
    page: Annotated[str, Field(max_length=40)] = ""
    run: RunId | None = None
    step: Step = 0
    score: tuple[Annotated[str, Field(max_length=60)], float] | None = None
    """Name and value of the main score."""
    playing: bool = False
    done: bool = False
    """Whether the step's goal is reached."""


class GiveAnswer(Command):
    do: Literal["answer"]
    at: At
    answer: Answer


class Rename(Command):
    do: Literal["name"]
    name: Annotated[str, Field(max_length=80)]


class Move(Command):
    """Everyone to this step."""

    do: Literal["move"]
    at: At


class Pace(Command):
    do: Literal["pace"]
    pace: Literal["teacher", "student"]


class PauseAll(Command):
    do: Literal["pause"]
    on: bool


class BroadcastRun(Command):
    """This run on every screen; None: no more."""

    do: Literal["broadcast"]
    run: RunId | None


class Anonymise(Command):
    do: Literal["anonymise"]
    on: bool


class Lock(Command):
    do: Literal["lock"]
    on: bool


class Kick(Command):
    do: Literal["kick"]
    index: Index


class PickRun(Command):
    """Keep the present moment of a member's run."""

    do: Literal["pick"]
    index: Index


class Order(Command):
    """Only these snapshots, in this order."""

    do: Literal["order"]
    places: Annotated[list[Annotated[int, Field(ge=0, lt=200)]], Field(max_length=60)]


class Present(Command):
    """These snapshots side by side on every screen; none: no more."""

    do: Literal["present"]
    places: Places


class Votes(Command):
    """Show everyone how the class answered, or hide it again."""

    do: Literal["votes"]
    at: At
    on: bool


class Reveal(Command):
    """Show everyone the right answer; where a run knows it, that of this run, or of a recording."""

    do: Literal["reveal"]
    at: At
    run: RunId | None = None
    recording: Annotated[str, Field(max_length=80)] | None = None


class Link(Command):
    """A link for a co-teacher or a projector; an earlier one ends."""

    do: Literal["link"]
    role: Links


class Results(Command):
    """The answers of the class as a table (CSV)."""

    do: Literal["results"]


class Close(Command):
    """End the room and delete everything in it."""

    do: Literal["close"]


AnyRoomCommand = Annotated[
    Open
    | Join
    | Enter
    | State
    | GiveAnswer
    | Rename
    | Move
    | Pace
    | PauseAll
    | BroadcastRun
    | Anonymise
    | Lock
    | Kick
    | PickRun
    | Order
    | Present
    | Votes
    | Reveal
    | Link
    | Results
    | Close,
    Field(discriminator="do"),
]
ROOM_COMMANDS: TypeAdapter[AnyRoomCommand] = TypeAdapter(AnyRoomCommand)
