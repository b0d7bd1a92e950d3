"""Floors worked out once and shipped, for the sample size that the live pages use.

A floor takes up to a second and a half to work out, which a visitor would see as a pause. The table
is made by `python -m playground.metrics`, tests recompute it, and a distribution with other parameters
than it was made for does not find itself in it.
"""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from playground.core.strict_json import dumps
from playground.data.images.digits import Digits
from playground.data.plane.distribution import Distribution

Data = Distribution | Digits

TABLE = Path(__file__).with_suffix(".json")
SAMPLES = 2000
"""The sample size of the table."""

Floor = tuple[float, float, float]
"""(mean, low, high)"""


@cache
def _table() -> dict[str, Floor]:
    return {key: tuple(floor) for key, floor in json.loads(TABLE.read_text()).items()} if TABLE.exists() else {}


def key(metric: str, distribution: Data, n: int, seed: int) -> str:
    """What a floor depends on, in a word: the distribution with all its parameters is in the hash."""
    return f"{distribution.name} {metric} {n} {seed} {sha256(repr(distribution).encode()).hexdigest()[:12]}"


def known(metric: str, distribution: Data, n: int, seed: int) -> Floor | None:
    """The shipped floor, if there is one."""
    return _table().get(key(metric, distribution, n, seed)) if n == SAMPLES else None


def write(rows: dict[str, Floor]) -> None:
    """Replace the table."""
    TABLE.write_text("{\n" + ",\n".join(f"{dumps(k)}: {dumps(v)}" for k, v in rows.items()) + "\n}\n")
