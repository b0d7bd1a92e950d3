"""Combinations of settings: those of earlier runs, changes in mid-run, settings that play no
part among the others."""

from collections.abc import Iterable, Mapping
from typing import Any

from .config import Config, ConfigT, parse, relevant, specs
from .errors import UserError
from .i18n import N_


def reopen(kind: type[ConfigT], values: Mapping[str, Any]) -> ConfigT:
    """`parse` for settings of a run that has begun: see `Config.reopened`."""
    return parse(kind, kind.reopened(values))


def plays_part(config: Config, name: str) -> bool:
    """Whether a setting makes a difference among the others."""
    return name in {spec.name for spec in relevant(type(config), config.model_dump())}


def check_played(kind: type[Config], names: Iterable[str], *combinations: Mapping[str, Any]) -> None:
    """`UserError` if a setting that somebody asked for plays no part in any of these combinations of settings."""
    for spec in specs(kind):
        if spec.name not in names:
            continue
        if all(spec not in relevant(kind, values) for values in combinations):
            needs = [f"{name} = {' / '.join(map(str, wanted))}" for name, wanted in spec.when.items()]
            needs += [kind.idle(values)[spec.name] for values in combinations[:1] if spec.name in kind.idle(values)]
            raise UserError(
                N_("'{name}' plays no part with these settings; it needs {needs}."),
                name=spec.name,
                needs=", ".join(needs),
            )


def only_live(kind: type[Config], changes: Mapping[str, Any]) -> bool:
    """Whether a run may take these changes in mid-run."""
    live = {s.name for s in specs(kind) if s.live}
    return set(changes) <= live
