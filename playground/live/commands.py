"""What a browser may ask for on the stage's socket."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from playground.classroom.questions import Question
from playground.core.errors import UserError
from playground.core.i18n import N_

LONGEST_MESSAGE = 16_384
LONGEST_TEXT = 400
"""Characters of a panel's dial."""


class Command(BaseModel):
    """What a browser may ask for. Nothing that comes from outside is read by hand."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    only_shows: ClassVar[bool] = False
    """Whether it changes nothing but what the browser sees: it is given up when the browser leaves meanwhile."""


Token = Annotated[str, Field(min_length=16, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
RunId = Annotated[str, Field(min_length=4, max_length=40, pattern=r"^[a-z0-9]+$")]
Value = str | int | float | bool
Values = Annotated[dict[str, Value], Field(max_length=60)]


class Watch(Command):
    """Look at the run of that id, or at the visitor's own run with these settings; a connection begins with it."""

    do: Literal["watch"]
    family: Annotated[str, Field(max_length=40)]
    config: Values
    owner: Token
    run: RunId | None = None
    play: bool = False


class Configure(Command):
    """The visitor changed the settings of the page: the run takes them over, or another run with them is looked at.
    With `play` it trains; with `begin`, if it is a new one."""

    do: Literal["configure"]
    config: Values
    play: bool = False
    begin: bool = False


class Recorded(Command):
    """Look at the shipped training with the settings of the page."""

    do: Literal["recorded"]


class Own(Command):
    """Look at the visitor's own run with the settings of the page: the latest, or a new one; with `play`, train it."""

    do: Literal["own"]
    play: bool = False


class Play(Command):
    do: Literal["play"]


class Pause(Command):
    do: Literal["pause"]


class Step(Command):
    """One whole step, or only one part of it."""

    do: Literal["step"]
    part: Annotated[str, Field(max_length=40)] | None = None


class Speed(Command):
    """At most so many steps a second; None: as fast as it goes."""

    do: Literal["speed"]
    steps_per_second: Annotated[float, Field(gt=0, le=100_000)] | None


class Seek(Command):
    """Look at a step of the past: the nearest kept frame, or with `exact` that very step."""

    only_shows: ClassVar[bool] = True

    do: Literal["seek"]
    step: Annotated[int, Field(ge=0, le=100_000_000)]
    exact: bool = False


class Head(Command):
    """Back to the newest step."""

    do: Literal["head"]


class Reset(Command):
    """Back to the same initial weights."""

    do: Literal["reset"]


class Background(Command):
    """Turn training in the background on or off."""

    do: Literal["background"]
    on: bool


class Fork(Command):
    """A new run from a step of this one (None: the step shown), with some live settings changed, or none."""

    do: Literal["fork"]
    step: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    changes: Values = {}


class Forget(Command):
    """Delete a run of one's own."""

    do: Literal["forget"]
    run: RunId


class Ack(Command):
    """Frame number `seq` was drawn: the next may come."""

    do: Literal["ack"]
    seq: Annotated[int, Field(ge=0)]


Coordinate = Annotated[float, Field(ge=-10, le=10)]
Place = Annotated[list[Coordinate], Field(min_length=1, max_length=64)]


class Ask(Command):
    """What the model makes of some places, at the step looked at: the answer carries the same id. Only the newest
    question of a browser is answered."""

    do: Literal["ask"]
    id: Annotated[int, Field(ge=0, le=2**53)]
    question: Annotated[
        dict[Annotated[str, Field(max_length=20)], Annotated[list[Place], Field(min_length=1, max_length=400)]],
        Field(min_length=1, max_length=4),
    ]


DialValue = (
    bool
    | float
    | Annotated[str, Field(max_length=LONGEST_TEXT)]
    | Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(max_length=1024)]
)


class Panel(Command):
    """What the model makes of a panel's dials, at the step looked at: the answer carries the same id. Of each panel
    only the newest question is answered; dials that are not named stand at their default."""

    do: Literal["panel"]
    id: Annotated[int, Field(ge=0, le=2**53)]
    name: Annotated[str, Field(min_length=1, max_length=40)]
    values: Annotated[dict[Annotated[str, Field(max_length=40)], DialValue], Field(max_length=24)] = {}


class Truth(Command):
    """The right answer to a lesson's question, from what is looked at: the answer carries the same id."""

    do: Literal["truth"]
    id: Annotated[int, Field(ge=0, le=2**53)]
    question: Question


AnyCommand = Annotated[
    Ask
    | Panel
    | Truth
    | Watch
    | Configure
    | Recorded
    | Own
    | Play
    | Pause
    | Step
    | Speed
    | Seek
    | Head
    | Reset
    | Background
    | Fork
    | Forget
    | Ack,
    Field(discriminator="do"),
]
COMMANDS: TypeAdapter[AnyCommand] = TypeAdapter(AnyCommand)


def read_command(text: str | None, commands: TypeAdapter = COMMANDS):
    """A checked command; `UserError` says in one sentence what is wrong with it."""
    if text is None:
        raise UserError(N_("Commands are JSON texts, not binary messages."))
    if len(text) > LONGEST_MESSAGE:
        raise UserError(
            N_("That message is too long: {length} characters, at most {most}."), length=len(text), most=LONGEST_MESSAGE
        )
    try:
        return commands.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "?"
        raise UserError(N_("The message is not valid ({where}: {why})."), where=where, why=first["msg"]) from None
