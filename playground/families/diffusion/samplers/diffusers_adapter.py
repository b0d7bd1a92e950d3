"""The schedulers of the diffusers library as samplers, behind one adapter.

They count steps from 0, so their timestep k - 1 is our time k / T; a continuous path is given to them as a
chain of 1,000 steps. diffusers is imported when it is first used, which takes seconds.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError

from ..constraints import EVEN_STEPS_ONLY
from ..predictions import velocity
from ..processes import Discrete, Process, distinct_steps
from .field import Field

CHAIN_STEPS = 1000
"""Steps of the chain that stands for a continuous path."""


def diffusers_sampler(
    name: str,
    field: Field,
    process: Process,
    x: Tensor,
    times: Sequence[float],
    generator: torch.Generator,
    eta: float = 0.0,
) -> Iterator[Tensor]:
    """Run the scheduler of `name` (see the catalogue) through the steps nearest to `times`."""
    if name == "diffusers_flow_euler":
        yield from _flow(field, process, x, times)
        return
    scheduler, own = _scheduler(name, process, times, eta)
    total = len(scheduler.betas)
    moments = scheduler.timesteps.tolist()
    levels = process.levels([(moment + 1) / total for moment in moments])
    if name == "diffusers_heun":  # its x is ours divided by a
        x = x / levels[0].a
    for moment, level, after in zip(moments, levels, [*levels[1:], process.level(0.0)], strict=True):
        seen = scheduler.scale_model_input(x, moment)
        _, eps = field(seen, level)
        extra = {"generator": generator, **own} if name != "diffusers_heun" else {}
        x = scheduler.step(eps, moment, x, **extra, return_dict=False)[0]
        if name == "diffusers_heun":  # looks ahead, then corrects
            if scheduler.state_in_first_order or after.s == 0:
                yield x * after.a
        else:
            yield x


def _scheduler(name: str, process: Process, times: Sequence[float], eta: float) -> tuple[Any, dict[str, float]]:
    """A scheduler, set to `times`; and further arguments of its steps."""
    from diffusers import DDIMScheduler, DDPMScheduler, DPMSolverMultistepScheduler, HeunDiscreteScheduler

    betas = process.betas if isinstance(process, Discrete) else _betas(process)
    common = {"num_train_timesteps": len(betas), "trained_betas": betas, "timestep_spacing": "trailing"}
    steps = (distinct_steps(times, len(betas))[:-1] - 1).tolist()
    if name == "diffusers_ddim":  # it takes no list of steps
        scheduler = DDIMScheduler(**common, clip_sample=False, set_alpha_to_one=True)
        scheduler.set_timesteps(len(steps))
        if np.abs(scheduler.timesteps.numpy() - steps).max() > 1:
            raise UserError(EVEN_STEPS_ONLY)
        return scheduler, {"eta": eta}
    scheduler = {
        "diffusers_ddpm": lambda: DDPMScheduler(**common, clip_sample=False, variance_type="fixed_small"),
        "diffusers_dpm_solver": lambda: DPMSolverMultistepScheduler(**common, final_sigmas_type="zero"),
        "diffusers_heun": lambda: HeunDiscreteScheduler(**common),
    }[name]()
    scheduler.set_timesteps(timesteps=steps)
    return scheduler, {}


def _betas(process: Process) -> np.ndarray:
    """The variances of a continuous path as a chain: (CHAIN_STEPS,)."""
    a = np.array([level.a for level in process.levels(np.linspace(0, 1, CHAIN_STEPS + 1).tolist())])
    return 1 - (a[1:] / a[:-1]) ** 2


def _flow(field: Field, process: Process, x: Tensor, times: Sequence[float]) -> Iterator[Tensor]:
    """Their Euler method for flow matching, whose sigma is our t on the straight path."""
    from diffusers import FlowMatchEulerDiscreteScheduler

    scheduler: Any = FlowMatchEulerDiscreteScheduler()  # its annotations ask for FloatTensor, which no tensor is
    scheduler.set_timesteps(sigmas=[*times[:-1]])
    for moment, level in zip(scheduler.timesteps, process.levels(times[:-1]), strict=True):
        x = scheduler.step(velocity(*field(x, level), level), moment, x, return_dict=False)[0]
        yield x
