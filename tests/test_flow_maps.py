"""Every flow keeps one contract: a map, its inverse, its log-determinant, its path."""

import math

import numpy as np
import pytest
import torch
from safetensors.torch import load, save
from support.flows import EVERY, IMAGES, PLANE, SMALL, SOLVED, data, example, model, noise

from playground.families.normalizing_flow.config import NormalizingFlowConfig
from playground.families.normalizing_flow.model import Likelihood
from playground.families.normalizing_flow.plan import MAP_TITLES, plan
from playground.training.learner import prepare
from playground.training.optimisers import init_moments

KEEPS_VOLUME = ["nice without scaling"]

planes, exact, every = (pytest.mark.parametrize("name", names) for names in (PLANE | SOLVED, PLANE | IMAGES, EVERY))


# ---- there and back, and the books of volumes -----------------------------------------------------


@exact
@pytest.mark.parametrize("dtype, tolerance", [(torch.float32, 1e-5), (torch.float64, 1e-10)])
def test_inverse(name, dtype, tolerance):
    likelihood, state = model(name, dtype)
    # Pictures begin at their pixels: near the border of the unit cube float32 cannot tell one noise from another.
    way = ("inverse", "forward") if likelihood.levels else ("forward", "inverse")
    with torch.no_grad():
        z = data(likelihood, 200).to(dtype) * 0.9 + 0.05 if likelihood.levels else noise(200, 2, dtype)
        x, there = likelihood.call(state, way[0], z)
        again, back = likelihood.call(state, way[1], x)
    assert x.dtype == dtype and there.shape == (200,)
    assert (x - z).abs().max() > 0.1
    assert (again - z).abs().max() < tolerance
    assert (there + back).abs().max() < 10 * tolerance * likelihood.flow.dim


def test_inverse_of_a_differential_equation_is_as_good_as_its_solver():
    """RK4's error falls by 2^4 when steps are halved; the adaptive solver keeps to its tolerance."""
    z, errors = noise(100, 2, torch.float64), []
    for steps in (2, 4, 8):
        likelihood, state = model("ffjord", torch.float64, spread=0.3, ode_steps=steps)
        with torch.no_grad():
            errors.append(
                (likelihood.call(state, "inverse", likelihood.call(state, "forward", z)[0])[0] - z).abs().max()
            )
    assert errors[1] < errors[0] / 8 and errors[2] < errors[1] / 8 and errors[2] < 1e-3
    fine, state = model("ffjord", torch.float64, spread=0.3, ode_steps=64)
    adaptive, _ = model("ffjord", torch.float64, spread=0.3, solver="dopri5")
    with torch.no_grad():
        for one, other in zip(fine.call(state, "forward", z), adaptive.call(state, "forward", z), strict=True):
            assert torch.allclose(one, other, atol=1e-4)


@every
@pytest.mark.parametrize("direction", ["forward", "inverse"])
@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*is deprecated:DeprecationWarning")  # torch's own forward mode
def test_log_determinant_is_the_jacobians(name, direction):
    likelihood, state = model(name, torch.float64)
    points = noise(3, likelihood.flow.dim, torch.float64)
    if likelihood.levels:  # one picture, of pixels in the unit cube
        points = points[:1] * 0.05 + 0.5
    for point in points:
        _, log_det = likelihood.call(state, direction, point[None])
        jacobian = torch.autograd.functional.jacobian(
            lambda p: likelihood.call(state, direction, p[None])[0][0], point, vectorize=True, strategy="forward-mode"
        )
        tolerance = 1e-5 if name == "ffjord" else 1e-9
        assert abs(torch.linalg.slogdet(jacobian).logabsdet - log_det[0]) < tolerance * likelihood.flow.dim


def test_additive_couplings_keep_volumes_exactly():
    likelihood, state = model("nice without scaling")
    for direction in ("forward", "inverse"):
        assert torch.equal(likelihood.call(state, direction, noise(50, 2))[1], torch.zeros(50))
    scaled, state = model("nice")
    assert scaled.call(state, "forward", noise(50, 2))[1].abs().min() > 0.01


@planes
def test_density_integrates_to_one(name):
    likelihood, state = model(name, spread=0.08)
    axis = torch.linspace(-11, 11, 111)
    with torch.no_grad():
        places = torch.cartesian_prod(axis, axis)
        mass = likelihood.call(state, "log_prob", places).double().exp().sum() * (axis[1] - axis[0]) ** 2
    assert abs(mass - 1) < 1e-2


@every
def test_intermediates_are_the_chain(name):
    likelihood, state = model(name)
    z = noise(20, likelihood.flow.dim)
    intermediates = likelihood.call(state, "intermediates", z)
    x, log_det = likelihood.call(state, "forward", z)
    assert len(intermediates) == len(likelihood.flow.maps) + 1
    assert torch.equal(intermediates[0][0], z) and torch.equal(intermediates[0][1], torch.zeros(20))
    assert torch.equal(intermediates[-1][0], x) and torch.allclose(intermediates[-1][1], log_det)


# ---- the way between two intermediates ------------------------------------------------------------------


@planes
def test_paths_lead_from_one_point_of_the_chain_to_the_next_without_folding(name):
    likelihood, state = model(name, torch.float64)
    intermediates = likelihood.call(state, "intermediates", noise(40, 2, torch.float64))
    for number, ((z, _), (x, _)) in enumerate(zip(intermediates, intermediates[1:], strict=False)):
        way = [likelihood.call(state, "path", z, number, fraction) for fraction in np.linspace(0, 1, 33)]
        assert torch.allclose(way[0], z, atol=1e-9)
        assert torch.allclose(way[-1], x, atol=1e-9 if name != "ffjord" else 1e-6)
        most = max((b - a).norm(dim=1).max() for a, b in zip(way, way[1:], strict=False))
        assert most <= 0.2 * max(1, sum((b - a).norm(dim=1).max() for a, b in zip(way, way[1:], strict=False)))
        for fraction in (0.25, 0.5, 0.75):
            jacobian = torch.autograd.functional.jacobian(
                lambda p, k=number, t=fraction: likelihood.call(state, "path", p, k, t).sum(0), z[:5]
            )  # (2, 5, 2)
            assert (torch.linalg.det(jacobian.transpose(0, 1)) > 0).all(), f"map {number} folds at {fraction}"


# ---- plans and states ----------------------------------------------------------------------------


@every
def test_the_plan_names_every_map(name):
    likelihood, _ = model(name)
    chain = plan(likelihood.config)
    assert len(chain) == len(likelihood.flow.maps)
    assert all(title in MAP_TITLES for title, _ in chain)
    assert [k for _, k in chain] == sorted(k for _, k in chain)


@every
def test_a_state_is_all_there_is(name):
    likelihood, state = model(name)
    x = data(likelihood, 10) * 0.9 + 0.05
    there = load(save({key: value.clone() for key, value in state.items()}))
    assert torch.equal(model(name)[0].call(there, "log_prob", x), likelihood.call(state, "log_prob", x))


@pytest.mark.parametrize("name", [*PLANE, "ffjord", "digits, glow"])
def test_traced_equals_eager(name):
    small = {"layers": 2, "width": 8, "ode_steps": 2, **({"noise": 0.1} if name == "realnvp" else {})}
    likelihood = Likelihood(NormalizingFlowConfig().model_copy(update={**SMALL, **EVERY[name], **small}))
    start, settings, batch = example(likelihood)
    ends = []
    for way in ("eager", "traced"):
        program, state = prepare(likelihood.update, (start, settings, batch), way), start
        for _ in range(4):
            state, scalars = program(state, settings, batch)
        ends.append((state, scalars))
    assert ends[0][1] == ends[1][1]
    assert all(torch.equal(ends[0][0][key], ends[1][0][key]) for key in start)


@pytest.mark.parametrize("name", [*PLANE, "ffjord", "digits, realnvp", "digits, maf"])
def test_updates_lower_the_loss(name):
    likelihood = Likelihood(
        NormalizingFlowConfig().model_copy(update={**SMALL, **EVERY[name], "layers": 2, "ode_steps": 2})
    )
    state, settings, batch = example(likelihood)
    program, losses = prepare(likelihood.update, (state, settings, batch), "eager"), []
    for _ in range(12):
        state, scalars = program(state, {**settings, "lr": torch.tensor(1e-2)}, batch)
        losses.append(scalars["loss"])
    assert losses[-1] < losses[0] and math.isfinite(losses[-1])


@pytest.mark.parametrize("name", ["nice", "glow", "maf", "ffjord"])
def test_the_loss_is_minus_the_mean_log_density(name):
    likelihood, state = model(name)
    _, settings, batch = example(likelihood)
    state |= init_moments("adam", state["w"])
    _, scalars = prepare(likelihood.update, (state, settings, batch), "eager")(state, settings, batch)
    assert scalars["loss"] == pytest.approx(-likelihood.call(state, "log_prob", batch["x"]).mean().item(), abs=1e-5)


def test_blur_is_added_to_the_data():
    likelihood, state = model("realnvp", noise=0.1)
    state |= init_moments("adam", state["w"])
    _, settings, batch = example(likelihood)
    _, scalars = prepare(likelihood.update, (state, settings, batch), "eager")(state, settings, batch)
    blurred = batch["x"] + 0.1 * batch["blur"]
    assert scalars["loss"] == pytest.approx(-likelihood.call(state, "log_prob", blurred).mean().item(), abs=1e-5)


# ---- what each promises --------------------------------------------------------------------------
