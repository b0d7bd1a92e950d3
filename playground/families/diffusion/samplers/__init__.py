"""Samplers: each a short generator that goes from noise to data and yields the cloud after every step.

They differ in the path, in randomness, and in how often they call the field. `sample` runs any of them by its name
in the catalogue and counts the calls.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from typing import NamedTuple

import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_

from ..catalogue import CATALOGUE, fits
from ..processes import PROCESSES, Process
from .diffusers_adapter import diffusers_sampler
from .field import CountingField, Field

__all__ = ["SAMPLERS", "Field", "Moment", "sample", "times"]

SAMPLERS: dict[str, Callable[..., Iterator[Tensor]]] = {
    name: partial(diffusers_sampler, name)
    if entry.scheduler
    else getattr(import_module(f"{__name__}.{entry.module}"), name)
    for name, entry in CATALOGUE.items()
}
"""By the names of the catalogue: (field, process, x, times, generator) -> the cloud after each step."""


class Moment(NamedTuple):
    """The cloud at time `t`, and the calls of the field until then."""

    t: float
    x: Tensor  # (n, d)
    nfe: int


def times(name: str, process: Process, steps: int, spacing: str = "uniform") -> list[float]:
    """The times that a sampler passes in `steps` steps, from 1 down."""
    return process.times(steps, spacing, 0.0 if CATALOGUE[name].to_zero else process.span[0])


@torch.no_grad()
def sample(
    name: str,
    field: Field,
    process: Process,
    noise: Tensor,
    steps: int | Sequence[float],
    generator: torch.Generator | None = None,
    *,
    spacing: str = "uniform",
    eta: float = 0.0,
) -> Iterator[Moment]:
    """Turn `noise` (n, d), standard normal, into data; yields the start and the cloud after each step.

    `steps` may also be the times themselves, from 1 down. `eta` is DDIM's. Equal noise, generator and times
    give equal samples. `UserError` if the sampler is not made for the process.
    """
    kind = next(name for name, kind in PROCESSES.items() if type(process) is kind)
    if not fits(name, kind):
        raise UserError(N_("The sampler “{sampler}” does not run on this process."), sampler=name)
    at = times(name, process, steps, spacing) if isinstance(steps, int) else list(steps)
    start, counted = process.prior_std * noise, CountingField(field)
    own = {"eta": eta} if CATALOGUE[name].eta else {}
    yield Moment(at[0], start, 0)
    for t, x in zip(at[1:], SAMPLERS[name](counted, process, start, at, generator, **own), strict=True):
        yield Moment(t, x, counted.calls)
