"""Every flow keeps one contract: a map, its inverse, its log-determinant, its path; and what each promises besides."""

import math

import numpy as np
import pytest
import torch
from safetensors.torch import load, save
from torch import nn
from torch.nn import functional as F

from playground.data.digits import DIGITS
from playground.learner import prepare
from playground.nn import MADE, initial
from playground.normalizing_flow.config import TITLES, NormalizingFlowConfig, plan
from playground.normalizing_flow.maps import convolutional
from playground.normalizing_flow.maps.continuous import Continuous, Velocity
from playground.normalizing_flow.maps.linear import Convolution1x1, rotation
from playground.normalizing_flow.maps.logit import bits, dequantised
from playground.normalizing_flow.maps.squeeze import Squeeze
from playground.normalizing_flow.model import Likelihood
from playground.optimisers import fresh

PLANE = {
    "planar": {"flow": "planar"}, "radial": {"flow": "radial"}, "nice": {"flow": "nice"},
    "nice without scaling": {"flow": "nice", "scaling": False}, "realnvp": {"flow": "realnvp"},
    "realnvp with actnorm": {"flow": "realnvp", "normalisation": "actnorm"},
    "realnvp with batchnorm": {"flow": "realnvp", "normalisation": "batchnorm", "activation": "silu"},
    "realnvp not alternating": {"flow": "realnvp", "alternate": False},
    "glow": {"flow": "glow"}, "glow, exchange": {"flow": "glow", "permutation": "fixed"},
    "glow, no mixing": {"flow": "glow", "permutation": "none"},
    "maf": {"flow": "maf"}, "iaf": {"flow": "iaf"}, "nsf": {"flow": "nsf"},
}
"""Flows of the plane whose two directions agree to the last digit."""
SOLVED = {"ffjord": {"flow": "ffjord", "ode_steps": 12}}
"""Here they agree up to the error of the solver."""
PICTURES = {f"digits, {flow}": {"flow": flow, "data": "digits"} for flow in ("nice", "realnvp", "glow", "maf")}
EVERY = PLANE | SOLVED | PICTURES
SMALL = {"layers": 4, "width": 16, "batch": 32}
KEEPS_VOLUME = ["nice without scaling"]

planes, exact, every = (pytest.mark.parametrize("name", names) for names in (
    PLANE | SOLVED, PLANE | PICTURES, EVERY))


def model(name: str, dtype=torch.float32, spread=None, **more) -> tuple[Likelihood, dict]:
    """A flow with random weights, far enough from where it begins that nothing is the identity."""
    likelihood = Likelihood(NormalizingFlowConfig().model_copy(update={**SMALL, **EVERY[name], **more}))
    random = torch.Generator().manual_seed(5)
    state = likelihood.beginning(data(likelihood, 64), random)
    spread = spread or (0.03 if likelihood.levels else 0.15)
    w = state["w"] + spread * torch.randn(state["w"].shape, generator=random)
    statistics = state["statistics"] + 0.3 * torch.rand(state["statistics"].shape, generator=random)
    state |= {"w": w, "average": w, "statistics": statistics}
    return likelihood, {key: value.to(dtype) for key, value in state.items()}


def data(likelihood: Likelihood, n: int) -> torch.Tensor:
    if likelihood.levels:
        return torch.from_numpy(DIGITS.sample(n, np.random.default_rng(1)))
    return noise(n, 2) * torch.tensor([1.5, 0.6]) + torch.tensor([0.5, -0.2])


def noise(n: int, dim: int, dtype=torch.float32) -> torch.Tensor:
    return torch.randn(n, dim, generator=torch.Generator().manual_seed(8), dtype=torch.float64).to(dtype)


def example(likelihood: Likelihood) -> tuple[dict, dict, dict]:
    state = likelihood.beginning(data(likelihood, 32), torch.Generator().manual_seed(5))
    settings = {name: torch.tensor(value) for name, value in
                {"lr": 1e-3, "clip": 1.0, "ema": 0.99, "noise": 0.1}.items()}
    x = data(likelihood, 32)
    return state, settings, {"x": x, "u": torch.full_like(x, 0.3), "blur": noise(32, x.shape[1])}


# ---- there and back, and the books of volumes -----------------------------------------------------


@exact
@pytest.mark.parametrize("dtype, tolerance", [(torch.float32, 1e-5), (torch.float64, 1e-10)])
def test_inverse(name, dtype, tolerance):
    likelihood, state = model(name, dtype)
    # Pictures begin at their pixels: near the border of the unit cube float32 cannot tell one noise from another.
    way = ("inverse", "forward") if likelihood.levels else ("forward", "inverse")
    with torch.no_grad():
        z = data(likelihood, 200).to(dtype) * 0.9 + 0.05 if likelihood.levels else noise(200, 2, dtype)
        x, there = likelihood.ask(state, way[0], z)
        again, back = likelihood.ask(state, way[1], x)
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
            errors.append((likelihood.ask(state, "inverse", likelihood.ask(state, "forward", z)[0])[0] - z).abs().max())
    assert errors[1] < errors[0] / 8 and errors[2] < errors[1] / 8 and errors[2] < 1e-3
    fine, state = model("ffjord", torch.float64, spread=0.3, ode_steps=64)
    adaptive, _ = model("ffjord", torch.float64, spread=0.3, solver="dopri5")
    with torch.no_grad():
        for one, other in zip(fine.ask(state, "forward", z), adaptive.ask(state, "forward", z), strict=True):
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
        _, log_det = likelihood.ask(state, direction, point[None])
        jacobian = torch.autograd.functional.jacobian(
            lambda p: likelihood.ask(state, direction, p[None])[0][0], point, vectorize=True, strategy="forward-mode")
        tolerance = 1e-5 if name == "ffjord" else 1e-9
        assert abs(torch.linalg.slogdet(jacobian).logabsdet - log_det[0]) < tolerance * likelihood.flow.dim


def test_additive_couplings_keep_volumes_exactly():
    likelihood, state = model("nice without scaling")
    for direction in ("forward", "inverse"):
        assert torch.equal(likelihood.ask(state, direction, noise(50, 2))[1], torch.zeros(50))
    scaled, state = model("nice")
    assert scaled.ask(state, "forward", noise(50, 2))[1].abs().min() > 0.01


@planes
def test_density_integrates_to_one(name):
    likelihood, state = model(name, spread=0.08)
    axis = torch.linspace(-11, 11, 221)
    with torch.no_grad():
        places = torch.cartesian_prod(axis, axis)
        mass = likelihood.ask(state, "log_prob", places).double().exp().sum() * (axis[1] - axis[0]) ** 2
    assert abs(mass - 1) < 1e-2


@every
def test_stations_are_the_chain(name):
    likelihood, state = model(name)
    z = noise(20, likelihood.flow.dim)
    stations = likelihood.ask(state, "stations", z)
    x, log_det = likelihood.ask(state, "forward", z)
    assert len(stations) == len(likelihood.flow.maps) + 1
    assert torch.equal(stations[0][0], z) and torch.equal(stations[0][1], torch.zeros(20))
    assert torch.equal(stations[-1][0], x) and torch.allclose(stations[-1][1], log_det)


# ---- the way between two stations ------------------------------------------------------------------


@planes
def test_paths_lead_from_one_station_to_the_next_without_folding(name):
    likelihood, state = model(name, torch.float64)
    stations = likelihood.ask(state, "stations", noise(40, 2, torch.float64))
    for link, ((z, _), (x, _)) in enumerate(zip(stations, stations[1:], strict=False)):
        way = [likelihood.ask(state, "path", z, link, share) for share in np.linspace(0, 1, 33)]
        assert torch.allclose(way[0], z, atol=1e-9)
        assert torch.allclose(way[-1], x, atol=1e-9 if name != "ffjord" else 1e-6)
        most = max((b - a).norm(dim=1).max() for a, b in zip(way, way[1:], strict=False))
        assert most <= 0.2 * max(1, sum((b - a).norm(dim=1).max() for a, b in zip(way, way[1:], strict=False)))
        for share in (0.25, 0.5, 0.75):
            jacobian = torch.autograd.functional.jacobian(
                lambda p, k=link, t=share: likelihood.ask(state, "path", p, k, t).sum(0), z[:5])  # (2, 5, 2)
            assert (torch.linalg.det(jacobian.transpose(0, 1)) > 0).all(), f"map {link} folds at {share}"


# ---- plans and states ----------------------------------------------------------------------------


@every
def test_the_plan_names_every_map(name):
    likelihood, _ = model(name)
    chain = plan(likelihood.config)
    assert len(chain) == len(likelihood.flow.maps)
    assert all(title in TITLES for title, _ in chain)
    assert [k for _, k in chain] == sorted(k for _, k in chain)


@every
def test_a_state_is_all_there_is(name):
    likelihood, state = model(name)
    x = data(likelihood, 10) * 0.9 + 0.05
    there = load(save({key: value.clone() for key, value in state.items()}))
    assert torch.equal(model(name)[0].ask(there, "log_prob", x), likelihood.ask(state, "log_prob", x))


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
    likelihood = Likelihood(NormalizingFlowConfig().model_copy(
        update={**SMALL, **EVERY[name], "layers": 2, "ode_steps": 2}))
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
    state |= fresh("adam", state["w"])
    _, scalars = prepare(likelihood.update, (state, settings, batch), "eager")(state, settings, batch)
    assert scalars["loss"] == pytest.approx(-likelihood.ask(state, "log_prob", batch["x"]).mean().item(), abs=1e-5)


def test_blur_is_added_to_the_data():
    likelihood, state = model("realnvp", noise=0.1)
    state |= fresh("adam", state["w"])
    _, settings, batch = example(likelihood)
    _, scalars = prepare(likelihood.update, (state, settings, batch), "eager")(state, settings, batch)
    blurred = batch["x"] + 0.1 * batch["blur"]
    assert scalars["loss"] == pytest.approx(-likelihood.ask(state, "log_prob", blurred).mean().item(), abs=1e-5)


# ---- what each promises --------------------------------------------------------------------------


def test_masks_that_do_not_alternate_leave_one_coordinate_alone():
    likelihood, state = model("realnvp not alternating")
    z = noise(50, 2)
    x, _ = likelihood.ask(state, "forward", z)
    moved = (x - z).abs().max(0).values
    assert moved[0] == 0 and moved[1] > 0.1


def test_actnorm_begins_with_the_first_batch_normalised():
    likelihood = Likelihood(NormalizingFlowConfig(flow="glow", permutation="none", layers=1))
    x = data(likelihood, 500)
    state = likelihood.beginning(x, torch.Generator().manual_seed(0))
    z, _ = likelihood.ask(state, "inverse", x)  # the coupling begins as the identity
    assert torch.allclose(z.mean(0), torch.zeros(2), atol=1e-5) and torch.allclose(z.std(0), torch.ones(2), atol=1e-4)


def test_batch_norm_learns_running_statistics_and_uses_them():
    likelihood = Likelihood(NormalizingFlowConfig(normalisation="batchnorm", layers=1, width=8))
    state, settings, batch = example(likelihood)
    settings["lr"] = torch.tensor(0.0)
    batch["x"] = data(likelihood, 500)
    program = prepare(likelihood.update, (state, settings, batch), "eager")
    for _ in range(120):
        state, scalars = program(state, settings, batch)
    mean, variance = state["statistics"].split(2)
    assert torch.allclose(mean, batch["x"].mean(0), atol=1e-4)
    assert torch.allclose(variance, batch["x"].var(0, correction=0), atol=1e-3)
    log_prob = likelihood.ask(state, "log_prob", batch["x"])
    assert abs(-log_prob.mean() - scalars["loss"]) < 1e-3  # now they are the batch's own


def test_convolutions_begin_as_rotations_and_turn():
    layer = Convolution1x1(4, 3)
    with torch.no_grad():
        for name, value in initial(layer, torch.Generator()).items():
            layer.get_parameter(name).copy_(value)
        assert np.allclose(layer.matrix().numpy(), rotation(4, 3), atol=1e-6)
        assert np.isclose(np.linalg.det(rotation(4, 3)), 1)
        z = noise(30, 4)
        for share in (0.2, 0.5, 0.9):  # a rotation keeps lengths on its whole way
            assert torch.allclose(layer.path(z, share).norm(dim=1), z.norm(dim=1), atol=1e-4)


def test_squeeze_is_pixel_unshuffle():
    x = torch.arange(2 * 3 * 4 * 6.0).view(2, 3, 4, 6)
    assert torch.equal(Squeeze((3, 4, 6)).inverse(x.view(2, -1))[0].view(2, 12, 2, 3), F.pixel_unshuffle(x, 2))


def test_networks_of_images_convolve():
    net = convolutional.ConvNet(2, 3, 8, 2, "silu")
    layers = net.net.layers
    nn.init.normal_(layers[2].weight)
    nn.init.zeros_(layers[2].bias)
    x = noise(5, 2 * 4 * 6).view(5, 2, 4, 6)
    h = F.silu(F.conv2d(x, layers[0].weight.view(8, 2, 3, 3), layers[0].bias, padding=1))
    h = F.silu(F.conv2d(h, layers[1].weight[:, :, None, None], layers[1].bias))
    last = layers[2].weight.view(3, 3, 3, 8).flip(1, 2).permute(0, 3, 1, 2)  # what is said to a neighbour
    assert torch.allclose(net(x), F.conv2d(h, last, padding=1), atol=1e-4)


def test_masks_of_images():
    board = convolutional.checkerboard((2, 4, 4), False)
    assert board.sum() == 16 and board[0, 0, 0] != board[0, 0, 1] == board[0, 1, 0] and (board[0] == board[1]).all()
    assert np.array_equal(board + convolutional.checkerboard((2, 4, 4), True), np.ones((2, 4, 4)))
    assert convolutional.channels((4, 2, 2), False)[:, 0, 0].tolist() == [1, 1, 0, 0]


def test_bits_count_levels():
    """A density that is 1 everywhere gives each of 17 levels the same chance: log2 17 bits."""
    assert bits(0.0, 64, 17) == pytest.approx(math.log2(17))
    x = torch.from_numpy(DIGITS.sample(50, np.random.default_rng(0)))
    spread = dequantised(x, torch.rand(x.shape, generator=torch.Generator().manual_seed(0)), 17)
    assert spread.min() >= 0 and spread.max() < 1
    assert torch.equal((spread * 17).floor() / 16, x)  # the levels can be read off again


def test_divergence_is_the_trace():
    velocity = Velocity(3, 8, 2).double()
    x, t = noise(4, 3, torch.float64), 0.4
    v, divergence = velocity(t, x)
    for i in range(4):
        jacobian = torch.autograd.functional.jacobian(lambda p: velocity(t, p[None])[0][0], x[i])
        assert torch.allclose(jacobian.trace(), divergence[i])
    still = Continuous(velocity, "rk4", 4)
    assert torch.equal(still.path(x, 0.0), x) and v.shape == x.shape


@pytest.mark.parametrize("dim, depth, rank", [(2, 1, None), (2, 2, [1, 0]), (5, 2, None), (5, 3, [3, 0, 4, 1, 2])])
def test_made_sees_what_comes_before_and_nothing_else(dim, depth, rank):
    made = MADE(dim, 2, 32, depth, "silu", rank)
    jacobian = torch.autograd.functional.jacobian(lambda p: made(p[None])[0].sum(1), noise(1, dim)[0])  # (out, in)
    place = np.arange(dim) if rank is None else np.array(rank)
    assert np.array_equal((jacobian != 0).numpy(), place[None, :] < place[:, None])
