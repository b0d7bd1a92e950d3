"""A network that was trained on one process, used on the path of another.

What the data were, given a noisy point, depends only on the point over its signal and on the noise-to-signal ratio.
So Gaussian paths pose the same question at other times and scales, and one network answers for all of them (Kingma
et al. 2021, section 5.1; Karras et al. 2022, section 2).
"""

from torch import Tensor

from .levels import Level
from .processes import Process, matching_level
from .samplers.field import Field


class ProcessAdapter:
    """`field`, trained on the process `trained`, as a field of any other process."""

    def __init__(self, field: Field, trained: Process):
        self._field, self._trained = field, trained

    def __call__(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        match = matching_level(self._trained, level.a, level.s)
        return self._field(x * ((match.a**2 + match.s**2) / (level.a**2 + level.s**2)) ** 0.5, match)
