"""Pretrained pixel networks of the diffusers library under the samplers of this project, and under their own.

The network becomes a `Field`, the betas that it was trained with become a process; nothing here knows of files.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_

from .catalogue import CATALOGUE
from .predictions import PREDICTIONS
from .processes import Discrete, Level
from .samplers import SAMPLERS

KINDS = {"epsilon": "epsilon", "sample": "x0", "v_prediction": "v"}
"""What a network of diffusers predicts, as it is called there -> here."""
OWN = ("ddim", "ddpm", "ddpm_large", "dpm_solver", "heun_sigma")
THEIRS = {
    "diffusers_ddim": "DDIMScheduler",
    "diffusers_ddpm": "DDPMScheduler",
    "diffusers_dpm_solver": "DPMSolverMultistepScheduler",
    "diffusers_heun": "HeunDiscreteScheduler",
}
NAMES = (*OWN, *THEIRS)
"""The samplers that a pretrained network can be asked to run under: names of the catalogue."""
STRIP, SHOWN = 9, 4
"""Moments of the denoising strip, and how many pictures have one."""


@dataclass(frozen=True)
class Given(Discrete):
    """A chain with the variances (T,) that came with a network."""

    variances: tuple[float, ...] = field(default=(), repr=False)

    @cached_property
    def betas(self) -> np.ndarray:
        return np.array(self.variances)


class Drawn(NamedTuple):
    """What a sampler made of a network."""

    pictures: np.ndarray
    """(n, height, width, channels) uint8."""
    strip: np.ndarray
    """(moments, at most 4, height, width, channels) uint8: the way from noise of the first ones."""
    calls: int
    seconds: float
    """All in all; loading is not in it."""
    inside: float
    """Seconds spent inside the network."""


def process(scheduler: Any) -> Given:
    """The chain of a diffusers scheduler with `alphas_cumprod`."""
    kept = scheduler.alphas_cumprod.double().numpy().clip(1e-12, 1.0)
    return Given(len(kept), "given", tuple((1 - kept / np.append(1.0, kept[:-1])).tolist()))


class Network:
    """A `UNet2DModel` as (x, timestep) -> its whole answer, which counts and times its calls. A network that wants a
    class gets the classes in turn."""

    def __init__(self, unet: torch.nn.Module, n: int):
        self.unet, self.calls, self.seconds = unet, 0, 0.0
        classes = unet.config.num_class_embeds
        self.labels = {"class_labels": torch.arange(n) % classes} if classes else {}

    def __call__(self, x: Tensor, moment: Tensor | int) -> Tensor:
        began = time.perf_counter()
        answer = self.unet(x, moment, **self.labels).sample
        self.calls += 1
        self.seconds += time.perf_counter() - began
        return answer


class PictureField:
    """A network as a field for samplers, at the levels of a chain of `steps`.

    `bound`: predicted data are cut off there and the noise stays as it was predicted, as diffusers does it (its
    `clip_sample`).
    """

    def __init__(self, network: Network, kind: str, steps: int, bound: float | None):
        self.network, self.steps, self.bound = network, steps, bound
        self.prediction = PREDICTIONS[KINDS[kind]]

    def __call__(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        answer = self.network(x, round(level.t * self.steps) - 1)[:, : x.shape[1]]  # the rest are learned variances
        x0, eps = self.prediction.solve(answer, x, level)
        return (x0 if self.bound is None else x0.clamp(-self.bound, self.bound)), eps


@torch.no_grad()
def draw(
    unet: torch.nn.Module, settings: Mapping[str, Any], sampler: str, steps: int, seed: int, n: int, eta: float = 0.0
) -> Drawn:
    """`n` pictures of a `UNet2DModel` trained with a scheduler of these `settings`, under any of `NAMES`, in as many
    of the scheduler's own steps as asked. Equal seeds begin with equal noise, whatever the sampler.

    `UserError` where sampler and settings do not go together.
    """
    size = unet.config.sample_size
    height, width = (size, size) if isinstance(size, int) else size
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn((n, unet.config.in_channels, height, width), generator=generator)
    network, began, states = Network(unet, n), time.perf_counter(), [noise]
    walk = _own if sampler in OWN else _theirs
    for x in walk(network, settings, sampler, steps, noise, generator, eta):
        states.append(x)
    if not bool(torch.isfinite(states[-1]).all()):
        raise UserError(N_("The pictures stopped being numbers: this sampler does not suit this network."))
    few = [states[round(i)] for i in np.linspace(0, len(states) - 1, min(STRIP, len(states)))]
    strip = np.stack([pixels(_sized(x[:SHOWN])) for x in few[:-1]] + [pixels(states[-1][:SHOWN])])
    return Drawn(pixels(states[-1]), strip, network.calls, time.perf_counter() - began, network.seconds)


def _own(
    network: Network,
    settings: Mapping[str, Any],
    sampler: str,
    steps: int,
    x: Tensor,
    generator: torch.Generator,
    eta: float,
) -> Iterator[Tensor]:
    from diffusers import DDIMScheduler

    guide = DDIMScheduler.from_config(settings)  # which steps of the chain are taken, and whether data are cut off
    if guide.config.thresholding:
        raise UserError(N_("This pipeline asks for dynamic thresholding, which only the samplers of diffusers do."))
    if guide.config.prediction_type not in KINDS:
        raise UserError(
            N_("This network predicts '{kind}', which samplers here do not know."), kind=guide.config.prediction_type
        )
    guide.set_timesteps(steps)
    chain = process(guide)
    last = 0.0 if guide.config.set_alpha_to_one else 1 / chain.steps
    times = [*((moment + 1) / chain.steps for moment in guide.timesteps.tolist()), last]
    bound = guide.config.clip_sample_range if guide.config.clip_sample else None
    own = {"eta": eta} if sampler == "ddim" else {}
    yield from SAMPLERS[sampler](
        PictureField(network, guide.config.prediction_type, chain.steps, bound), chain, x, times, generator, **own
    )


def _theirs(
    network: Network,
    settings: Mapping[str, Any],
    sampler: str,
    steps: int,
    x: Tensor,
    generator: torch.Generator,
    eta: float,
) -> Iterator[Tensor]:
    import diffusers

    scheduler = getattr(diffusers, THEIRS[sampler]).from_config(settings)
    scheduler.set_timesteps(steps)
    extra = {
        "diffusers_ddim": {"eta": eta, "generator": generator},
        "diffusers_ddpm": {"generator": generator},
        "diffusers_dpm_solver": {"generator": generator},
        "diffusers_heun": {},
    }[sampler]
    channels, x = x.shape[1], x * scheduler.init_noise_sigma
    learned = sampler == "diffusers_ddpm" and scheduler.variance_type in ("learned", "learned_range")
    for moment in scheduler.timesteps:
        answer = network(scheduler.scale_model_input(x, moment), moment)
        x = scheduler.step(answer if learned else answer[:, :channels], moment, x, **extra).prev_sample
        yield x


def _sized(x: Tensor) -> Tensor:
    """Noise of any size so that it can be seen: its widest values are where data end."""
    return x / x.abs().amax().clamp_min(1.0)


def pixels(x: Tensor) -> np.ndarray:
    """(n, channels, height, width) from -1 to 1 -> (n, height, width, channels) uint8."""
    return ((x / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()


TITLES = {name: CATALOGUE[name].title for name in NAMES}
