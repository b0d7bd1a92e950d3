"""Settings, declared once: everything else about a setting is derived from its declaration.

A family's `Config` is a frozen pydantic model whose fields are made by `setting(...)`. Widgets,
command-line flags, the address bar, bounds checks and documentation read `specs(Config)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal, Self, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo

from . import aliases
from .computing import DEVICE_HELP, DEVICES, EXECUTION_HELP, EXECUTIONS
from .errors import UserError
from .i18n import N_
from .units import Units

GROUPS = {
    "data": N_("Data"),
    "budget": N_("Budget"),
    "model": N_("Model"),
    "objective": N_("Objective"),
    "optimiser": N_("Optimiser"),
    "sampling": N_("Sampling"),
    "run": N_("Run"),
}


def setting(
    default: Any,
    title: str,
    help: str,
    *,
    group: str = "model",
    live: bool = False,
    low: float | None = None,
    high: float | None = None,
    log: bool = False,
    options: Mapping[Any, str] | None = None,
    longest: int | None = None,
    when: Mapping[str, tuple[Any, ...]] | None = None,
    unlisted: tuple[Any, ...] = (),
    key: bool | Mapping[str, tuple[Any, ...]] = False,
) -> Any:
    """Declare one setting.

    `title` and `help` are texts for people, marked with `N_`. `live`: may change in mid-run.
    `low`, `high`: inclusive bounds; `log`: a widget should move it by factors. The choices of a
    `Literal` field come from its annotation, their titles from `options` (value -> marked text).
    A text (`str`) has at most `longest` characters; it travels in links and commands, but has no widget.
    `when`: it plays a part only where other settings, or the `domain` of the data, have one of these values.
    `unlisted`: choices that no widget offers. `key`: it is one of the few that a page shows at first, always or, said
    like `when`, with certain others.
    """
    extra: dict[str, Any] = {
        "group": group,
        "live": live,
        "log": log,
        "options": dict(options or {}),
        "when": dict(when or {}),
        "unlisted": unlisted,
        "key": {} if key is True else dict(key) if key else None,
    }
    return Field(
        default,
        title=title,
        description=help,
        ge=low,
        le=high,
        max_length=longest,
        validate_default=True,
        json_schema_extra=extra,
    )


Kind = Literal["int", "float", "bool", "choice", "text"]
KINDS: dict[Any, Kind] = {bool: "bool", int: "int", float: "float", str: "text"}
"""Of fields whose annotation is no `Literal`, by it."""


@dataclass(frozen=True)
class Setting:
    """The description of a field of a `Config`; texts are message ids."""

    name: str
    title: str
    help: str
    kind: Kind
    default: Any
    group: str
    live: bool
    low: float | None
    high: float | None
    log: bool
    choices: tuple[Any, ...]
    options: Mapping[Any, str]
    when: Mapping[str, tuple[Any, ...]]
    longest: int | None = None
    unlisted: tuple[Any, ...] = ()
    key: Mapping[str, tuple[Any, ...]] | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """Bounds of a number, inclusive."""
        if self.low is None or self.high is None:
            raise TypeError(f"{self.name} has no bounds")
        return self.low, self.high

    def offered(self, now: Any = None) -> tuple[Any, ...]:
        """The choices that a widget lists, which stands at `now`."""
        return tuple(choice for choice in self.choices if choice not in self.unlisted or choice == now)


class Config(BaseModel):
    """The settings every run has; a family adds its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    parts: ClassVar[Mapping[str, str]] = {}
    """Half steps that a step of the family can be asked for, such as one player of a game: name -> title."""

    data_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Settings that suit a data set better than the defaults; choosing the data set applies them."""

    seed: int = setting(
        0,
        N_("Seed"),
        N_("Seed of all random numbers: the same seed and settings give the same run, to the bit."),
        group="run",
        low=0,
        high=2**31 - 1,
    )
    execution: Literal["auto", "graphed", "traced", "eager", "compiled"] = setting(
        "auto", N_("Execution"), EXECUTION_HELP, group="run", options=EXECUTIONS
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = setting(
        "auto", N_("Device"), DEVICE_HELP, group="run", options=DEVICES
    )

    @classmethod
    def domain_of(cls, values: Mapping[str, Any]) -> str:
        """What the data are with these settings, by the name of the folder of a family that holds what is shown of such
        data: plane, images, bits, ... Empty: there are no data among the settings."""
        return ""

    @property
    def domain(self) -> str:
        """The domain of these settings' data."""
        return self.domain_of(dict(self))

    @property
    def own_units(self) -> Units | None:
        """The units of a person's own data; None where data are in those of the frame."""
        return None

    @model_validator(mode="before")
    @classmethod
    def _present_names(cls, values: Any) -> Any:
        """Settings that are given by a name which they had earlier."""
        return aliases.current(aliases.SETTINGS, values) if isinstance(values, Mapping) else values

    @classmethod
    def companions(cls, name: str, now: Mapping[str, Any]) -> Mapping[str, Any]:
        """Settings that go along when a visitor picks a value of the choice `name`; `now`: what is set then."""
        return {}

    @classmethod
    def idle(cls, values: Mapping[str, Any]) -> Mapping[str, str]:
        """Settings that play no part among these for reasons that `when` cannot say -> what they need."""
        return {}

    @classmethod
    def reopened(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Settings of an earlier run, which may stand in a combination that is refused by now, in one that is not."""
        return values

    def with_defaults(self, *names: str, **changes: Any) -> Self:
        """A copy with the settings `names` at their defaults, and `changes`, which are not checked."""
        return self.model_copy(update={**{name: type(self).model_fields[name].default for name in names}, **changes})

    def changed(self, **changes: Any) -> "Config":
        """A copy with some settings changed, checked; a `UserError` names what is wrong."""
        return parse(type(self), {**self.model_dump(), **changes})


ConfigT = TypeVar("ConfigT", bound=Config)


@cache
def specs(kind: type[Config]) -> tuple[Setting, ...]:
    """The settings of a config class; the family's own first, in the order of their declaration."""
    found = [_spec(name, field) for name, field in kind.model_fields.items()]
    own = [s for s in found if s.name not in Config.model_fields]
    return tuple(own + [s for s in found if s.name in Config.model_fields])


def relevant(kind: type[Config], values: Mapping[str, Any]) -> tuple[Setting, ...]:
    """The settings that play a part where `values` are set: the one rule by which the page shows settings, and the
    command line takes them."""
    known, idle = {**values, "domain": kind.domain_of(values)}, kind.idle(values)
    return tuple(s for s in specs(kind) if s.name not in idle and holds(s.when, known))


def holds(conditions: Mapping[str, tuple[Any, ...]], known: Mapping[str, Any]) -> bool:
    """Whether every setting that is named has one of the values."""
    return all(known.get(name) in wanted for name, wanted in conditions.items())


def _spec(name: str, field: FieldInfo) -> Setting:
    if not isinstance(field.json_schema_extra, dict) or field.title is None or field.description is None:
        raise TypeError(f"declare {name} with setting(...)")
    extra: dict[str, Any] = field.json_schema_extra
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    kind = "choice" if choices else KINDS[field.annotation]
    bounds = {key: getattr(m, key) for m in field.metadata for key in ("ge", "le", "max_length") if hasattr(m, key)}
    options = {value: title for value, title in extra["options"].items() if value in choices}
    return Setting(
        name,
        field.title,
        field.description,
        kind,
        field.default,
        extra["group"],
        extra["live"],
        bounds.get("ge"),
        bounds.get("le"),
        extra["log"],
        choices,
        options,
        extra["when"],
        bounds.get("max_length"),
        tuple(extra["unlisted"]),
        extra["key"],
    )


def parse(kind: type[ConfigT], values: Mapping[str, Any]) -> ConfigT:
    """Build a config from values that may come from outside, as text too; `UserError` says what is wrong."""
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        raise _refusal(kind, error) from None


def _refusal(kind: type[Config], error: ValidationError) -> UserError:
    first = error.errors()[0]
    name, given = str(first["loc"][0]) if first["loc"] else "?", first.get("input")
    spec = {s.name: s for s in specs(kind)}.get(name)
    if spec is None:
        return UserError(
            N_("There is no setting '{name}'; there are: {names}."),
            name=name,
            names=", ".join(s.name for s in specs(kind)),
        )
    if isinstance(own := first.get("ctx", {}).get("error"), UserError):  # a validator of the family has its own words
        return own
    if spec.kind == "text":
        return UserError(
            N_("'{name}' cannot be '{given}'; it is a text of at most {longest} characters."),
            name=name,
            given=str(given)[:40],
            longest=spec.longest,
        )
    if spec.choices:
        return UserError(
            N_("'{name}' cannot be '{given}'; it is one of: {choices}."),
            name=name,
            given=given,
            choices=", ".join(map(str, spec.choices)),
        )
    if spec.kind == "bool":
        return UserError(N_("'{name}' cannot be '{given}'; it is true or false."), name=name, given=given)
    whole = N_("'{name}' cannot be '{given}'; it is a whole number from {low} to {high}.")
    real = N_("'{name}' cannot be '{given}'; it is a number from {low} to {high}.")
    return UserError(
        whole if spec.kind == "int" else real,
        name=name,
        given=given,
        low="-∞" if spec.low is None else spec.low,
        high="∞" if spec.high is None else spec.high,
    )


def differences(old: Config, new: Config) -> dict[str, Any]:
    """What `new` sets differently from `old`."""
    before, after = old.model_dump(), new.model_dump()
    return {name: value for name, value in after.items() if before.get(name) != value}
