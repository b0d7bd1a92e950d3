"""run.json: what a run's folder says of the run. It may be of another version, damaged, or of somebody else."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playground.core.advance import config_at
from playground.core.aliases import RUNS, SCORES, SETTINGS, current
from playground.core.contract import Event
from playground.core.errors import UserError
from playground.core.i18n import N_, fill
from playground.core.kept import parse_kept
from playground.core.registry import FAMILIES, family

from .run import Run, cell_of
from .text_store import TextStore
from .timeline import Timeline

FORMAT = 1
"""Of run.json; one with a higher number is of a newer version."""
MAX_BYTES = 8_000_000
"""Of run.json: changes by hand are a hundred each."""

Step = Annotated[int, Field(ge=0)]


class Damaged(UserError):
    """A run's folder that this playground has not left like this."""

    def __init__(self, name: str, what: str):
        super().__init__(N_("The folder of the run '{name}' is damaged ({what})."), name=name, what=what)

    def __reduce__(self):
        return type(self), (self.values["name"], self.values["what"])


class Foreign(UserError):
    """The run is of another version of the playground: its folder is left alone."""


class _Event(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)

    step: Step
    changes: dict[str, Any]
    part: str | None = None


class _About(BaseModel):
    """What is relied on; there may be more."""

    model_config = ConfigDict(extra="allow", allow_inf_nan=False)

    id: str
    family: str
    config: dict[str, Any]
    owner: str
    parent: tuple[str, Step] | None
    events: list[_Event]
    created: Annotated[float, Field(ge=0, le=1e11)]
    used: Annotated[float, Field(ge=0, le=1e11)]
    step: Step
    stopped: tuple[str, dict[str, Any]] | None
    names: list[str]
    cell: Literal["sweep", "arena"] | bool | None = None
    opened: bool = False
    spent: Annotated[float, Field(ge=0)] = 0.0
    measurement: dict[str, Any] | None = None
    rows: Annotated[str, Field(pattern=r"^metrics(-\d{1,4})?\.f32$")] = "metrics.f32"
    order: Annotated[int, Field(ge=0)] = 0


def describe(run: Run) -> dict[str, Any]:
    """What stands in run.json, but for the settings."""
    return {
        "format": FORMAT,
        "id": run.id,
        "family": run.family,
        "owner": run.owner,
        "parent": run.parent,
        "cell": run.cell,
        "opened": run.opened,
        "events": [asdict(e) for e in run.events],
        "created": run.created,
        "used": run.used,
        "step": run.step,
        "stopped": run.stopped,
        "names": run.timeline.scalars.names,
        "spent": run.spent,
        "measurement": run.measurement,
    }


def read(folder: Path) -> dict[str, Any]:
    """run.json, checked, with the long texts among its settings. FileNotFoundError, another OSError (it cannot be read
    now), `Damaged`, or `Foreign`. A folder that was renamed has its new name."""
    name = folder.name
    with open(folder / "run.json", "rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Damaged(name, "run.json is too long")
    try:
        about = json.loads(raw)
        _check_version(name, about)
        found = _About.model_validate(current(RUNS, about))
        if found.stopped:
            fill(found.stopped[0], **found.stopped[1])
    except Foreign:
        raise
    except ValidationError as error:
        first = error.errors()[0]
        raise Damaged(name, f"run.json: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (ValueError, RecursionError, LookupError, AttributeError, TypeError) as error:
        raise Damaged(name, f"run.json: {type(error).__name__}") from None
    texts = TextStore(folder / "texts")
    try:
        settings = {k: texts.expand(v) if isinstance(v, str) else v for k, v in found.config.items()}
    except UserError:
        raise Damaged(name, "a text among its settings is missing") from None
    return {**found.model_dump(), "id": name, "config": settings}


def _check_version(name: str, about: dict[str, Any]) -> None:
    number, kind = about.get("format", FORMAT), about.get("family")
    if isinstance(number, int) and number > FORMAT:
        raise Foreign(N_("The run '{name}' is of a newer version of this playground."), name=name)
    if isinstance(kind, str) and kind not in FAMILIES:
        raise Foreign(N_("The run '{name}' is of a family that does not exist here."), name=name)


def summary(about: dict[str, Any], timeline: Timeline) -> Run:
    """The run that run.json describes; `Foreign` if its settings are not valid in this version."""
    try:
        config = parse_kept(family(about["family"]).Config, about["config"])
        events = [Event(**{**event, "changes": current(SETTINGS, event["changes"])}) for event in about["events"]]
        config_at(type(config), config.model_dump(), events, about["step"])
    except (UserError, ValueError, TypeError, OverflowError) as error:
        why = str(error).splitlines()[0][:200]
        raise Foreign(
            N_("The run '{name}' has settings that are not valid here: {why}"), name=about["id"], why=why
        ) from None
    return Run(
        about["family"],
        config,
        about["owner"],
        timeline,
        id=about["id"],
        parent=tuple(about["parent"]) if about["parent"] else None,
        cell=cell_of(about),
        opened=about["opened"],
        events=events,
        created=about["created"],
        used=about["used"],
        step=about["step"],
        stopped=tuple(about["stopped"]) if about["stopped"] else None,
        spent=about["spent"],
        measurement=current(SCORES, about["measurement"]) if about["measurement"] else None,
    )
