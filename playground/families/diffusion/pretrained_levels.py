"""The noise levels on which a network of the diffusers library was trained, by the scheduler beside it.

A scheduler says two things: how the network was trained, which has to be kept, and how diffusers would sample, which is
what samplers replace. Three kinds of training are understood: a chain of betas, a variance that explodes, and flow
matching. Networks of other kinds (consistency models, EDM, discrete tokens, ...) are refused by the scheduler's name:
on noise levels that they were not trained on they would give pictures too, but wrong ones.
"""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_

from .catalogue import CATALOGUE
from .levels import Level
from .processes import Process

OWN_BETAS = ("UnCLIPScheduler", "CogVideoXDDIMScheduler", "CogVideoXDPMScheduler")
"""Schedulers whose variances follow from more than the settings of betas that all share."""
CHAINS = (
    "DDIMInverseScheduler",
    "DDIMParallelScheduler",
    "DDIMScheduler",
    "DDPMParallelScheduler",
    "DDPMScheduler",
    "DEISMultistepScheduler",
    "DPMSolverMultistepInverseScheduler",
    "DPMSolverMultistepScheduler",
    "DPMSolverSDEScheduler",
    "DPMSolverSinglestepScheduler",
    "EulerAncestralDiscreteScheduler",
    "EulerDiscreteScheduler",
    "HeunDiscreteScheduler",
    "KDPM2AncestralDiscreteScheduler",
    "KDPM2DiscreteScheduler",
    "LMSDiscreteScheduler",
    "PNDMScheduler",
    "RePaintScheduler",
    "SASolverScheduler",
    "UniPCMultistepScheduler",
    *OWN_BETAS,
)
"""Schedulers of networks that were trained on a chain of betas."""
EXPLODING, FLOWS = ("ScoreSdeVeScheduler",), ("FlowMatchEulerDiscreteScheduler", "FlowMatchHeunDiscreteScheduler")
TELLING = {
    "trained_betas": "DDPMScheduler",
    "sampling_eps": "ScoreSdeVeScheduler",
    "stochastic_sampling": "FlowMatchEulerDiscreteScheduler",
}
"""A setting that only one kind has -> a scheduler of this kind, for settings that do not say whose they are."""
PREDICTION_TYPES = {"epsilon": "epsilon", "sample": "x0", "v_prediction": "v"}
"""The names of predictions in diffusers -> here, for chains."""
BETAS = ("num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "trained_betas", "rescale_betas_zero_snr")
"""The settings from which betas follow."""
MIN_SIGNAL = 1e-12
"""Of a^2: a chain may end without any signal."""

BEYOND = N_(
    "With {steps} steps and an offset of {offset}, this pipeline's first step lies beyond its chain of {chain}: choose "
    "fewer steps."
)
UNKNOWN = N_(
    "This network was trained for the {name} of diffusers. Supported are networks that were trained on a chain of "
    "betas, with exploding variance (ScoreSdeVeScheduler), or by flow matching (FlowMatchEulerDiscreteScheduler)."
)
OTHER_STEPS = N_(
    "DDIM goes from each of the pipeline's steps to the next one here. The DDIMScheduler of diffusers goes down by the "
    "same number each time, which on these steps does not meet the next one: its pictures differ."
)
OTHER_SOLVER = N_(
    "This solver takes DDIM's steps here, and clips predicted data as the pipeline says. That of diffusers takes steps "
    "of its own and never clips: its pictures may differ."
)
CORRECTS = N_(
    "The sampler of diffusers for this network also corrects each step by Langevin dynamics; the samplers here do not."
)


@dataclass(frozen=True)
class NoiseLevels(Process):
    """The levels that a sampler passes with a pretrained network, from noise to data, as a process: step i of n is
    the time 1 - i / n. Only samplers that ask for signal and noise alone run on it."""

    told: tuple[float | int, ...]
    """What the network is told of the time, at each level but the last."""
    a: tuple[float, ...]
    s: tuple[float, ...]
    """Signal and noise (n + 1,)."""
    prediction: str
    bound: float | None = None
    """Predicted data are clipped there."""
    slopes: tuple[float, float] = (float("nan"), float("nan"))
    """da/dt and ds/dt, where they matter."""
    start: float = 1.0
    """The size of the noise at the beginning."""
    unit_range: bool = False
    """Whether data are between 0 and 1, not -1 and 1."""
    note: str = ""
    """What differs from diffusers' own sampler of the same name: a message id."""

    @property
    def times_down(self) -> list[float]:
        """The times of all levels."""
        return [1 - i / len(self.told) for i in range(len(self.a))]

    def place(self, t: float) -> int:
        """The number of the level at a time."""
        return round((1 - t) * len(self.told))

    def at(self, t: Tensor) -> Level[Tensor]:
        places = ((1 - t) * len(self.told)).round().long()
        a, s = (torch.tensor(values, dtype=torch.float64)[places] for values in (self.a, self.s))
        da, ds = (torch.full_like(a, slope) for slope in self.slopes)
        return Level(t, a, s, da, ds)


def trained_for(settings: Mapping[str, Any]) -> str:
    """The name of the scheduler whose settings these are."""
    known = settings.get("_class_name") or next((name for key, name in TELLING.items() if key in settings), "?")
    return str(known)


def check_chain(settings: Mapping[str, Any], sampler: str) -> None:
    """`UserError` unless a network was trained on a chain of betas, which the schedulers of diffusers need that a
    sampler stands for."""
    name = trained_for(settings)
    if name in (*EXPLODING, *FLOWS):
        raise UserError(
            N_("{sampler} needs a chain of betas, but this network was trained for {name}: choose DDIM or DDPM."),
            sampler=CATALOGUE[sampler].scheduler,
            name=name,
        )
    if name not in CHAINS:
        raise UserError(UNKNOWN, name=name)


def noise_levels(settings: Mapping[str, Any], sampler: str, steps: int) -> NoiseLevels:
    """The levels for one of our own samplers in `steps` of the scheduler's steps. `UserError` where network and
    sampler do not go together."""
    name = trained_for(settings)
    if name in EXPLODING:
        return _exploding(settings, sampler, steps)
    if name in FLOWS:
        return _flow(settings, sampler, steps)
    check_chain(settings, sampler)
    return _chain(name, settings, sampler, steps)


def signal2_of(name: str, settings: Mapping[str, Any]) -> np.ndarray:
    """a^2 of a chain (T,), as the scheduler `name` has it: most compute it alike, but have defaults of their own."""
    import diffusers

    kind = getattr(diffusers, name)
    if name in OWN_BETAS:
        scheduler: Any = kind.from_config(dict(settings))
    else:
        of_kind = inspect.signature(kind.__init__).parameters
        defaults = {key: of_kind[key].default for key in BETAS if key in of_kind}
        scheduler = diffusers.DDPMScheduler.from_config({**defaults, **settings})
    return scheduler.alphas_cumprod.double().numpy().clip(MIN_SIGNAL, 1.0)


def check_steps(moments: Sequence[float], chain: int, settings: Mapping[str, Any], steps: int) -> None:
    """`UserError` if a scheduler asks for a step that the chain does not have."""
    if max(moments) > chain - 1:
        raise UserError(BEYOND, steps=steps, offset=settings.get("steps_offset", 0), chain=chain)


def _chain(name: str, settings: Mapping[str, Any], sampler: str, steps: int) -> NoiseLevels:
    from diffusers import DDIMScheduler

    signal2 = signal2_of(name, settings)
    chain = len(signal2)
    others = {key: value for key, value in settings.items() if key not in BETAS}
    guide: Any = DDIMScheduler.from_config({**others, "num_train_timesteps": chain})  # gives the steps, and the bound
    if guide.config["thresholding"]:
        raise UserError(N_("This pipeline needs dynamic thresholding, which only the samplers of diffusers have."))
    kind = guide.config["prediction_type"]
    if kind not in PREDICTION_TYPES:
        raise UserError(N_("This network predicts '{kind}', which the samplers here do not support."), kind=kind)
    if steps > chain:
        raise UserError(
            N_("This pipeline's chain has only {chain} steps: choose at most as many."), chain=chain, steps=steps
        )
    guide.set_timesteps(steps)
    given = guide.timesteps.tolist()
    moments = [moment for moment in given if moment >= 0]  # by a rounding error there may be one step too many
    check_steps(moments, chain, settings, steps)
    last = (1.0, 0.0)
    if (
        sampler == "ddim"
        and not guide.config["set_alpha_to_one"]
        or sampler == "dpm_solver"
        and settings.get("final_sigmas_type") == "sigma_min"
    ):
        last = signal2[0] ** 0.5, (1 - signal2[0]) ** 0.5
    a = np.sqrt(signal2[moments])
    s = np.sqrt(1 - signal2[moments])
    bound = guide.config["clip_sample_range"] if guide.config["clip_sample"] else None
    note = ""
    below = [moment - chain // steps for moment in given]
    if sampler == "ddim" and (given != moments or any(x != y for x, y in zip(below, given[1:], strict=False))):
        note = OTHER_STEPS
    if sampler in ("dpm_solver", "heun_sigma"):
        note = OTHER_SOLVER
    return NoiseLevels(
        tuple(moments), (*a.tolist(), last[0]), (*s.tolist(), last[1]), PREDICTION_TYPES[kind], bound, note=note
    )


def _exploding(settings: Mapping[str, Any], sampler: str, steps: int) -> NoiseLevels:
    """Song et al. 2021, appendix C: sigma rises by factors, and the network gives the score."""
    from diffusers import ScoreSdeVeScheduler

    guide: Any = ScoreSdeVeScheduler.from_config(dict(settings))
    guide.set_timesteps(steps)
    guide.set_sigmas(steps)
    s = guide.discrete_sigmas.flip(0).tolist()
    return NoiseLevels(
        tuple(guide.sigmas.tolist()),
        (1.0,) * (steps + 1),
        (*s, 0.0),
        "score",
        start=float(guide.init_noise_sigma),
        unit_range=True,
        note=CORRECTS if guide.config["correct_steps"] else "",
    )


def _flow(settings: Mapping[str, Any], sampler: str, steps: int) -> NoiseLevels:
    """Straight lines: the network gives the velocity from data to noise."""
    from diffusers import FlowMatchEulerDiscreteScheduler

    if CATALOGUE[sampler].needs_signal:
        raise UserError(N_("The sampler “{sampler}” does not run on this process."), sampler=sampler)
    for key in ("use_dynamic_shifting", "invert_sigmas"):
        if settings.get(key):
            raise UserError(
                N_("This pipeline's scheduler is set to {setting}, which the samplers here do not support."),
                setting=key,
            )
    guide: Any = FlowMatchEulerDiscreteScheduler.from_config(dict(settings))
    guide.set_timesteps(steps)
    s = guide.sigmas.double().tolist()
    return NoiseLevels(
        tuple(guide.timesteps.tolist()), tuple(1 - each for each in s), tuple(s), "velocity", slopes=(-1.0, 1.0)
    )
