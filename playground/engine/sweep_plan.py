"""The plan of a sweep: one cell for each combination of settings, and groups of cells that train together."""

import hashlib
import itertools
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.core.config import Config, parse, relevant, specs
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.kept import hashed
from playground.core.registry import family
from playground.core.strict_json import dumps

MAX_CELLS = 10_000
MAX_ROWS, MIN_GROUP = 1024, 4
"""Rows that a batched step takes at most, and models that make one worth while. Measured on one thread, widths of 64,
against as many steps alone: GANs at batch 32 are 2.9 times as fast, at 64: 2.0, 128: 1.3, 256: 1.1; four flows at batch
256: planar 2.6, splines 1.4, RealNVP 1.1. With more rows the activations leave the cache and nothing is gained."""


@dataclass(frozen=True)
class Budget:
    """The length of a training: a number of steps, a number of seconds, or both, whichever ends first."""

    steps: int
    seconds: float | None = None

    def left(self, steps: int, seconds: float) -> "Budget | None":
        """The rest of the budget after these steps and seconds of compute time; None: used up."""
        if steps >= self.steps or self.seconds is not None and seconds >= self.seconds:
            return None
        return Budget(self.steps - steps, None if self.seconds is None else self.seconds - seconds)


@dataclass(frozen=True)
class Cell:
    """One training of a sweep."""

    key: str
    """Decided by the family, all settings and the budget: the same cell has the same key in every sweep."""
    values: Mapping[str, Any]
    """The settings that vary in this sweep."""
    config: Config


def plan_cells(name: str, base: Mapping[str, Any], grid: Mapping[str, Sequence[Any]], budget: Budget) -> list[Cell]:
    """A cell for every combination of the grid's values, the last named setting varying fastest.

    Settings that play no part in a cell stand at their default; of cells that thereby are the same one is kept.
    Raises UserError where a setting or a value does not exist, or the combinations are too many.
    """
    kind = family(name).Config
    for setting, values in grid.items():
        for value in values:
            parse(kind, {setting: value})
    count = 1
    for values in grid.values():
        count *= len(values)
    if not 1 <= count <= MAX_CELLS:
        raise UserError(N_("That grid has {count} cells; a sweep has from 1 to {most}."), count=count, most=MAX_CELLS)
    found: dict[str, Cell] = {}
    for combination in itertools.product(*grid.values()):
        config = normalised(parse(kind, {**base, **dict(zip(grid, combination, strict=True))}))
        key = _key(name, config, budget)
        found.setdefault(key, Cell(key, {setting: getattr(config, setting) for setting in grid}, config))
    return list(found.values())


def normalised(config: Config) -> Config:
    """The same settings with the default for each one that plays no part among the others."""
    values = config.model_dump()
    played = {spec.name for spec in relevant(type(config), values)}
    idle = {spec.name: spec.default for spec in specs(type(config)) if spec.name not in played}
    return parse(type(config), {**values, **idle}) if idle else config


def _key(name: str, config: Config, budget: Budget) -> str:
    described = dumps([name, hashed(config), budget.steps, budget.seconds], sort_keys=True)
    return hashlib.sha256(described.encode()).hexdigest()[:16]


def group_cells(
    cells: Sequence[Cell],
    keys: Sequence[Hashable | None],
    workers: int,
    cost: Callable[[Cell], float] = lambda cell: 1.0,
) -> list[list[Cell]]:
    """Cells in the groups in which they are trained. `keys`: what cells must have in common to go together (None:
    nothing). `cost`: how long a cell takes, in any unit. Groups are no larger than keeps every worker busy; the longest
    come first, so that all workers end together (Graham 1969: at most 4/3 of the shortest possible length)."""
    shared: dict[Hashable, list[Cell]] = {}
    alone: list[list[Cell]] = []
    for cell, key in zip(cells, keys, strict=True):
        if key is None:
            alone.append([cell])
        else:
            shared.setdefault(key, []).append(cell)
    groups = []
    for members in shared.values():
        rows = max(1, int(getattr(members[0].config, "batch", MAX_ROWS)))
        size = min(MAX_ROWS // rows, -(-len(members) // workers))
        if size < MIN_GROUP:
            alone += [[cell] for cell in members]
        else:
            count = -(-len(members) // size)  # groups of nearly the same size
            groups += [members[i::count] for i in range(count)]
    return sorted(groups + alone, key=lambda group: sum(map(cost, group)), reverse=True)
