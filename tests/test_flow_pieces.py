"""What single maps of flows promise besides the contract: masks, norms, turns, squares, bits, divergence, MADE."""

import math

import numpy as np
import pytest
import torch
from support.flows import data, example, model, noise
from torch import nn
from torch.nn import functional as F

from playground.data.images.digits import DIGITS
from playground.families.normalizing_flow.config import NormalizingFlowConfig
from playground.families.normalizing_flow.maps import convolutional
from playground.families.normalizing_flow.maps.continuous import Continuous, Velocity
from playground.families.normalizing_flow.maps.linear import Convolution1x1, rotation
from playground.families.normalizing_flow.maps.logit import bits_per_dim, dequantise
from playground.families.normalizing_flow.maps.squeeze import Squeeze
from playground.families.normalizing_flow.model import Likelihood
from playground.training.learner import prepare
from playground.training.networks import MADE, initial


def test_masks_that_do_not_alternate_leave_one_coordinate_alone():
    likelihood, state = model("realnvp not alternating")
    z = noise(50, 2)
    x, _ = likelihood.call(state, "forward", z)
    moved = (x - z).abs().max(0).values
    assert moved[0] == 0 and moved[1] > 0.1


def test_actnorm_begins_with_the_first_batch_normalised():
    likelihood = Likelihood(NormalizingFlowConfig(flow="glow", permutation="none", layers=1))
    x = data(likelihood, 500)
    state = likelihood.init_state({"x": x}, torch.Generator().manual_seed(0))
    z, _ = likelihood.call(state, "inverse", x)  # the coupling begins as the identity
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
    log_prob = likelihood.call(state, "log_prob", batch["x"])
    assert abs(-log_prob.mean() - scalars["loss"]) < 1e-3  # now they are the batch's own


def test_convolutions_begin_as_rotations_and_turn():
    layer = Convolution1x1(4, 3)
    with torch.no_grad():
        for name, value in initial(layer, torch.Generator()).items():
            layer.get_parameter(name).copy_(value)
        assert np.allclose(layer.matrix().numpy(), rotation(4, 3), atol=1e-6)
        assert np.isclose(np.linalg.det(rotation(4, 3)), 1)
        z = noise(30, 4)
        for fraction in (0.2, 0.5, 0.9):  # a rotation keeps lengths on its whole way
            assert torch.allclose(layer.path(z, fraction).norm(dim=1), z.norm(dim=1), atol=1e-4)


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
    """A density that is 1 everywhere gives each of 17 levels the same probability: log2 17 bits."""
    assert bits_per_dim(0.0, 64, 17) == pytest.approx(math.log2(17))
    x = torch.from_numpy(DIGITS.sample(50, np.random.default_rng(0)))
    spread = dequantise(x, torch.rand(x.shape, generator=torch.Generator().manual_seed(0)), 17)
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
