"""The formulas that the page shows for the present settings give the numbers that the code computes."""

import math
import re

import numpy as np
import pytest
import torch

from playground.data.plane.distributions import DISTRIBUTIONS
from playground.families.diffusion import maths
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.levels import Level
from playground.families.diffusion.likelihood import chain_bound, log_likelihood, spread_of
from playground.families.diffusion.optimal_denoiser import optimal_denoiser
from playground.families.diffusion.processes import PROCESSES, Discrete, process_of
from playground.families.diffusion.samplers import SAMPLERS
from playground.ui.diffusion_plane import CARDS

SETTINGS = [{"process": name} for name in PROCESSES] + [{"schedule": name} for name in ("cosine", "sigmoid")]


def evaluated(latex, **values):
    """The value of a formula of products, fractions, powers and one root, in the page's own LaTeX."""
    text = latex
    for name in ("s", "a"):
        text = text.replace(f"{name}'^2", f"({name}_then**2)").replace(f"{name}^2", f"({name}_now**2)")
        text = text.replace(f"{name}'", f"{name}_then")
        text = re.sub(rf"(?<![\w\\]){name}(?![\w])", f"{name}_now", text)
    text = text.replace(r"\eta", "eta").replace(r"\,", "*")
    for _ in range(3):
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
    text = re.sub(r"\\sqrt\{([^{}]*)\}", r"*sqrt(\1)", text)
    return eval(text, {"sqrt": math.sqrt, "eta": 1.0, **values})


@pytest.mark.parametrize("given", SETTINGS, ids=lambda given: "-".join(given.values()))
def test_sigma_of_ddim(given):
    """The page's sigma is what DDIM really adds: with a field that is 0 everywhere only fresh noise is left."""
    process = process_of(DiffusionConfig(**given))
    formula = maths.CHAIN[0].split(r"\sigma = ")[1]
    for t, u in ((0.6, 0.5), (0.9, 0.4), (0.3, 0.2)):
        now, then = process.levels([t, u])
        expected = evaluated(formula, a_now=now.a, s_now=now.s, a_then=then.a, s_then=then.s)
        x = torch.zeros(4000, 2, dtype=torch.float64)
        generator = torch.Generator().manual_seed(0)
        (added,) = SAMPLERS["ddim"](lambda x, level: (0 * x, 0 * x), process, x, [t, u], generator, eta=1.0)
        again = torch.randn(x.shape, generator=torch.Generator().manual_seed(0), dtype=x.dtype)
        assert torch.allclose(added, expected * again, rtol=1e-9, atol=1e-12)


def test_sigma_of_the_audit():
    """At t = 0.6 -> 0.5 the variance exploding process adds 0.640, the straight path 0.373, sub-VP 0.7725."""
    formula = maths.CHAIN[0].split(r"\sigma = ")[1]
    for name, value in (("ve", 0.640), ("linear", 0.373), ("subvp", 0.7725)):
        now, then = PROCESSES[name]().levels([0.6, 0.5])
        found = evaluated(formula, a_now=now.a, s_now=now.s, a_then=then.a, s_then=then.s)
        assert found == pytest.approx(value, abs=6e-4)


@pytest.mark.parametrize("given", SETTINGS, ids=lambda given: "-".join(given.values()))
def test_diffusion_of_the_reverse_sde(given):
    """w^2 = g^2, or a g^2 where the page says so; and only there the page shows the velocity instead of f and g."""
    config = DiffusionConfig(**given, sampler="euler_maruyama")
    process, (formula, _) = process_of(config), maths.sampler_formula(config)
    assert (r"w^2 = a\,g^2" in formula) == maths.tamed(config.process, config.schedule)
    for level in process.levels([0.2, 0.5, 0.9]):
        factor = level.a if r"w^2 = a\,g^2" in formula else 1.0
        assert process.reverse_g2(level) == pytest.approx(factor * level.g2)


@pytest.mark.parametrize("given", SETTINGS, ids=lambda given: "-".join(given.values()))
def test_two_forms_of_the_probability_flow(given):
    """f x - g^2 score / 2 = da x0 + ds eps, with score = -eps / s."""
    process, generator = process_of(DiffusionConfig(**given)), np.random.default_rng(0)
    x0, eps = generator.normal(size=(2, 5))
    for level in process.levels([0.2, 0.5, 0.9]):
        x = level.a * x0 + level.s * eps
        assert level.f * x + level.g2 / 2 * eps / level.s == pytest.approx(level.da * x0 + level.ds * eps)


def test_where_there_is_no_score_no_formula_has_one():
    for given in ({"coupling": "optimal"}, {"process": "linear", "rounds": 1, "objective": "velocity"}):
        for sampler in ("ddim", "euler"):
            assert "log" not in maths.sampler_formula(DiffusionConfig(**given, sampler=sampler))[0]


def test_the_factor_of_the_error_of_a_single_step():
    """An error of the predicted noise is s / a times as large in the data."""
    level = Discrete(1000, "linear").level(1.0)
    assert level.s / level.a == pytest.approx(157, abs=0.6)
    assert "$s/a = 157$" in next(card.why for card in CARDS if card.name == "steps")


@pytest.mark.parametrize("steps, before", [(10, 2.2), (100, 0.5)])
def test_the_likelihood_of_a_chain_is_a_tight_bound(steps, before):
    """On modes as narrow as the first step's noise the density at t = 1 / T is nats too low, even of the best field;
    with the Gaussian last step of DDPM the bound is tight."""
    data, process = DISTRIBUTIONS["8narrow"], Discrete(steps, "linear")
    field, generator = optimal_denoiser(data).to(torch.float64), np.random.default_rng(0)
    x, fitted = (torch.from_numpy(data.sample(400, generator)).double() for _ in range(2))
    noise = torch.from_numpy(generator.normal(size=(800, 2)))
    true = data.log_prob(x.numpy()).mean()
    assert true - float(log_likelihood(field, process, x).log_prob.mean()) > before
    spread = spread_of(field, process.level(1 / steps), fitted, noise[:400])
    assert true - float(chain_bound(field, process, x, noise[400:], spread).mean()) == pytest.approx(0, abs=0.01)


def test_a_level_has_the_numbers_of_the_formula_of_the_path():
    level = Level(0.5, 0.8, 0.6, -1.0, 1.0)
    assert level.f == pytest.approx(-1 / 0.8) and level.g2 == pytest.approx(2 * 0.6 * (1 + 0.6 / 0.8))
