"""Runs of a sampler as they are shown: with fewer steps, at fewer times, in less precision."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from .catalogue import CATALOGUE
from .config import DiffusionConfig

T = TypeVar("T")

MAX_ADAPTIVE_STEPS = 16
"""Times at which an adaptive sampler, which chooses its own steps, is recorded."""


def limited_steps(config: DiffusionConfig, calls: int) -> int:
    """The steps of the chosen sampler, or as many as cost `calls`."""
    entry = CATALOGUE[config.sampler]
    return min(config.steps, entry.steps(calls) if entry.calls else MAX_ADAPTIVE_STEPS)


def thin(moments: Sequence[T], count: int) -> list[T]:
    """At most `count` of them, evenly, with the first and the last."""
    count = min(count, len(moments))
    return [moments[round(i)] for i in np.linspace(0, len(moments) - 1, count)]


def interpolate(states: np.ndarray, at: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """States (m, n, d) at rising `at` (m,), interpolated to `stops` (k,): (k, n, d)."""
    after = np.clip(np.searchsorted(at, stops), 1, len(at) - 1)
    share = np.clip((stops - at[after - 1]) / (at[after] - at[after - 1]), 0, 1)[:, None, None]
    share = share.astype(states.dtype)
    return (1 - share) * states[after - 1] + share * states[after]
