"""The history of a run: every scalar, and frames and states thinned over the *whole* run."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np

from playground.core.contract import Frame
from playground.core.score import Score

T = TypeVar("T")


class Thinned(Generic[T]):
    """Items by step, at most `room` of them.

    When full, every second one goes and the stride doubles; the first always stays. So the
    beginning, the part worth scrubbing, is never lost, and no part is thinned more than another.
    """

    def __init__(self, room: int):
        self.room = room
        self.stride = 1
        self.offered = 0
        self.items: dict[int, T] = {}

    def offer(self, step: int, item: T) -> list[int]:
        """Keep the item if its turn has come; the steps whose items were dropped for it."""
        turn, self.offered = self.offered, self.offered + 1
        if turn % self.stride:
            return [step]
        self.items[step] = item
        if len(self.items) <= self.room:
            return []
        dropped = list(self.items)[1::2]
        for old in dropped:
            del self.items[old]
        self.stride *= 2
        return dropped

    def restore(self, items: Mapping[int, T]) -> None:
        """Take over what a disk has kept; thinning goes on as coarsely as it had become."""
        self.items = dict(sorted(items.items()))
        self.offered = len(self.items)
        while len(self.items) > self.room:
            for old in list(self.items)[1::2]:
                del self.items[old]

    @property
    def steps(self) -> list[int]:
        return list(self.items)

    def at_or_before(self, step: int) -> int | None:
        """The newest kept step that is not after `step`."""
        steps = self.steps
        place = bisect_right(steps, step)
        return steps[place - 1] if place else None

    def after(self, step: int) -> int | None:
        """The first kept step after `step`."""
        steps = self.steps
        place = bisect_right(steps, step)
        return steps[place] if place < len(steps) else None

    def nearest(self, step: int) -> int | None:
        """The kept step closest to `step`."""
        near = [s for s in (self.at_or_before(step), self.after(step)) if s is not None]
        return min(near, key=lambda s: abs(s - step)) if near else None


class Scalars:
    """Every scalar of every step: row i belongs to step number i. Grows by doubling."""

    def __init__(self, names: Sequence[str] = (), rows: np.ndarray | None = None):
        self.names = list(names)
        self._rows = np.empty((0, len(self.names)), np.float32) if rows is None else rows
        self.count = len(self._rows)

    def append(self, metrics: Mapping[str, np.ndarray]) -> np.ndarray:
        """Add a chunk's scalars (each (n,)); what was added as rows (n, names). A half step's gaps are NaN."""
        if not metrics:
            return self._rows[:0]
        fresh = [name for name in metrics if name not in self.names]
        if fresh:
            self.names += fresh
            wider = np.full((len(self._rows), len(self.names)), np.nan, np.float32)
            wider[:, : self._rows.shape[1]] = self._rows
            self._rows = wider
        n = len(next(iter(metrics.values())))
        rows = np.full((n, len(self.names)), np.nan, np.float32)
        for column, name in enumerate(self.names):
            if name in metrics:
                rows[:, column] = metrics[name]
        if self.count + n > len(self._rows):
            grown = np.empty((max(2 * len(self._rows), self.count + n, 256), len(self.names)), np.float32)
            grown[: self.count] = self._rows[: self.count]
            self._rows = grown
        self._rows[self.count : self.count + n] = rows
        self.count += n
        return rows

    @property
    def rows(self) -> np.ndarray:
        return self._rows[: self.count]

    def thinned(self, most: int, first: int = 0) -> list[tuple[int, dict[str, float]]]:
        """At most `most` points (step, means over equal spans) of the steps from number `first` on, for drawing."""
        if self.count <= first:
            return []
        edges = np.unique(np.linspace(first, self.count, min(most, self.count - first) + 1).astype(int))
        return [(int(b), mean_row(self.names, self.rows[a:b])) for a, b in zip(edges, edges[1:], strict=False)]


def mean_row(names: Sequence[str], rows: np.ndarray) -> dict[str, float]:
    """The means of some rows by name, without what no row has."""
    kept = ~np.isnan(rows)
    counts = kept.sum(0)
    sums = np.where(kept, rows, 0).sum(0)
    return {name: float(f"{s / c:.5g}") for name, s, c in zip(names, sums, counts, strict=True) if c and np.isfinite(s)}


class Timeline:
    """Scalars, scores, frames and states of one run."""

    def __init__(self, frames: int, states: int):
        self.frames: Thinned[Frame] = Thinned(frames)
        self.states: Thinned[bytes] = Thinned(states)
        self.scalars = Scalars()
        self.scores: list[tuple[int, dict[str, Score]]] = []
        self.recorded: list[tuple[int, dict[str, float]]] = []
        """A recording's curve, already thinned."""

    def curve(self, most: int = 600) -> list[tuple[int, dict[str, float]]]:
        """The past for drawing: thinned scalars, and the values of thinned scores at their steps."""
        every = max(1, len(self.scores) // most)
        scored = [
            (step, {name: float(f"{s.value:.5g}") for name, s in scores.items() if math.isfinite(s.value)})
            for step, scores in self.scores[::every]
        ]
        return self.recorded or sorted(self.scalars.thinned(most) + scored, key=lambda point: point[0])
