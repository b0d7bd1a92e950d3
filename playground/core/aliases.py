"""Old names that stand in shared links, weights files, tables and run folders, and what they are called now.

Nothing is called by its old name any more; but a link, a file or a folder made before a name changed opens as it did.
"""

from collections.abc import Mapping
from typing import Any

SETTINGS = {"way": "execution"}
"""Of settings."""
SCORES: dict[str, str] = {"astray": "outside_hdr"}
"""Of metrics and scores."""
RUNS = {"verdict": "measurement"}
"""Of what run.json says of a run."""
ARRAYS: dict[str, dict[str, str]] = {
    "normalizing_flow": {
        "stops": "keyframes",
        "books": "log_prob_terms",
        "gains": "mean_log_det",
        "stretch": "log_det",
    },
}
"""Of arrays in frames, by family."""


def current(names: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` by the present names; what stands there under its present name already is kept."""
    renamed = {names.get(name, name): value for name, value in values.items()}
    return renamed | {name: value for name, value in values.items() if name not in names}


def first(names: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` by the names that they had at first: what is made of these does not change when a name does."""
    earlier = {now: old for old, now in reversed(list(names.items()))}
    return {earlier.get(name, name): value for name, value in values.items()}


def column(name: str) -> str:
    """The present name of a column of a table: a setting, a score, or a score's floor."""
    score, floor = name.removesuffix("_floor"), "_floor" if name.endswith("_floor") else ""
    return SETTINGS.get(name) or SCORES.get(score, score) + floor
