"""A network that was trained on one process, used on the path of another.

What the data were, given a noisy point, depends only on the point over its signal and on how much noise there is
against signal. So every Gaussian path asks the same question at another pace and scale, and one network answers for
all (Kingma et al. 2021, section 5.1; Karras et al. 2022, section 2).
"""

from functools import lru_cache

from torch import Tensor

from .processes import Level, Process
from .samplers.field import Field

HALVINGS = 40


class Along:
    """`field`, trained on the process `trained`, as a field of any other process."""

    def __init__(self, field: Field, trained: Process):
        self._field, self._trained = field, trained

    def __call__(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        there = alike(self._trained, level.a, level.s)
        return self._field(x * ((there.a**2 + there.s**2) / (level.a**2 + level.s**2)) ** 0.5, there)


@lru_cache(maxsize=4096)
def alike(process: Process, a: float, s: float) -> Level:
    """The level of a process with as much noise against signal as a, s have, or the nearest that it has."""
    low, high = process.span
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        level = process.level(middle)
        low, high = (low, middle) if level.s * a > s * level.a else (middle, high)
    return process.level(high)
