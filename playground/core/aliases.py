"""Old names in shared links, weights files, tables and run folders, and their present names.

The code uses only the present names. Links, files and folders with old names still open.
"""

from collections.abc import Mapping
from typing import Any

SETTINGS = {"way": "execution"}
"""Settings."""
LATER = {"degrees": "in_turn"}
"""Settings that came later: what held before, wherever it makes a difference (`core/kept.py`)."""
VALUES = {"execution": {"auto": "traced"}}
"""Values that came later -> the value that meant the same before, by the setting."""
SCORES: dict[str, str] = {"astray": "outside_hdr"}
"""Metrics and scores."""
RUNS = {"verdict": "measurement"}
"""Keys in run.json."""
ARRAYS: dict[str, dict[str, str]] = {
    "normalizing_flow": {
        "stops": "keyframes",
        "books": "log_prob_terms",
        "gains": "mean_log_det",
        "stretch": "log_det",
    },
}
"""Arrays in frames, by family."""


def current(names: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` under the present names. A value that already has its present name takes precedence."""
    renamed = {names.get(name, name): value for name, value in values.items()}
    return renamed | {name: value for name, value in values.items() if name not in names}


def first(names: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` under their original names: hashes of these do not change when a name does."""
    earlier = {now: old for old, now in reversed(list(names.items()))}
    return {earlier.get(name, name): value for name, value in values.items()}


def as_before(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` of settings without the values that came later: what is known by them, is found under both."""
    return {
        name: VALUES.get(name, {}).get(value, value) if isinstance(value, str) else value
        for name, value in values.items()
    }


def column(name: str) -> str:
    """The present name of a column of a table: a setting, a score, or a score's floor."""
    score, floor = name.removesuffix("_floor"), "_floor" if name.endswith("_floor") else ""
    return SETTINGS.get(name) or SCORES.get(score, score) + floor
