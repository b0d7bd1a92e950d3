"""Pretrained pixel networks of the diffusers library under the samplers of this project, and under their own.

The network becomes a `Field`, the noise levels that it was trained on a process; nothing here knows of files.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_

from .catalogue import CATALOGUE
from .levels import Level
from .predictions import PREDICTIONS
from .pretrained_levels import (
    NoiseLevels,
    check_chain,
    check_steps,
    noise_levels,
    signal2_of,
    trained_for,
)
from .samplers import SAMPLERS

if TYPE_CHECKING:
    from diffusers import UNet2DModel  # takes seconds

STRIP_LENGTH, STRIP_ROWS = 9, 4
"""Moments of the denoising strip, and images in it."""


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
    note: str = ""
    """What differs from diffusers' own sampler of the same name: a message id."""


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
    """A network as a field for samplers, at its noise levels.

    Predicted data are clipped at the levels' bound and the predicted noise stays, as in diffusers (`clip_sample`).
    """

    def __init__(self, network: Network, levels: NoiseLevels):
        self.network, self.levels, self.prediction = network, levels, PREDICTIONS[levels.prediction]

    def __call__(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        told = self.levels.told[self.levels.place(level.t)]
        output = self.network(x, told if isinstance(told, int) else torch.tensor(told))
        x0, eps = self.prediction.solve(output[:, : x.shape[1]], x, level)  # the rest are learned variances
        bound = self.levels.bound
        return (x0 if bound is None else x0.clamp(-bound, bound)), eps


@torch.no_grad()
def generate(
    unet: UNet2DModel, settings: Mapping[str, Any], sampler: str, steps: int, seed: int, n: int, eta: float = 0.0
) -> Generated:
    """`n` images of a `UNet2DModel` trained with a scheduler of these `settings` (and `_class_name`), under any of
    `catalogue.PRETRAINED`, in `steps` of the scheduler's own steps. Equal seeds start from equal noise, whatever the
    sampler.

    `UserError` if sampler and settings do not go together.
    """
    size = unet.config["sample_size"]
    height, width = (size, size) if isinstance(size, int) else size
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn((n, unet.config["in_channels"], height, width), generator=generator)
    network, began = Network(unet, n), time.perf_counter()
    try:
        states, levels = [noise], None
        if not CATALOGUE[sampler].scheduler:
            levels = noise_levels(settings, sampler, steps)
            walk = by_own_sampler(network, levels, sampler, noise, generator, eta)
        else:
            walk = by_diffusers(network, settings, sampler, steps, noise, generator, eta)
        states.extend(walk)
    except UserError:
        raise
    except (ValueError, TypeError, RuntimeError, IndexError, AttributeError, ArithmeticError) as error:
        why = (str(error).strip().splitlines() or [type(error).__name__])[0][:160].rstrip(".")
        raise UserError(
            N_("This sampler cannot run with the settings of this pipeline ({name}): {why}."),
            name=trained_for(settings),
            why=why,
        ) from None
    if levels is not None and levels.unit_range:
        states = [2 * x - 1 for x in states]
    if not bool(torch.isfinite(states[-1]).all()):
        raise UserError(N_("The images are no longer finite numbers: this sampler does not suit this network."))
    few = [states[round(i)] for i in np.linspace(0, len(states) - 1, min(STRIP_LENGTH, len(states)))]
    strip = np.stack([pixels(_shrunk(x[:STRIP_ROWS])) for x in few[:-1]] + [pixels(states[-1][:STRIP_ROWS])])
    note = levels.note if levels else ""
    return Generated(pixels(states[-1]), strip, network.calls, time.perf_counter() - began, network.seconds, note)


def by_own_sampler(
    network: Network, levels: NoiseLevels, sampler: str, x: Tensor, generator: torch.Generator, eta: float
) -> Iterator[Tensor]:
    """The images after each step of one of our samplers, from standard normal noise x."""
    own = {"eta": eta} if CATALOGUE[sampler].eta else {}
    field, start = PixelField(network, levels), levels.start * x
    yield from SAMPLERS[sampler](field, levels, start, levels.times_down, generator, **own)


def by_diffusers(
    network: Network,
    settings: Mapping[str, Any],
    sampler: str,
    steps: int,
    x: Tensor,
    generator: torch.Generator,
    eta: float,
) -> Iterator[Tensor]:
    """The same under a scheduler of diffusers."""
    import diffusers

    check_chain(settings, sampler)
    given = dict(settings)
    kind, signal2 = getattr(diffusers, CATALOGUE[sampler].scheduler), signal2_of(trained_for(settings), settings)
    scheduler = kind.from_config(given)
    now = scheduler.alphas_cumprod.double().numpy()
    if len(now) != len(signal2) or np.abs(now - signal2).max() > 1e-6:  # it would have other defaults or formulas
        before = np.append(1.0, signal2[:-1])
        given |= {"trained_betas": (1 - signal2 / before).tolist(), "rescale_betas_zero_snr": False}
        scheduler = kind.from_config({**given, "num_train_timesteps": len(signal2)})
    scheduler.set_timesteps(steps)
    check_steps(scheduler.timesteps.tolist(), len(scheduler.alphas_cumprod), settings, steps)
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
