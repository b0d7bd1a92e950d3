"""The closed-form field, the likelihood it gives, couplings, and the measures of paths."""

import math

import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from playground.data.plane import distributions, user_data
from playground.families.diffusion.couplings import independent, optimal
from playground.families.diffusion.levels import Level
from playground.families.diffusion.likelihood import exact_divergence, hutchinson, log_likelihood
from playground.families.diffusion.optimal_denoiser import closed_form, memorising_denoiser
from playground.families.diffusion.predictions import score, velocity
from playground.families.diffusion.processes import PROCESSES, VE, VP, Discrete, Linear, SubVP
from playground.families.diffusion.samplers import sample
from playground.families.diffusion.straightness import energy, normalised_energy, straightness, wasserstein2

EIGHT = closed_form(distributions.get("8gaussians"), torch.float64)
CLEAN = Level(0.0, 1.0, 0.0, 0.0, 0.0)
PLACES = torch.rand(200, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 6 - 3


@pytest.mark.parametrize("kind", PROCESSES)
def test_exact_field_is_the_gradient_of_the_exact_density(kind):
    process = PROCESSES[kind]()
    for level in process.levels([0.01, 0.3, 0.8, 1.0]):
        x = (level.s + 1) * PLACES.clone().requires_grad_()
        (slope,) = torch.autograd.grad(EIGHT.log_prob(x, level).sum(), x)
        x0, eps = EIGHT(x, level)
        torch.testing.assert_close(score(eps, level), slope, rtol=1e-8, atol=1e-8)
        torch.testing.assert_close(level.a * x0 + level.s * eps, x)


def test_exact_field_is_the_mean_of_what_was_mixed_in():
    """E[x_0 | x_t near a place] by weighing a million draws: within five standard errors."""
    level, generator = VP().level(0.4), np.random.default_rng(0)
    x0 = distributions.get("8gaussians").sample(1_000_000, generator).astype(np.float64)
    place = np.array([0.6, 0.2])
    weight = np.exp(-((place - level.a * x0) ** 2).sum(1) / (2 * level.s**2))
    mean = (weight[:, None] * x0).sum(0) / weight.sum()
    spread = np.sqrt((weight[:, None] ** 2 * (x0 - mean) ** 2).sum(0)) / weight.sum()
    found = EIGHT(torch.from_numpy(place[None]), level)[0][0].numpy()
    assert (np.abs(found - mean) < 5 * spread).all()


def test_at_the_ends_nothing_is_divided_by_zero():
    x = PLACES[:20]
    x0, eps = EIGHT(x, Linear().level(0.0))
    torch.testing.assert_close(x0, x)
    assert (eps == 0).all()
    x0, eps = EIGHT(x, Linear().level(1.0))
    torch.testing.assert_close(x0, EIGHT.weights @ EIGHT.means + torch.zeros_like(x), rtol=0, atol=1e-12)
    torch.testing.assert_close(eps, x)


def test_of_points_the_nearest_remains():
    points = np.random.default_rng(1).normal(size=(30, 5))
    field = memorising_denoiser(points, torch.float64)
    x = torch.from_numpy(points[7:8] + 0.001)
    for t in (1e-3, 0.0):
        torch.testing.assert_close(field(x, VP().level(t))[0], torch.from_numpy(points[7:8]), rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", distributions.DISTRIBUTIONS)
def test_distributions_that_are_mixtures_have_their_own_density(name):
    distribution = distributions.get(name)
    field = closed_form(distribution, torch.float64)
    if name in ("pinwheel", "checkerboard"):
        assert field is None
        return
    x = distribution.sample(500, np.random.default_rng(0)).astype(np.float64)
    np.testing.assert_allclose(field.log_prob(torch.from_numpy(x), CLEAN), distribution.log_prob(x), atol=2e-5)


def test_own_data_and_classes():
    heart = user_data.get()
    x = heart.sample(100, np.random.default_rng(0)).astype(np.float64)
    np.testing.assert_allclose(
        closed_form(heart, torch.float64).log_prob(torch.from_numpy(x), CLEAN), heart.log_prob(x)
    )
    assert closed_form(heart).to(torch.float64).means.dtype == torch.float64


@pytest.mark.parametrize("process", [VP(), SubVP(), VE(), Linear(), Discrete()], ids=str)
def test_likelihood_of_the_flow_is_the_mixtures(process):
    """On samples and on the frame, within 1e-2 nats; what VE lacks is the data's part in noise of size 50."""
    found = log_likelihood(EIGHT, process, PLACES[:100], begin=1e-4 if process == Discrete() else None)
    truth = EIGHT.log_prob(PLACES[:100], CLEAN)
    near = truth > truth.max() - 8
    assert near.sum() > 25
    assert (found.log_prob - truth)[near].abs().max() < 1e-2
    assert 30 < found.nfe < 600
    back = list(sample("adaptive", EIGHT, process, found.noise, 2))[-1].x
    assert (back - PLACES[:100]).norm(dim=1).median() < 5e-3  # the same way back


def test_likelihood_by_fixed_steps_too():
    truth = EIGHT.log_prob(EIGHT.means, CLEAN)
    found = log_likelihood(EIGHT, Linear(), EIGHT.means.clone(), method="rk4", steps=60)
    assert (found.log_prob - truth).abs().max() < 1e-2
    assert found.nfe == 240


def test_hutchinson_is_right_on_average():
    """The mean of 4,000 probes within five standard errors; one probe is off by far more."""
    level, x = VP().level(0.3), PLACES[:3]

    def v(x):
        return velocity(*EIGHT(x, level), level)

    _, trace = exact_divergence(v, x)
    many = x.repeat_interleave(4000, 0)
    signs = torch.randint(0, 2, many.shape, generator=torch.Generator().manual_seed(4)) * 2.0 - 1
    guesses = hutchinson(signs.double())(v, many)[1].view(3, 4000)
    error = guesses.std(1) / math.sqrt(4000)
    assert ((guesses.mean(1) - trace).abs() < 5 * error + 1e-9).all()
    assert guesses.std(1).max() > 0.1
    probe = signs[:200].double()
    noisy = log_likelihood(EIGHT, VP(), PLACES, probe=probe)
    truth = EIGHT.log_prob(PLACES, CLEAN)
    near = truth > truth.max() - 12
    off = (noisy.log_prob - truth)[near]
    assert off.abs().mean() > 0.05
    assert off.abs().median() < 3


def test_optimal_coupling_is_the_shortest():
    generator = np.random.default_rng(0)
    data, noise = generator.normal(size=(2, 128, 2)).astype(np.float32)
    paired = optimal(data, noise)
    assert paired.dtype == np.float32
    assert sorted(map(tuple, paired)) == sorted(map(tuple, noise))
    cost = cdist(data, noise, "sqeuclidean")
    rows, columns = linear_sum_assignment(cost)
    assert ((data - paired) ** 2).sum() == pytest.approx(cost[rows, columns].sum(), rel=1e-5)
    assert independent(data, noise) is noise


def test_straightness_and_energy_of_known_paths():
    """A straight path at even speed; and the quarter of a circle, whose energy is (pi / 2)^2."""
    times = np.linspace(1, 0, 2001)
    start, end = np.random.default_rng(0).normal(size=(2, 5, 2))
    straight = end + times[:, None, None] * (start - end)
    assert straightness(straight, times) == pytest.approx(0, abs=1e-12)
    assert energy(straight, times) == pytest.approx(((start - end) ** 2).sum(1).mean())
    angle = times * np.pi / 2
    arc = np.stack([np.cos(angle), np.sin(angle)], 1)[:, None]
    assert energy(arc, times) == pytest.approx((np.pi / 2) ** 2, rel=1e-5)
    assert straightness(arc, times) == pytest.approx((np.pi / 2) ** 2 - 2, rel=1e-4)  # the chord's square is 2
    assert normalised_energy(energy(arc, times), math.sqrt(2)) == pytest.approx((np.pi / 2) ** 2 / 2 - 1, rel=1e-4)


def test_wasserstein_of_a_shift_is_its_length():
    x = np.random.default_rng(0).normal(size=(60, 2))
    assert wasserstein2(x, x[::-1] + (3, 4)) == pytest.approx(5)
