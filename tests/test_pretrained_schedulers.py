"""Every scheduler of diffusers, with every prediction, spacing, offset and end: our samplers on a tiny network give the
numbers of diffusers' own, or there is a sentence that names what is in the way; never a traceback, never other noise
levels than those of training."""

import itertools
import warnings
from functools import cache
from types import SimpleNamespace

import diffusers
import numpy as np
import pytest
import torch

from playground.core.errors import UserError
from playground.families.diffusion import pretrained, pretrained_levels
from playground.families.diffusion.catalogue import CATALOGUE, PRETRAINED
from playground.families.diffusion.pretrained_levels import CHAINS, CORRECTS, OTHER_STEPS, noise_levels

NAMES = sorted(name for name in dir(diffusers) if name.endswith("Scheduler"))
GRID = [
    *itertools.product(
        ("epsilon", "sample", "v_prediction"), ("leading", "linspace", "trailing"), (0, 1), (True, False)
    )
]
THOROUGH = ("DDIMScheduler", "DDPMScheduler", "PNDMScheduler", "EulerDiscreteScheduler", "UnCLIPScheduler")
"""With all samplers; the others with each in turn."""
OWN = tuple(name for name in PRETRAINED if not CATALOGUE[name].scheduler)
NOISE = torch.randn(2, 1, 4, 4, generator=torch.Generator().manual_seed(0))


class Tiny:
    """A network with random weights, from (x, time) to an output of the size of x, with the face of a UNet2DModel."""

    config = {"num_class_embeds": None, "sample_size": 4, "in_channels": 1}

    def __call__(self, x, moment, **labels):
        t = torch.as_tensor(moment, dtype=torch.float32) / 1000
        size = 1 + x.square().mean((1, 2, 3), keepdim=True).sqrt()  # the noise may be thousands wide
        return SimpleNamespace(sample=torch.tanh(2 * x.roll(1, -1) / size - 0.7 * x / size + torch.cos(3 * t)))


def ours(settings, sampler, steps):
    levels = noise_levels(settings, sampler, steps)
    network = pretrained.Network(Tiny(), 2)
    generator = torch.Generator().manual_seed(1)
    *_, x = pretrained.by_own_sampler(network, levels, sampler, NOISE, generator, 0.0)
    return x, levels


def theirs(scheduler, moments=None, steps=None):
    """The loop of diffusers' pipelines."""
    if moments is None:
        scheduler.set_timesteps(steps)
    else:
        scheduler.set_timesteps(timesteps=list(moments))
    x, generator = NOISE * getattr(scheduler, "init_noise_sigma", 1.0), torch.Generator().manual_seed(1)
    noisy = {"generator": generator} if isinstance(scheduler, diffusers.DDPMScheduler) else {}
    for moment in scheduler.timesteps:
        seen = getattr(scheduler, "scale_model_input", lambda x, moment: x)(x, moment)
        x = scheduler.step(Tiny()(seen, moment).sample, moment, x, **noisy)[0]
    return x


def solver(settings, order):
    """diffusers' DPM-Solver++, whose first order is DDIM, on given steps."""
    given = {"solver_order": order, "algorithm_type": "dpmsolver++", "solver_type": "midpoint"}
    return diffusers.DPMSolverMultistepScheduler.from_config(settings | given)


def apart(one, other):
    return float((one - other).abs().max() / max(1.0, float(other.abs().max())))


def settings_of(name, prediction, spacing, offset, to_one, clipped):
    return {
        "_class_name": name,
        "num_train_timesteps": 1000,
        "prediction_type": prediction,
        "timestep_spacing": spacing,
        "steps_offset": offset,
        "set_alpha_to_one": to_one,
        "clip_sample": clipped,
    }


@cache
def betas_of(name):
    """The betas that a scheduler itself has."""
    try:
        scheduler = getattr(diffusers, name)()
    except ImportError:  # it needs a further library; what settings do not say is then as in DDPM
        return tuple(np.linspace(1e-4, 0.02, 1000).tolist())
    signal2 = torch.cat([torch.ones(1), scheduler.alphas_cumprod.float()])
    return tuple((1 - signal2[1:] / signal2[:-1]).tolist())


@pytest.mark.parametrize("name", NAMES)
@torch.no_grad()
def test_every_scheduler_is_drawn_as_diffusers_draws_or_refused_by_name(name):
    """To 1e-4 of the size of the images. Where the steps of diffusers' DDIM do not meet, which is said, ours is its
    DPM-Solver++ of first order, which is DDIM on any steps."""
    warnings.simplefilter("ignore")
    drawn = {"ddim": 0, "ddpm": 0, "dpm_solver": 0}
    for i, (prediction, spacing, offset, to_one) in enumerate(GRID):
        steps = (7, 10)[(i + i // 2) % 2]
        settings = settings_of(name, prediction, spacing, offset, to_one, clipped=i % 4 < 2)
        if name not in CHAINS:
            for sampler in PRETRAINED if i == 0 else OWN[:1]:
                try:
                    pretrained.generate(Tiny(), settings, sampler, steps, 0, 2)
                except UserError as refusal:
                    assert name in str(refusal) or sampler in str(refusal)
                else:
                    assert name in (*pretrained_levels.EXPLODING, *pretrained_levels.FLOWS)
            continue
        known, plain = settings | {"trained_betas": list(betas_of(name))}, {"clip_sample": False}
        for sampler in drawn if name in THOROUGH else [(*drawn,)[i // 2 % 3]]:
            drawn[sampler] += 1
            x, levels = ours(settings, sampler, steps)
            if sampler == "ddpm":
                best = theirs(
                    diffusers.DDPMScheduler.from_config(known | {"variance_type": "fixed_small"}), steps=steps
                )
            elif sampler == "dpm_solver":
                x, levels = ours(settings | plain, sampler, steps)
                best = theirs(solver(known, 2), levels.told)
            elif levels.note == OTHER_STEPS:
                x, levels = ours(settings | plain, sampler, steps)
                last = {"final_sigmas_type": "zero" if to_one else "sigma_min"}
                best = theirs(solver(known | last, 1), levels.told)
                assert spacing == "linspace" or steps == 7
            else:
                best = theirs(diffusers.DDIMScheduler.from_config(known), steps=steps)
            assert apart(x, best) < 1e-4, (sampler, settings, steps)
    if name in CHAINS:
        assert min(drawn.values()) >= len(GRID) // 4


@pytest.mark.parametrize("largest", [50.0, 1348.0])
@torch.no_grad()
def test_exploding_variance_gives_the_numbers_of_diffusers(largest):
    """The predictor of Song et al. 2021 is ancestral sampling with the larger variance."""
    settings = {"_class_name": "ScoreSdeVeScheduler", "sigma_max": largest, "correct_steps": 0}
    scheduler = diffusers.ScoreSdeVeScheduler.from_config(settings)
    for steps in (2, 11, 60):
        scheduler.set_timesteps(steps)
        scheduler.set_sigmas(steps)
        x, generator = NOISE * scheduler.init_noise_sigma, torch.Generator().manual_seed(1)
        for i, t in enumerate(scheduler.timesteps):
            found = scheduler.step_pred(Tiny()(x, scheduler.sigmas[i]).sample, t, x, generator=generator)
            x, mean = found.prev_sample, found.prev_sample_mean
        own, levels = ours(settings, "ddpm_large", steps)
        assert apart(own, mean) < 1e-4 and levels.unit_range and not levels.note
    assert noise_levels(settings | {"correct_steps": 1}, "ddim", 5).note == CORRECTS
    with pytest.raises(UserError, match="ScoreSdeVeScheduler"):
        pretrained.generate(Tiny(), settings, "diffusers_ddim", 5, 0, 2)


@pytest.mark.parametrize("more", [{}, {"shift": 3.0}, {"use_karras_sigmas": True}])
@pytest.mark.parametrize("name", pretrained_levels.FLOWS)
@torch.no_grad()
def test_flow_matching_gives_the_numbers_of_diffusers(name, more):
    """On straight lines DDIM is Euler's method."""
    settings = {"_class_name": name} | more
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler.from_config(settings)
    for steps in (1, 9, 28):
        own, _ = ours(settings, "ddim", steps)
        assert apart(own, theirs(scheduler, steps=steps)) < 1e-4
    for sampler in ("dpm_solver", "ddpm"):
        assert bool(torch.isfinite(ours(settings, sampler, 9)[0]).all())
    for sampler, further in (("heun_sigma", {}), ("diffusers_heun", {}), ("ddim", {"use_dynamic_shifting": True})):
        with pytest.raises(UserError):
            pretrained.generate(Tiny(), settings | further, sampler, 5, 0, 2)


@pytest.mark.parametrize("sampler", PRETRAINED)
def test_every_sampler_draws_from_the_defaults_of_pndm_or_says_why_not(sampler):
    """Its last step leads to where it begins; all steps with an offset of 1 begin beyond the chain."""
    settings = {"_class_name": "PNDMScheduler"} | dict(diffusers.PNDMScheduler().config)
    assert np.ptp(pretrained.generate(Tiny(), settings, sampler, 10, 0, 2).images) > 0
    for further in ({"steps_offset": 1}, {"timestep_spacing": "trailing"}, {}):
        try:
            pretrained.generate(Tiny(), settings | further, sampler, 1000, 0, 2)
        except UserError as refusal:
            assert str(refusal).endswith(".")
            assert not further or "beyond its chain of 1000" in str(refusal) or sampler not in OWN
    if sampler in OWN:
        with pytest.raises(UserError, match="only 1000 steps"):
            pretrained.generate(Tiny(), settings, sampler, 1001, 0, 2)


def test_the_sentence_of_a_first_step_beyond_the_chain():
    settings = {"_class_name": "PNDMScheduler", "steps_offset": 1}
    for sampler in ("ddim", "dpm_solver", "diffusers_ddim", "diffusers_ddpm"):
        with pytest.raises(UserError, match="an offset of 1, this pipeline's first step lies beyond its chain of 1000"):
            pretrained.generate(Tiny(), settings, sampler, 1000, 0, 2)


def test_without_a_name_the_settings_tell():
    assert pretrained_levels.trained_for(dict(diffusers.FlowMatchEulerDiscreteScheduler().config)) == (
        "FlowMatchEulerDiscreteScheduler"
    )
    assert pretrained_levels.trained_for(dict(diffusers.ScoreSdeVeScheduler().config)) == "ScoreSdeVeScheduler"
    with pytest.raises(UserError, match="trained for the EDMEulerScheduler"):
        noise_levels({"_class_name": "EDMEulerScheduler"}, "ddim", 5)
