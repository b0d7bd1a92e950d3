"""A lesson: a list of steps, each a state of a page with a text beside it. It is a link or a file; no server holds it.

A file of a newer version, or one that is damaged, is read as far as it can be understood: `read` says what was left
out, a sentence each.
"""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator

from playground.core.errors import UserError
from playground.core.i18n import LANGUAGES, N_
from playground.core.registry import FAMILIES
from playground.core.strict_json import dumps

from .goals import Goal, Visit
from .model import Model, Name
from .questions import Question

VERSION = 1
PAGES = ("home", *FAMILIES, "arena", "mmbench")
"""Pages on which a step may be, by their path."""
MAX_STEPS, MAX_BYTES = 40, 400_000
OPENING = re.compile(r"step|speed|layers|play|run|pin|tab|ask\.[a-z_]{1,40}(\.[a-z_]{1,40})?")
"""Parameters of an address besides the settings: the moment that it opens at, and the open tab."""
SETTING = re.compile(r"[a-z_]{1,40}\.[A-Za-z0-9_.]{1,60}")


DialValue = (
    bool
    | float
    | Annotated[str, Field(max_length=400)]
    | Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(max_length=1024)]
)


class LessonStep(Model):
    """One state of a page: its settings, seed, step, layers, open tab, as they are in its address."""

    title: Annotated[str, Field(max_length=120)] = ""
    text: Annotated[str, Field(max_length=4000)] = ""
    """Markdown with mathematics between $; no HTML."""
    page: Annotated[str, Field(max_length=40)]
    query: Annotated[dict[str, Annotated[str, Field(max_length=2000)]], Field(max_length=80)] = {}
    dials: Annotated[dict[Name, Annotated[dict[Name, DialValue], Field(max_length=24)]], Field(max_length=12)] = {}
    """Dials of panels that do not stand at their defaults: {panel: {dial: value}}."""
    controls: Literal["all", "none"] | Annotated[list[str], Field(max_length=40)] = "all"
    """The settings that a student may change."""
    goal: Goal = Visit()
    question: Question | None = None

    @field_validator("page")
    @classmethod
    def _known_page(cls, page: str) -> str:
        if page not in PAGES:
            raise ValueError(f"there is no page '{page}'")
        return page

    @field_validator("query")
    @classmethod
    def _known_parameters(cls, query: dict[str, str]) -> dict[str, str]:
        if bad := [name for name in query if not (OPENING.fullmatch(name) or SETTING.fullmatch(name))]:
            raise ValueError(f"an address has no parameter '{bad[0][:40]}'")
        return query


class Lesson(Model):
    """Steps in their order. `texts`: long settings, such as drawn points, which steps name by `@` and their hash."""

    version: Literal[1] = VERSION
    title: Annotated[str, Field(min_length=1, max_length=120)]
    language: Literal["en", "zh"] = "en"
    minutes: Annotated[int, Field(ge=1, le=240)] = 15
    steps: Annotated[list[LessonStep], Field(min_length=1, max_length=MAX_STEPS)]
    texts: Annotated[dict[str, Annotated[str, Field(max_length=1_000_000)]], Field(max_length=MAX_STEPS)] = {}

    @field_validator("language")
    @classmethod
    def _known_language(cls, language: str) -> str:
        if language not in LANGUAGES:
            raise ValueError(f"there is no language '{language}'")
        return language


def write(lesson: Lesson) -> bytes:
    """The file of a lesson, for people to read and change."""
    return dumps(lesson.model_dump(exclude_defaults=True) | {"version": VERSION}, ensure_ascii=False, indent=1).encode()


def read(raw: bytes) -> tuple[Lesson, list[UserError]]:
    """A lesson from its file, and a sentence for everything in it that was left out. `UserError` if nothing of it can
    be read."""
    broken = UserError(N_("This is not a lesson of this playground, or it is damaged."))
    if len(raw) > MAX_BYTES:
        raise UserError(N_("This lesson is too large: at most {most} kB."), most=MAX_BYTES // 1000)
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise broken from None
    if not isinstance(found, dict):
        raise broken
    return understand(found)


def understand(found: Mapping[str, Any]) -> tuple[Lesson, list[UserError]]:
    """What can be understood of a lesson that comes from outside."""
    left_out: list[UserError] = []
    if found.get("version", VERSION) != VERSION:
        left_out.append(N_NEWER)
    given = found.get("steps")
    steps = [
        step
        for number, raw in enumerate(given[:MAX_STEPS] if isinstance(given, list) else [], 1)
        if (step := _step(number, raw, left_out)) is not None
    ]
    head = {name: found[name] for name in ("title", "language", "minutes", "texts") if name in found}
    for _ in range(len(head) + 1):
        try:
            return Lesson.model_validate({"title": "?", **head, "steps": steps}), left_out
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            if name not in head:
                break
            del head[name]
            left_out.append(UserError(N_("The lesson's '{name}' cannot be read."), name=name))
    raise UserError(N_("No step of this lesson can be read."))


N_NEWER = UserError(N_("This lesson was made by a newer version of the playground. What is understood of it is shown."))


def _step(number: int, raw: Any, left_out: list[UserError]) -> LessonStep | None:
    """One step; without its goal or question, where it is these that cannot be read."""
    if not isinstance(raw, dict):
        left_out.append(UserError(N_("Step {number} of the lesson cannot be read."), number=number))
        return None
    known = {name: value for name, value in raw.items() if name in LessonStep.model_fields}
    for _ in range(3):
        try:
            return LessonStep.model_validate(known)
        except ValidationError as error:
            part = str(error.errors()[0]["loc"][0])
            if part not in ("goal", "question", "controls"):
                break
            del known[part]
            left_out.append(UserError(N_("In step {number} the {part} cannot be read."), number=number, part=part))
    left_out.append(UserError(N_("Step {number} of the lesson cannot be read."), number=number))
    return None
