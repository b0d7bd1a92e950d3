"""Pretrained pixel networks of the diffusers library under the samplers of this project, and under their own.

The network becomes a `Field`, the betas that it was trained with become a process; nothing here knows of files.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_

from .catalogue import CATALOGUE
from .levels import Level
from .predictions import PREDICTIONS
from .processes import Discrete
from .samplers import SAMPLERS

if TYPE_CHECKING:
    from diffusers import UNet2DModel  # takes seconds

PREDICTION_TYPES = {"epsilon": "epsilon", "sample": "x0", "v_prediction": "v"}
"""The names of predictions in diffusers -> here."""
STRIP_LENGTH, STRIP_ROWS = 9, 4
"""Moments of the denoising strip, and images in it."""


@dataclass(frozen=True)
class GivenChain(Discrete):
    """A chain with the variances (T,) that a network was trained with."""

    variances: tuple[float, ...] = field(default=(), repr=False)

    @cached_property
    def betas(self) -> np.ndarray:
        return np.array(self.variances)


class Generated(NamedTuple):
    """Images of a network under a sampler."""

    images: np.ndarray
    """(n, height, width, channels) uint8."""
    strip: np.ndarray
    """(moments, at most 4, height, width, channels) uint8: the first images on their way from noise."""
    calls: int
    seconds: float
    """In all, without loading."""
    network_seconds: float
    """Seconds inside the network."""


def chain_of(scheduler: Any) -> GivenChain:
    """The chain of a diffusers scheduler with `alphas_cumprod`."""
    a2 = scheduler.alphas_cumprod.double().numpy().clip(1e-12, 1.0)
    return GivenChain(len(a2), "given", tuple((1 - a2 / np.append(1.0, a2[:-1])).tolist()))


class Network:
    """A `UNet2DModel` as (x, timestep) -> its whole output, with calls counted and timed. A network with classes gets
    them in turn."""

    def __init__(self, unet: UNet2DModel, n: int):
        self.unet, self.calls, self.seconds = unet, 0, 0.0
        classes = unet.config["num_class_embeds"]
        self.labels = {"class_labels": torch.arange(n) % classes} if classes else {}

    def __call__(self, x: Tensor, moment: Tensor | int) -> Tensor:
        began = time.perf_counter()
        output = self.unet(x, moment, **self.labels).sample
        self.calls += 1
        self.seconds += time.perf_counter() - began
        return output


class PixelField:
    """A network as a field for samplers, at the levels of a chain of `steps`.

    `bound`: predicted data are clipped there and the predicted noise stays, as in diffusers (`clip_sample`).
    """

    def __init__(self, network: Network, kind: str, steps: int, bound: float | None):
        self.network, self.steps, self.bound = network, steps, bound
        self.prediction = PREDICTIONS[PREDICTION_TYPES[kind]]

    def __call__(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        output = self.network(x, round(level.t * self.steps) - 1)[:, : x.shape[1]]  # the rest are learned variances
        x0, eps = self.prediction.solve(output, x, level)
        return (x0 if self.bound is None else x0.clamp(-self.bound, self.bound)), eps


@torch.no_grad()
def generate(
    unet: UNet2DModel, settings: Mapping[str, Any], sampler: str, steps: int, seed: int, n: int, eta: float = 0.0
) -> Generated:
    """`n` images of a `UNet2DModel` trained with a scheduler of these `settings`, under any of `catalogue.PRETRAINED`,
    in `steps` of the scheduler's own steps. Equal seeds start from equal noise, whatever the sampler.

    `UserError` if sampler and settings do not go together.
    """
    size = unet.config["sample_size"]
    height, width = (size, size) if isinstance(size, int) else size
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn((n, unet.config["in_channels"], height, width), generator=generator)
    network, began, states = Network(unet, n), time.perf_counter(), [noise]
    walk = _by_diffusers if CATALOGUE[sampler].scheduler else _by_own_sampler
    for x in walk(network, settings, sampler, steps, noise, generator, eta):
        states.append(x)
    if not bool(torch.isfinite(states[-1]).all()):
        raise UserError(N_("The images are no longer finite numbers: this sampler does not suit this network."))
    few = [states[round(i)] for i in np.linspace(0, len(states) - 1, min(STRIP_LENGTH, len(states)))]
    strip = np.stack([pixels(_shrunk(x[:STRIP_ROWS])) for x in few[:-1]] + [pixels(states[-1][:STRIP_ROWS])])
    return Generated(pixels(states[-1]), strip, network.calls, time.perf_counter() - began, network.seconds)


def _by_own_sampler(
    network: Network,
    settings: Mapping[str, Any],
    sampler: str,
    steps: int,
    x: Tensor,
    generator: torch.Generator,
    eta: float,
) -> Iterator[Tensor]:
    from diffusers import DDIMScheduler

    guide = DDIMScheduler.from_config(dict(settings))  # gives the steps of the chain, and whether data are clipped
    assert isinstance(guide, DDIMScheduler)  # a tuple only where what was not used is asked for
    if guide.config["thresholding"]:
        raise UserError(N_("This pipeline needs dynamic thresholding, which only the samplers of diffusers have."))
    if guide.config["prediction_type"] not in PREDICTION_TYPES:
        raise UserError(
            N_("This network predicts '{kind}', which the samplers here do not support."),
            kind=guide.config["prediction_type"],
        )
    guide.set_timesteps(steps)
    chain = chain_of(guide)
    last = 0.0 if guide.config["set_alpha_to_one"] else 1 / chain.steps
    times = [*((moment + 1) / chain.steps for moment in guide.timesteps.tolist()), last]
    bound = guide.config["clip_sample_range"] if guide.config["clip_sample"] else None
    own = {"eta": eta} if CATALOGUE[sampler].eta else {}
    yield from SAMPLERS[sampler](
        PixelField(network, guide.config["prediction_type"], chain.steps, bound), chain, x, times, generator, **own
    )


def _by_diffusers(
    network: Network,
    settings: Mapping[str, Any],
    sampler: str,
    steps: int,
    x: Tensor,
    generator: torch.Generator,
    eta: float,
) -> Iterator[Tensor]:
    import diffusers

    scheduler = getattr(diffusers, CATALOGUE[sampler].scheduler).from_config(settings)
    scheduler.set_timesteps(steps)
    offered = {"eta": eta, "generator": generator}
    extra = {name: offered[name] for name in offered.keys() & inspect.signature(scheduler.step).parameters.keys()}
    channels, x = x.shape[1], x * scheduler.init_noise_sigma
    learned = sampler == "diffusers_ddpm" and scheduler.variance_type in ("learned", "learned_range")
    for moment in scheduler.timesteps:
        output = network(scheduler.scale_model_input(x, moment), moment)
        x = scheduler.step(output if learned else output[:, :channels], moment, x, **extra).prev_sample
        yield x


def _shrunk(x: Tensor) -> Tensor:
    """Noise of any size, scaled down to the range of the data so that it can be drawn."""
    return x / x.abs().amax().clamp_min(1.0)


def pixels(x: Tensor) -> np.ndarray:
    """(n, channels, height, width) from -1 to 1 -> (n, height, width, channels) uint8."""
    return ((x / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
