"""Settings in files: those of before a setting existed mean what held then, and their hashes stay as they were."""

from collections.abc import Mapping
from typing import Any

from .aliases import LATER, SETTINGS, as_before, first
from .combinations import plays_part, reopen
from .config import Config, ConfigT


def parse_kept(kind: type[ConfigT], values: Mapping[str, Any]) -> ConfigT:
    """The settings of a run or of weights, perhaps of long ago; `UserError` says what is wrong."""
    config = reopen(kind, values)
    before = {name: value for name, value in LATER.items() if name in kind.model_fields and name not in values}
    before = {name: value for name, value in before.items() if plays_part(config, name)}
    return reopen(kind, {**values, **before}) if before else config


def hashed(config: Config) -> dict[str, Any]:
    """The settings by which a table knows its rows: where they compute is left out."""
    values = as_before(config.model_dump(exclude={"device"}))
    return first(SETTINGS, {name: v for name, v in values.items() if name not in LATER or plays_part(config, name)})
