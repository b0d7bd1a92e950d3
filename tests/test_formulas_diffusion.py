"""Formulas of the lesson on diffusion, written out here as the page shows them, give the code's numbers.

Those of samplers are in test_diffusion_formulas.py, likelihoods and closed-form fields in test_diffusion_optimal.py.
"""

import numpy as np
import pytest
import torch

from playground.core.config import parse
from playground.data.plane.distributions import get
from playground.families.diffusion import maths
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.guidance import optimal_guided_denoiser
from playground.families.diffusion.loss import denoising_loss
from playground.families.diffusion.model import Diffusion, NetworkField
from playground.families.diffusion.optimal_denoiser import closed_form
from playground.families.diffusion.predictions import score
from playground.families.diffusion.processes import PROCESSES, VE, Linear, process_of
from playground.families.diffusion.reflow import follow_flow
from playground.families.diffusion.samplers import SAMPLERS
from playground.families.diffusion.schedules import SCHEDULES
from playground.families.diffusion.straightness import flow_straightness

TIMES = [0.05, 0.3, 0.6, 0.95]
EIGHT = closed_form(get("8gaussians"), torch.float64)
X = 2 * torch.randn(30, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_chain(schedule):
    """a^2 = prod (1 - beta_i), s^2 = 1 - a^2: what k steps of q(x_k | x_{k-1}) combine into."""
    process = process_of(DiffusionConfig(schedule=schedule, chain=200))
    a, s2 = 1.0, 0.0
    for k, beta in enumerate(SCHEDULES[schedule](200), 1):
        a, s2 = np.sqrt(1 - beta) * a, (1 - beta) * s2 + beta
        if k in (1, 2, 100, 200):
            level = process.level(k / 200)
            assert (level.a, level.s**2) == pytest.approx((a, s2), rel=1e-6)
            assert s2 == pytest.approx(1 - a**2)
    assert r"\mathcal N\!\bigl(\sqrt{1-\beta_k}\,x_{k-1},\; \beta_k I\bigr)" in maths.PROCESSES["ddpm"][0]


@pytest.mark.parametrize("name", ["vp", "subvp"])
def test_variance_preserving_sdes(name):
    """f = - beta / 2, a^2 = exp(- int beta); g^2 = beta, s^2 = 1 - a^2, or g^2 = beta (1 - a^4), s = 1 - a^2."""
    process, fine = PROCESSES[name](), np.linspace(0, 1, 100_001)
    beta = process.low + fine * (process.high - process.low)
    integral = np.concatenate([[0], np.cumsum((beta[1:] + beta[:-1]) / 2 * np.diff(fine))])
    for level in process.levels(TIMES):
        at, whole = np.interp(level.t, fine, beta), np.interp(level.t, fine, integral)
        assert level.a**2 == pytest.approx(np.exp(-whole), rel=1e-6)
        assert level.f == pytest.approx(-at / 2)
        if name == "vp":
            assert (level.s**2, level.g2) == pytest.approx((1 - level.a**2, at))
        else:
            assert (level.s, level.g2) == pytest.approx((1 - level.a**2, at * (1 - np.exp(-2 * whole))), rel=1e-6)
    assert r"\sqrt{\beta\,\bigl(1-e^{-2\int_0^t\beta}\bigr)}" in maths.PROCESSES["subvp"][0]


def test_the_exploding_sde_is_the_heat_equation():
    """a = 1, f = 0, s^2 = int g^2, and dp/dt = g^2 / 2 times the Laplacian of p."""
    process, step = VE(), 1e-3
    for level in process.levels([0.4, 0.6]):
        assert (level.a, level.f) == (1.0, 0.0)
        before, after = process.levels([level.t - 1e-5, level.t + 1e-5])
        p = [EIGHT.log_prob(X, one).exp() for one in (before, after)]
        ways = ([step, 0], [-step, 0], [0, step], [0, -step])
        around = [EIGHT.log_prob(X + torch.tensor(way), level).exp() for way in ways]
        laplacian = (sum(around) - 4 * EIGHT.log_prob(X, level).exp()) / step**2
        assert ((p[1] - p[0]) / 2e-5).numpy() == pytest.approx((level.g2 / 2 * laplacian).numpy(), rel=1e-3, abs=1e-7)
    fine = process.levels(np.linspace(0, 0.6, 4001)[1:].tolist())
    assert sum(one.g2 for one in fine) * 0.6 / 4000 == pytest.approx(fine[-1].s ** 2, rel=5e-3)
    assert r"\partial_t p_t = \tfrac12 g^2\,\Delta p_t" in maths.PROCESSES["ve"][0]


def test_straight_lines_and_arcs():
    for level in PROCESSES["linear"]().levels(TIMES):
        assert (level.a, level.s, level.da, level.ds) == pytest.approx((1 - level.t, level.t, -1, 1))  # u = eps - x0
    for level in PROCESSES["trigonometric"]().levels(TIMES):
        assert (level.a, level.s) == pytest.approx((np.cos(np.pi / 2 * level.t), np.sin(np.pi / 2 * level.t)))


TARGETS = {
    "epsilon": lambda x0, eps, one: eps,
    "x0": lambda x0, eps, one: x0,
    "v": lambda x0, eps, one: one.a * eps - one.s * x0,
    "velocity": lambda x0, eps, one: one.da * x0 + one.ds * eps,
}
WEIGHTS = {
    "epsilon": lambda one: 1.0,
    "x0": lambda one: one.a**2 / one.s**2,
    "v": lambda one: one.a**2 / (one.a**2 + one.s**2) ** 2,
    "velocity": lambda one: one.a**2 / (one.a * one.ds - one.s * one.da) ** 2,
}


@pytest.mark.parametrize("process", ["ddpm", "ve", "linear", "trigonometric"])
@pytest.mark.parametrize("weighting", ["simple", "snr", "min_snr"])
@pytest.mark.parametrize("objective", TARGETS)
def test_the_objective(objective, weighting, process):
    """E w(t) |prediction - target|^2 / d, with the weight that the page shows for the settings."""
    config = DiffusionConfig(objective=objective, weighting=weighting, process=process)
    formula, shown = maths.objective_formula(config)[0], maths.loss_weight(config)
    x0, eps = torch.randn(2, 25, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    for one in process_of(config).levels(TIMES):
        if weighting == "simple":
            w = 2 / (one.da**2 + one.ds**2) if objective == "velocity" else 1.0
            w = 1.0 if process == "linear" else w
        else:
            w = WEIGHTS[objective](one) * (min(1, 5 * one.s**2 / one.a**2) if weighting == "min_snr" else 1)
        target, answer = (TARGETS[objective](a, b, one) for a, b in ((x0, eps), EIGHT(one.a * x0 + one.s * eps, one)))
        expected = w * ((answer - target) ** 2).sum(1) / 2
        found = denoising_loss(EIGHT, objective, weighting, (x0, eps), one)
        assert found.numpy() == pytest.approx(expected.numpy(), rel=2e-5, abs=1e-9)
        assert shown is not None or w == 1
    assert (r"w(t)\,\tfrac1d" in formula) is (shown is not None) and r"\tfrac1d" in formula


def test_the_weight_on_the_page_is_that_of_its_settings():
    def weight(**given):
        return maths.loss_weight(DiffusionConfig(**given))

    assert weight() is None and weight(process="linear", objective="velocity") is None
    assert weight(objective="velocity")[0] == r"w(t) = \frac{2}{\dot a^2+\dot s^2}"
    assert weight(objective="x0", weighting="snr")[0] == r"w(t) = \frac{a^2}{s^2}"
    assert weight(weighting="min_snr")[0] == r"w(t) = 1\,\min\Bigl(1,\,\frac{5\,s^2}{a^2}\Bigr)"


@pytest.mark.parametrize("kind", ["ddpm", "ve", "subvp"])
def test_the_larger_variance(kind):
    """x' = a' x0 + sqrt(s'^2 - sigma^2) eps + lambda z."""
    process, times = PROCESSES[kind](), [0.6, 0.5]
    now, then = process.levels(times)
    spread = now.s**2 - now.a**2 / then.a**2 * then.s**2
    sigma = then.s / now.s * np.sqrt(spread)
    x0, eps = EIGHT(X, now)
    mean = then.a * x0 + np.sqrt(then.s**2 - sigma**2) * eps
    (found,) = SAMPLERS["ddpm_large"](EIGHT, process, X.clone(), times, torch.Generator().manual_seed(2))
    z = torch.randn(X.shape, generator=torch.Generator().manual_seed(2), dtype=X.dtype)
    assert found.numpy() == pytest.approx((mean + np.sqrt(spread) * z).numpy())
    shown, _ = maths.sampler_formula(DiffusionConfig(sampler="ddpm_large"))
    assert r"\lambda^2 = s^2-\frac{a^2}{a'^2}\,s'^2,\quad \sigma = \frac{s'}{s}\,\lambda" in shown


@pytest.mark.parametrize("w", [0.0, 1.0, 3.0])
def test_guidance(w):
    """(1 - w) eps(x) + w eps(x, c), whose score is that of p(x) p(c | x)^w."""
    moons, device = get("moons"), torch.device("cpu")
    guided, label = optimal_guided_denoiser(moons, device), torch.tensor([[1.0, 0.0]]).expand(len(X), -1)
    whole, one = closed_form(moons), closed_form(moons.one_class(0))
    for level in process_of(DiffusionConfig()).levels([0.3, 0.6]):
        x = X.float().requires_grad_()
        _, eps = guided.given(label, w)(x, level)
        expected = (1 - w) * whole(x, level)[1] + w * one(x, level)[1]
        assert torch.allclose(eps, expected, atol=1e-5)
        # p(c | x) is p(x | c) / p(x) times a constant
        log_p = whole.log_prob(x, level) + w * (one.log_prob(x, level) - whole.log_prob(x, level))
        (slope,) = torch.autograd.grad(log_p.sum(), x)
        assert torch.allclose(score(eps, level), slope, rtol=1e-3, atol=1e-3)
    assert r"(1-w)\,\varepsilon_\theta(x_t, t) + w\,\varepsilon_\theta(x_t, t, c)" in maths.GUIDANCE[0]


def test_guidance_of_a_network():
    config = parse(DiffusionConfig, {"data": "moons", "classes": True})
    model = Diffusion(config, classes=2)
    state = model.init_state({}, torch.Generator().manual_seed(0))
    label, level = torch.tensor([[1.0, 0.0]]).expand(len(X), -1), process_of(config).level(0.5)
    with torch.no_grad():
        plain, given, guided = (
            NetworkField(model, state["w"], label, w, None)(X.float(), level)[1] for w in (0.0, 1.0, 3.0)
        )
    assert torch.allclose(guided, -2 * plain + 3 * given, atol=1e-5) and not torch.allclose(plain, given)


def test_reflow():
    """x0 = eps - int_0^1 u dt, and S = int E |(eps - x0) - u|^2 dt, by the midpoint rule along the same paths."""
    process, noise, steps = Linear(), X.float(), 2000
    field = closed_form(get("8gaussians"))

    def u(x, level):
        x0, eps = field(x, level)
        return level.da * x0 + level.ds * eps

    x, path = noise.double(), []
    for k in range(steps):
        level, middle = process.levels([1 - k / steps, 1 - (k + 0.5) / steps])
        half = x.float() - u(x.float(), level) / (2 * steps)
        path.append(u(half, middle).double())
        x = x - path[-1] / steps
    x0 = noise.double() - torch.stack(path).mean(0)
    assert follow_flow(field, process, noise).numpy() == pytest.approx(x0.numpy(), abs=0.01)
    bend = ((noise.double() - x0) - torch.stack(path)).square().sum(2).mean()
    assert flow_straightness(field, process, noise, 400) == pytest.approx(float(bend), rel=0.03)
    assert r"\hat x_0 &= \varepsilon - \int_0^1 u_{\theta_k}(x_t, t)\,dt" in maths.REFLOW[0]


def test_the_divergence_of_step_two():
    """det d(x + h v) / dx = 1 + h div v + O(h^2): the error falls by four where h is halved."""
    level = VE().level(0.3)

    def v(x):
        return -0.5 * level.g2 * score(EIGHT(x, level)[1], level)

    _, divergence = EIGHT.velocity_and_divergence(X, level)
    errors = []
    for h in (2e-4, 1e-4):
        each = [torch.autograd.functional.jacobian(lambda y, h=h: y + h * v(y[None])[0], x) for x in X]
        jacobians = torch.stack(each)
        errors.append((torch.linalg.det(jacobians) - 1 - h * divergence).abs())
    assert (errors[0].max() / errors[1].max()).item() == pytest.approx(4, rel=0.05)


def test_density_along_a_path():
    """d log p(x_t) / dt = - div v, so that log p_0 = log p_1 + int div v dt; and the continuity equation in place."""
    process, h = VE(), 1e-6
    level, later = process.levels([0.5, 0.5 + h])
    v, divergence = EIGHT.velocity_and_divergence(X, level)
    change = (EIGHT.log_prob(X + h * v, later) - EIGHT.log_prob(X, level)) / h
    assert change.numpy() == pytest.approx(-divergence.numpy(), rel=0.01, abs=1e-3)
    x = X.clone().requires_grad_()
    p = EIGHT.log_prob(x, level).exp()
    (slope,) = torch.autograd.grad(p.sum(), x)
    in_place = (EIGHT.log_prob(X, later).exp() - p.detach()) / h
    expected = -p.detach() * divergence - (v * slope).sum(1)  # - div(p v)
    assert in_place.numpy() == pytest.approx(expected.numpy(), rel=0.02, abs=1e-5)
    assert v.numpy() == pytest.approx((-0.5 * level.g2 * slope / p.detach()[:, None]).numpy(), rel=1e-6)


def test_blurring_solves_the_heat_equation():
    """p_t = p_0 * N(0, s^2 I)."""
    level, generator = VE().level(0.4), np.random.default_rng(0)
    noisy = get("8gaussians").sample(200_000, generator) + level.s * generator.normal(size=(200_000, 2))
    box = (np.abs(noisy - 0.5) < 0.25).all(1).mean() / 0.25
    axis = torch.linspace(0.25, 0.75, 21, dtype=torch.float64)
    p = EIGHT.log_prob(torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).view(-1, 2), level).exp()
    assert float(p.mean()) == pytest.approx(box, abs=5 * np.sqrt(box / 0.25 / 200_000) + 1e-3)


def test_euler_along_the_flow_is_the_formula():
    """dx/dt = da x0 + ds eps: one step of Euler's method."""
    process = process_of(DiffusionConfig())
    now, then = process.levels([0.5, 0.4])
    x0, eps = EIGHT(X, now)
    (found,) = SAMPLERS["euler"](EIGHT, process, X, [0.5, 0.4], torch.Generator())
    assert found.numpy() == pytest.approx((X + (then.t - now.t) * (now.da * x0 + now.ds * eps)).numpy())
