"""Processes are what their SDEs say, predictions convert into each other, schedules are those of diffusers."""

import math

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler, DDPMScheduler

from playground.families.diffusion.levels import Level, posterior, transition
from playground.families.diffusion.predictions import MAX_SNR, PREDICTIONS, convert, score, velocity, weight
from playground.families.diffusion.processes import PROCESSES, VE, VP, Discrete, Process, SubVP
from playground.families.diffusion.schedules import SCHEDULES

ALL = [*(kind() for kind in PROCESSES.values()), Discrete(1000, "cosine"), Discrete(50, "sigmoid")]
NAMES = {"linear": "linear", "cosine": "squaredcos_cap_v2", "sigmoid": "sigmoid"}


def inner(process: Process) -> torch.Tensor:
    """Times away from the ends, where every path is smooth."""
    return torch.linspace(max(0.03, process.span[0]), 0.97, 40, dtype=torch.float64)


@pytest.mark.parametrize("process", ALL, ids=str)
def test_derivatives_are_those_of_a_and_s(process):
    t, h = inner(process), 1e-6
    level, after, before = process.at(t), process.at(t + h), process.at(t - h)
    for rate, high, low in ((level.da, after.a, before.a), (level.ds, after.s, before.s)):
        torch.testing.assert_close(rate, (high - low) / (2 * h), rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize("process", ALL, ids=str)
def test_begins_as_data_and_ends_as_noise(process):
    start, end = process.level(0.0), process.level(1.0)
    assert (start.a, start.s) == (1.0, 0.0)
    assert process.prior_std == end.s
    assert end.s > 40 * end.a  # what is left of data of size 2 is at most a twentieth
    assert (np.diff([level.a / level.s for level in process.levels(inner(process).tolist())]) < 0).all()


def test_drift_and_diffusion_are_the_papers():
    """Song et al. 2021, equations 9, 11, 12 and their table."""
    t = torch.linspace(0.01, 1, 30, dtype=torch.float64)
    beta = 0.1 + t * 19.9
    whole = 0.1 * t + 19.9 * t**2 / 2
    for process, g2 in ((VP(), beta), (SubVP(), beta * (1 - torch.exp(-2 * whole)))):
        torch.testing.assert_close(process.at(t).f, -beta / 2)
        torch.testing.assert_close(process.at(t).g2, g2)
    sigma = 0.01 * 5000**t
    torch.testing.assert_close(VE().at(t).s ** 2, sigma**2 - 0.01**2)
    torch.testing.assert_close(VE().at(t).g2, 2 * sigma**2 * math.log(5000))


def test_no_path_takes_back_more_noise_than_it_can():
    """w^2 of the reverse SDE is g^2 where that is bounded, and bounded everywhere."""
    assert VP().reverse_g2(VP().level(0.7)) == VP().level(0.7).g2
    for process in ALL:
        w2 = [process.reverse_g2(level) for level in process.levels(np.linspace(*process.span, 50).tolist())]
        assert np.isfinite(w2).all()
        assert min(w2) >= 0


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_betas_are_those_of_diffusers(schedule):
    theirs = DDPMScheduler(beta_schedule=NAMES[schedule])
    np.testing.assert_allclose(SCHEDULES[schedule](1000), theirs.betas, rtol=1e-4)
    levels = Discrete(1000, schedule).levels((np.arange(1, 1001) / 1000).tolist())
    np.testing.assert_allclose([level.a**2 for level in levels], theirs.alphas_cumprod, rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize("steps", [10, 100, 1000])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_posterior_is_that_of_diffusers(schedule, steps):
    """Mean to 1e-6 and variance, for steps of any length. Theirs is given the schedule in double precision: what
    it makes of the single one differs by 1e-5 of rounding; that variance is met to 1e-3 of itself."""
    process = Discrete(1000, schedule)
    settings = {"timestep_spacing": "trailing", "clip_sample": False}
    ddpm, ddim = DDPMScheduler(**settings), DDIMScheduler(**settings)
    single = DDPMScheduler(beta_schedule=NAMES[schedule], **settings)
    ddpm.alphas_cumprod = ddim.alphas_cumprod = torch.from_numpy(np.cumprod(1 - process.betas))
    for scheduler in (ddpm, ddim, single):
        scheduler.set_timesteps(steps)
    x, x0 = torch.randn(2, 50, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    times = process.times(steps)
    assert [round(t * 1000) - 1 for t in times[:-1]] == ddpm.timesteps.tolist()
    for i in range(0, steps, max(1, steps // 7)):
        moment = ddpm.timesteps[i]
        now, then = process.levels(times[i : i + 2])
        first, second, variance = posterior(now, then)
        eps = (x - now.a * x0) / now.s
        mean = ddim.step(eps, moment, x, eta=1.0, variance_noise=torch.zeros_like(x)).prev_sample
        torch.testing.assert_close(first * x + second * x0, mean, rtol=1e-6, atol=1e-6)
        previous = ddpm.previous_timestep(moment)
        if previous < 0:
            assert variance == 0
            continue
        noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(i), dtype=x.dtype)
        drawn = ddpm.step(eps, moment, x, generator=torch.Generator().manual_seed(i)).prev_sample
        torch.testing.assert_close(first * x + second * x0 + variance**0.5 * noise, drawn, rtol=1e-6, atol=1e-6)
        assert variance == pytest.approx(float(single._get_variance(moment)), rel=1e-3)
        assert variance == pytest.approx(float(ddim._get_variance(moment, previous)), rel=1e-9)


@pytest.mark.parametrize("process", ALL, ids=str)
def test_transitions_compose_and_posteriors_follow_bayes(process):
    """q(x_s | x_t, x_0) q(x_t | x_0) = q(x_t | x_s) q(x_s | x_0), by the covariance of x_s and x_t given x_0."""
    now, then = process.levels([0.8, 0.3])
    r, beta = transition(now, then)
    assert r * then.a == pytest.approx(now.a)
    assert r**2 * then.s**2 + beta == pytest.approx(now.s**2)
    first, second, variance = posterior(now, then)
    assert first * now.s**2 == pytest.approx(r * then.s**2)  # cov(x_s, x_t)
    assert first * now.a + second == pytest.approx(then.a)
    assert first**2 * now.s**2 + variance == pytest.approx(then.s**2)


@pytest.mark.parametrize("process", ALL, ids=str)
def test_predictions_convert_into_each_other(process):
    generator = torch.Generator().manual_seed(1)
    x0, eps = torch.randn(2, 100, 2, generator=generator, dtype=torch.float64)
    for level in process.levels([0.05, 0.4, 0.9]):
        x = level.a * x0 + level.s * eps
        for source, given in PREDICTIONS.items():
            value = given.target(x0, eps, level)
            for found, wanted in zip(given.solve(value, x, level), (x0, eps), strict=True):
                torch.testing.assert_close(found, wanted, rtol=1e-8, atol=1e-8)
            for target, wanted in PREDICTIONS.items():
                torch.testing.assert_close(
                    convert(value, x, level, source, target), wanted.target(x0, eps, level), rtol=1e-8, atol=1e-8
                )


def test_velocity_is_that_of_the_probability_flow():
    """da x0 + ds eps = f x - g^2 score / 2."""
    x0, eps = torch.randn(2, 50, 2, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    for process in ALL:
        for level in process.levels([0.1, 0.5, 0.9]):
            x = level.a * x0 + level.s * eps
            torch.testing.assert_close(velocity(x0, eps, level), level.f * x - level.g2 / 2 * score(eps, level))


@pytest.mark.parametrize("name", PREDICTIONS)
def test_errors_count_alike_whatever_is_predicted(name):
    """SNR weighting is the error of x0 times SNR, so that of noise times 1; min-SNR that of x0 times 5 at most."""
    prediction = PREDICTIONS[name]
    x0, eps, off = torch.randn(3, 200, 2, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    for t in (0.2, 0.6, 0.9):
        level = Level(*torch.tensor(VP().level(t), dtype=torch.float64).view(5, 1, 1))
        x = level.a * x0 + level.s * eps
        value = prediction.target(x0, eps, level) / prediction.unit(level)
        guess, _ = prediction.solve((value + off) * prediction.unit(level), x, level)
        squared = ((guess - x0) ** 2).mean()
        for kind, kept in (("snr", level.snr), ("min_snr", level.snr.clamp_max(MAX_SNR))):
            torch.testing.assert_close((weight(kind, prediction, level) * off**2).mean(), (kept * squared).squeeze())
    assert weight("simple", prediction, level) == 1.0


def test_min_snr_for_noise_is_the_papers():
    """Hang et al. 2023, section 3.4: min(SNR, 5) / SNR where noise is predicted, / (SNR + 1) where v is."""
    level = VP().at(torch.tensor([0.05, 0.5], dtype=torch.float64))
    torch.testing.assert_close(weight("min_snr", PREDICTIONS["epsilon"], level), level.snr.clamp_max(5) / level.snr)
    torch.testing.assert_close(weight("min_snr", PREDICTIONS["v"], level), level.snr.clamp_max(5) / (level.snr + 1))


@pytest.mark.parametrize("spacing", ["uniform", "quadratic"])
@pytest.mark.parametrize("steps", [1, 7, 50, 333, 1000])
def test_a_chain_is_walked_through_its_own_steps_each_once(spacing, steps):
    times = Discrete(1000).times(steps, spacing)
    k = np.array(times) * 1000
    np.testing.assert_allclose(k, np.round(k), atol=1e-9)
    assert (times[0], times[-1], len(times)) == (1.0, 0.0, steps + 1)
    assert (np.diff(times) < 0).all()
    assert len(Discrete(20).times(steps, spacing, end=1 / 20)) == min(steps, 19) + 1


def test_levels_to_train_on_are_those_of_the_process():
    generator = np.random.default_rng(0)
    rows = Discrete(10).draw(4000, generator)
    assert set(np.round(rows[:, 0] * 10).astype(int)) == set(range(1, 11))
    for process in ALL:
        rows = process.draw(200, generator)
        assert (rows.shape, rows.dtype) == ((200, 5), np.float32)
        assert rows[:, 0].min() >= process.span[0] * (1 - 1e-6)
        np.testing.assert_allclose(rows[7], process.level(float(rows[7, 0])), rtol=2e-3, atol=1e-5)
