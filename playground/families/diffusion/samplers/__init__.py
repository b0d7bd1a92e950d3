"""Samplers: each a short generator that goes from noise to data and yields the cloud after every step.

They differ in the path, in randomness, and in how often they ask the field; `sample` runs any of them by its
name in the catalogue and counts.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_

from ..catalogue import CATALOGUE, fits
from ..processes import PROCESSES, Process
from .ddim import ddim
from .ddpm import ddpm
from .dpm_solver import dpm_solver
from .field import Counted, Field
from .hub import diffusers_sampler
from .ode import adaptive, euler, heun, heun_sigma, rk4
from .sde import euler_maruyama, predictor_corrector

__all__ = ["SAMPLERS", "Field", "Moment", "sample", "times"]

SAMPLERS: dict[str, Callable[..., Iterator[Tensor]]] = {
    "ddpm": ddpm,
    "ddpm_large": partial(ddpm, large=True),
    "ddim": ddim,
    "dpm_solver": dpm_solver,
    "euler_maruyama": euler_maruyama,
    "predictor_corrector": predictor_corrector,
    "euler": euler,
    "heun": heun,
    "heun_sigma": heun_sigma,
    "rk4": rk4,
    "adaptive": adaptive,
    **{name: partial(diffusers_sampler, name) for name in CATALOGUE if name.startswith("diffusers")},
}
"""By the names of the catalogue: (field, process, x, times, generator) -> the cloud after each step."""


class Moment(NamedTuple):
    """Where the cloud stands at time `t`, and how often the field was asked until then."""

    t: float
    x: Tensor  # (n, d)
    nfe: int


def times(name: str, process: Process, steps: int, spacing: str = "uniform") -> list[float]:
    """The times through which a sampler goes in `steps` steps, from 1 down."""
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
    """Carry `noise` (n, d), standard normal, to data; yields the beginning and the cloud after each step.

    `steps` may also be the times themselves, from 1 down. `eta` is DDIM's. Equal noise, generator and times
    give equal samples. `UserError` where the sampler is not made for the process.
    """
    kind = next(name for name, kind in PROCESSES.items() if type(process) is kind)
    if not fits(name, kind):
        raise UserError(N_("The sampler “{sampler}” does not run on this process."), sampler=name)
    at = times(name, process, steps, spacing) if isinstance(steps, int) else list(steps)
    start, counted = process.prior_std * noise, Counted(field)
    own = {"eta": eta} if name.endswith("ddim") else {}
    yield Moment(at[0], start, 0)
    for t, x in zip(at[1:], SAMPLERS[name](counted, process, start, at, generator, **own), strict=True):
        yield Moment(t, x, counted.calls)
