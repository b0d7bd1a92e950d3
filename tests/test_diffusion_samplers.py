"""Samplers against the truth: closed forms, orders of convergence, and the schedulers of diffusers."""

import math

import numpy as np
import pytest
import torch
from diffusers import DDPMScheduler
from scipy.special import ndtr
from scipy.stats import kstest

from playground.core.errors import UserError
from playground.data.plane import distributions
from playground.families.diffusion.catalogue import CATALOGUE, fits
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.levels import Level
from playground.families.diffusion.optimal_denoiser import GaussianMixture, closed_form, memorising_denoiser
from playground.families.diffusion.presets import PRESETS
from playground.families.diffusion.processes import (
    PROCESSES,
    VE,
    VP,
    Discrete,
    Linear,
    SubVP,
    Trigonometric,
    process_of,
)
from playground.families.diffusion.samplers import SAMPLERS, sample, times

EIGHT = closed_form(distributions.get("8gaussians"), torch.float64)
OWN = [name for name in CATALOGUE if not name.startswith("diffusers")]
PAIRS = [(name, kind) for name in CATALOGUE for kind in PROCESSES if fits(name, kind)]


def normal(n: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, 2, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def states(name, field, process, noise, steps, seed=0, **options) -> list[torch.Tensor]:
    moments = sample(name, field, process, noise, steps, torch.Generator().manual_seed(seed), **options)
    return [moment.x for moment in moments]


@pytest.mark.parametrize(
    ("own", "theirs", "process", "options"),
    [
        ("ddpm", "diffusers_ddpm", Discrete(), {}),
        ("ddpm", "diffusers_ddpm", Discrete(1000, "sigmoid"), {}),
        ("ddim", "diffusers_ddim", Discrete(), {}),
        ("ddim", "diffusers_ddim", Discrete(1000, "sigmoid"), {"eta": 0.6}),
        ("ddim", "diffusers_ddim", VP(), {"eta": 1.0}),
        ("dpm_solver", "diffusers_dpm_solver", Discrete(), {}),
        ("dpm_solver", "diffusers_dpm_solver", Discrete(1000, "sigmoid"), {"spacing": "quadratic"}),
        ("heun_sigma", "diffusers_heun", Discrete(), {}),
        ("euler", "diffusers_flow_euler", Linear(), {"spacing": "quadratic"}),
    ],
    ids=str,
)
@pytest.mark.parametrize("steps", [10, 50])
def test_every_step_is_that_of_diffusers(own, theirs, process, options, steps):
    """Same noise at the beginning and on the way. Their schedule is in single precision: 1e-5 of the largest."""
    noise = normal(200)
    for mine, other in zip(
        states(own, EIGHT, process, noise, steps, **options),
        states(theirs, EIGHT, process, noise, steps, **options),
        strict=True,
    ):
        assert (mine - other).abs().max() < 1e-5 * max(1.0, float(mine.abs().max()))


def test_large_variance_is_that_of_diffusers():
    scheduler = DDPMScheduler(variance_type="fixed_large", clip_sample=False, timestep_spacing="trailing")
    scheduler.set_timesteps(20)
    noise, process = normal(200), Discrete()
    mine = states("ddpm_large", EIGHT, process, noise, 20, seed=3)
    x, generator = mine[0], torch.Generator().manual_seed(3)
    for moment, after in zip(scheduler.timesteps[:-1], mine[1:-1], strict=True):  # in its last it still adds noise
        _, eps = EIGHT(x, process.level((int(moment) + 1) / 1000))
        x = scheduler.step(eps, moment, x, generator=generator).prev_sample
        torch.testing.assert_close(x, after, rtol=1e-5, atol=2e-5)


@pytest.mark.parametrize("process", [Discrete(), VE(), Linear()], ids=str)
def test_ddim_with_all_noise_fresh_is_ddpm(process):
    noise = normal(100)
    for mine, other in zip(
        states("ddim", EIGHT, process, noise, 30, eta=1.0), states("ddpm", EIGHT, process, noise, 30), strict=True
    ):
        torch.testing.assert_close(mine, other, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("process", [VP(), Discrete()], ids=str)
def test_error_of_ddim_halves_when_its_steps_double(process):
    """Against its own end at 1000 steps, which is the probability flow's."""
    noise = normal(500)
    end = states("ddim", EIGHT, process, noise, 1000)[-1]
    errors = [
        float((states("ddim", EIGHT, process, noise, steps)[-1] - end).norm(dim=1).median())
        for steps in (20, 40, 80, 160)
    ]
    ratios = np.array(errors[:-1]) / errors[1:]
    assert ((ratios > 1.7) & (ratios < 2.5)).all(), ratios


ORDERS = {"euler": 1, "ddim": 1, "heun": 2, "heun_sigma": 2, "dpm_solver": 2, "rk4": 4}


@pytest.mark.parametrize(
    ("name", "order", "process"),
    [
        (name, order, process)
        for name, order in ORDERS.items()
        for process, left_out in ((VP(), ["rk4"]), (VE(0.02, 5.0), []), (Trigonometric(), ["heun_sigma", "dpm_solver"]))
        if name not in left_out
    ],
    ids=str,
)
def test_order_of_convergence_on_a_gaussian(name, order, process):
    """There the flow keeps (x - a m) / sqrt(a^2 std^2 + s^2), so its end is known. (Where an error
    happens to change its sign as steps get shorter, which hides the order, the pair is left out.)"""
    mean, std = torch.tensor([[0.5, -1.0]], dtype=torch.float64), 0.7
    field = GaussianMixture(mean, torch.ones(1, dtype=torch.float64), std)
    first, last = process.levels([1.0, 0.1])

    def size(level: Level) -> float:
        return math.sqrt(level.a**2 * std**2 + level.s**2)

    noise = normal(50)
    start = process.prior_std * noise
    end = last.a * mean + (start - first.a * mean) * size(last) / size(first)
    errors = []
    for steps in (40, 80, 160):
        at = np.linspace(1, 0.1, steps + 1).tolist()
        errors.append(float((states(name, field, process, noise, at)[-1] - end).norm(dim=1).mean()))
    found = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.abs(found - order).max() < 0.35, (found, errors)


def test_adaptive_keeps_its_tolerance_and_higher_orders_reach_the_same_end():
    noise = normal(100)
    exactly = states("rk4", EIGHT, Linear(), noise, 400)[-1]
    for name, steps, bound in (("adaptive", 3, 2e-3), ("heun", 400, 2e-3), ("euler", 400, 5e-2)):
        end = states(name, EIGHT, Linear(), noise, times("rk4", Linear(), steps))[-1]
        assert (end - exactly).norm(dim=1).median() < bound, name


@pytest.mark.parametrize("kind", PROCESSES)
@pytest.mark.parametrize("name", ["ddpm", "ddim"])
@pytest.mark.parametrize("spacing", ["uniform", "quadratic"])
def test_strides_leave_as_much_noise_as_the_process_has(name, kind, spacing):
    """Of a single point the data are known at every moment, so that a chain of any stride must stand at
    N(a x_0, s^2) at each of its times: a step that undoes too little or too much noise shows at once.

    Mean and standard deviation of 2 x 20,000 numbers, within 5 standard errors: one false alarm in 10,000.
    """
    process, point = PROCESSES[kind](), np.array([[1.5, -0.5]])
    field = memorising_denoiser(point, torch.float64)
    for moment in sample(
        name,
        field,
        process,
        normal(20_000),
        7,
        torch.Generator().manual_seed(5),
        spacing=spacing,
        **({"eta": 0.5} if name == "ddim" else {}),
    ):
        level = process.level(moment.t)
        if moment.t == 1:
            continue  # begins as pure noise, by definition
        away = moment.x - level.a * torch.from_numpy(point)
        assert abs(float(away.std()) - level.s) <= 5 * level.s / math.sqrt(2 * 40_000) + 1e-9 + 0.01 * level.s
        assert float(away.mean(0).abs().max()) <= 5 * level.s / math.sqrt(20_000) + 1e-6
    torch.testing.assert_close(moment.x, torch.from_numpy(point).expand(20_000, 2), rtol=0, atol=1e-6)


@pytest.mark.parametrize("process", [VP(), SubVP(), VE(), Linear()], ids=str)
def test_reverse_sde_and_probability_flow_share_their_marginals(process):
    """Both coordinates at three times against the exact distribution function of p_t (Kolmogorov-Smirnov).

    24 tests in all at p > 1e-4: one false alarm in 400 draws of the seed; the seed is fixed.
    """
    field = closed_form(distributions.get("2gaussians"), torch.float64)
    at = times("rk4", process, 400, "quadratic" if process != Linear() else "uniform")
    for name in ("euler_maruyama", "heun"):
        moments = list(sample(name, field, process, normal(2000, 1), at, torch.Generator().manual_seed(2)))
        for moment in (moments[120], moments[280], moments[-1]):
            level = process.level(moment.t)
            size = math.sqrt(level.a**2 * field.std**2 + level.s**2)
            for axis in (0, 1):

                def cdf(x, axis=axis, level=level, size=size):
                    return ndtr((x[:, None] - level.a * field.means[:, axis].numpy()) / size).mean(1)

                assert kstest(moment.x[:, axis].numpy(), cdf).pvalue > 1e-4, (name, moment.t)


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_every_sampler_arrives_on_every_process_it_fits_and_its_calls_are_counted(name, kind):
    process, calls, entry = PROCESSES[kind](), [], CATALOGUE[name]

    def field(x, level):
        calls.append(level.t)
        return EIGHT(x, level)

    steps = entry.steps(40)
    moments = list(sample(name, field, process, normal(300), steps, torch.Generator().manual_seed(0)))
    assert len(moments) == len(set(m.t for m in moments)) == steps + 1
    assert moments[-1].nfe == len(calls)
    assert [moment.nfe for moment in moments] == sorted(moment.nfe for moment in moments)
    if entry.calls:
        assert len(calls) == steps * entry.calls - entry.spared <= 40
    off = -EIGHT.log_prob(moments[-1].x, process.level(0.0)).mean() - distributions.get("8gaussians").entropy
    assert abs(off) < (5 if name == "predictor_corrector" else 0.6)


@pytest.mark.parametrize("name", OWN)
def test_samples_are_decided_by_noise_and_generator(name):
    first, again, other = (states(name, EIGHT, VP(), normal(20), 6, seed=seed)[-1] for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert torch.equal(first, other) != (CATALOGUE[name].random and name != "ddim")


def test_what_does_not_fit_is_refused():
    assert set(SAMPLERS) == set(CATALOGUE)
    for name, process, options in (
        ("diffusers_ddim", VE(), {}),
        ("heun_sigma", Linear(), {}),
        ("diffusers_ddim", Discrete(), {"spacing": "quadratic"}),
    ):
        with pytest.raises(UserError):
            list(sample(name, EIGHT, process, normal(2), 5, **options))


def test_settings_choose_a_process_and_a_sampler_that_runs_on_it():
    for preset in PRESETS.values():
        config = DiffusionConfig().changed(**preset.settings)
        assert isinstance(process_of(config), PROCESSES[config.process])
        assert fits(config.sampler, config.process)
    assert process_of(DiffusionConfig(chain=50, schedule="cosine")) == Discrete(50, "cosine")
    for wrong in (
        {"process": "ve", "sampler": "diffusers_ddim"},
        {"process": "linear", "sampler": "heun_sigma"},
        {"sampler": "diffusers_ddim", "spacing": "quadratic"},
    ):
        with pytest.raises(UserError, match="does not run|evenly"):
            DiffusionConfig().changed(**wrong)
