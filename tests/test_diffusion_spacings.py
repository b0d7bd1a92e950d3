"""Spacings of sampling times: Karras' against its formula, all of them on every process."""

import numpy as np
import pytest
import torch

from playground.data.plane import distributions
from playground.families.diffusion.catalogue import CATALOGUE, fits
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.optimal_denoiser import closed_form
from playground.families.diffusion.processes import PROCESSES, VE, VP, Discrete, Linear, SubVP, Trigonometric
from playground.families.diffusion.samplers import sample, times
from playground.families.diffusion.spacings import SIGMA_MAX, SPACINGS


def sigmas(process, at: list[float]) -> np.ndarray:
    return np.array([level.s / level.a for level in process.levels(at)])


def formula(steps: int, highest: float, lowest: float, rho: float = 7.0) -> np.ndarray:
    """Karras et al. 2022, equation 5."""
    i = np.arange(steps)
    return (highest ** (1 / rho) + i / (steps - 1) * (lowest ** (1 / rho) - highest ** (1 / rho))) ** rho


@pytest.mark.parametrize("process", [VP(), SubVP(), VE()], ids=str)
@pytest.mark.parametrize("steps", [2, 10, 50])
def test_karras_times_have_the_noise_of_the_formula(process, steps):
    """sigma = s / a from that of time 1 to that of the earliest training time, and then 0. Sigma is known to 1e-10 of
    time, by bisection: relative to its smallest value, 1e-4."""
    at = process.times(steps, "karras")
    lowest, highest = sigmas(process, list(process.span))
    assert at[0] == 1 and at[-1] == 0 and len(at) == steps + 1
    np.testing.assert_allclose(sigmas(process, at[:-1]), formula(steps, highest, lowest), rtol=1e-4)


@pytest.mark.parametrize("process", [Linear(), Trigonometric()], ids=str)
def test_karras_begins_at_pure_noise_also_where_its_sigma_is_infinite(process):
    at = process.times(20, "karras")
    (lowest,) = sigmas(process, [process.span[0]])
    assert at[0] == 1 and at[-1] == 0
    np.testing.assert_allclose(sigmas(process, at[1:-1]), formula(20, SIGMA_MAX, lowest)[1:], rtol=1e-6)


def test_karras_on_a_chain_takes_the_nearest_of_its_steps():
    chain, at = Discrete(), np.array(Discrete().times(15, "karras"))
    lowest, highest = sigmas(chain, list(chain.span))
    exact = chain.times_at(formula(15, highest, lowest))
    assert np.allclose(at * 1000, np.round(at * 1000))
    assert np.abs(at[:-1] - exact).max() < 0.002  # the last few are moved apart by a step or two


def test_a_sampler_that_looks_at_its_end_ends_at_the_earliest_training_time():
    at = times("rk4", VP(), 10, "karras")
    lowest, highest = sigmas(VP(), list(VP().span))
    assert at[-1] == VP().span[0]
    np.testing.assert_allclose(sigmas(VP(), at), formula(11, highest, lowest), rtol=1e-4)


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("kind", PROCESSES)
def test_every_spacing_falls_from_noise_to_data_on_every_process(spacing, kind):
    process = PROCESSES[kind]()
    for steps in (1, 2, 7, 100):
        at = process.times(steps, spacing)
        assert at[0] == 1 and at[-1] == 0 and len(at) == steps + 1 and (np.diff(at) < 0).all()


@pytest.mark.parametrize("spacing", SPACINGS)
def test_every_sampler_that_takes_a_spacing_arrives_with_it(spacing):
    data = distributions.get("8gaussians")
    field = closed_form(data, torch.float64)
    noise = torch.randn(200, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for name, entry in CATALOGUE.items():
        if fits(name, "vp") and (spacing == "uniform" or not entry.even_steps):
            assert DiffusionConfig(process="vp", sampler=name, spacing=spacing).spacing == spacing
            generator = torch.Generator().manual_seed(0)
            *_, last = sample(name, field, VP(), noise, entry.steps(60), generator, spacing=spacing)
            off = -field.log_prob(last.x, VP().level(0.0)).mean() - data.entropy
            assert abs(off) < (6 if name == "predictor_corrector" else 1), name
