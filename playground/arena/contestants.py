"""The models that compete in the arena: each family's entries (`about.py`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playground.core.about import Entry
from playground.core.config import Config, parse, specs
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import FAMILIES


@dataclass(frozen=True, eq=False)
class Contestant:
    """A family's entry."""

    family: str
    entry: Entry

    @property
    def name(self) -> str:
        return self.entry.name


def contestants() -> dict[str, Contestant]:
    """All that there are, by name, in the order in which they are shown."""
    found = [Contestant(name, entry) for name, family in FAMILIES.items() for entry in family.about.arena]
    return {one.name: one for one in sorted(found, key=lambda one: one.entry.place)}


def select(names: str) -> list[Contestant]:
    """Contestants of a text such as "gan,realnvp", in the arena's order; all of them for an empty text.

    Raises UserError for an unknown name.
    """
    there = contestants()
    asked = [name.strip() for name in names.split(",") if name.strip()]
    for name in asked:
        if name not in there:
            raise UserError(
                N_("There is no contestant '{name}'; there are: {names}."), name=name, names=", ".join(there)
            )
    return [one for one in there.values() if not asked or one.name in asked]


def config_for(one: Contestant, **common: Any) -> Config:
    """The settings of a contestant, with those that all share (data, own, seed, execution, device)."""
    kind = FAMILIES[one.family].Config
    defaults = kind.data_defaults.get(common.get("data", ""), {})
    return parse(kind, {**defaults, **one.entry.settings, **common})


def shared_data(contestants: Sequence[Contestant]) -> tuple[str, ...]:
    """The data that all of these can be trained on."""
    offered = [
        next(spec.choices for spec in specs(FAMILIES[one.family].Config) if spec.name == "data") for one in contestants
    ]
    return tuple(name for name in offered[0] if all(name in others for others in offered)) if offered else ()
