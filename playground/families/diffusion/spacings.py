"""Where the steps of a sampler lie. A spacing is a function of the process and the number of steps: one line in the
table. No torch here: settings and pages read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import numpy as np

from playground.core.i18n import N_

if TYPE_CHECKING:
    from .levels import Level

RHO = 7.0
SIGMA_MAX = 80.0
"""The largest noise-to-signal ratio in Karras et al. 2022, table 1; for processes that end without any signal."""


class NoisePath(Protocol):
    """What a spacing asks of a process."""

    @property
    def span(self) -> tuple[float, float]: ...
    def levels(self, times: Sequence[float]) -> list[Level[float]]: ...
    def times_at(self, noise: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class Spacing:
    title: str
    """A message id."""
    times: Callable[[NoisePath, int, float], np.ndarray]
    """(process, steps, end) -> falling times (steps + 1,), from 1 to `end`."""


def uniform(process: NoisePath, steps: int, end: float) -> np.ndarray:
    """Even steps of time."""
    return end + (1 - end) * np.linspace(1, 0, steps + 1)


def quadratic(process: NoisePath, steps: int, end: float) -> np.ndarray:
    """Closer together near the data (DDIM: Song, Meng and Ermon 2021, appendix D.2)."""
    return end + (1 - end) * np.square(np.linspace(1, 0, steps + 1))


def karras(process: NoisePath, steps: int, end: float) -> np.ndarray:
    """Even steps of sigma^(1 / rho), where sigma = s / a is noise over signal (Karras et al. 2022, equation 5).

    The largest sigma is that of the process at time 1, where every sampler starts; the smallest is that of `end`, or,
    if the last step leads to the data, of the earliest time that the network was trained on.
    """
    last, first = process.levels([end or process.span[0], 1.0])
    sigma_max = first.s / first.a if first.a > 1e-6 else SIGMA_MAX
    count = steps + 1 if end else steps
    sigma = np.linspace(sigma_max ** (1 / RHO), (last.s / last.a) ** (1 / RHO), count) ** RHO
    times = np.append(process.times_at(sigma), [] if end else 0.0)
    times[0], times[-1] = 1.0, end
    return times


SPACINGS: Mapping[str, Spacing] = MappingProxyType(
    {
        "uniform": Spacing(N_("even"), uniform),
        "quadratic": Spacing(N_("quadratic"), quadratic),
        "karras": Spacing(N_("Karras (ρ = 7)"), karras),
    }
)
