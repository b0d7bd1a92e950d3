"""Our weights in the layers of zuko, nflows and normflows: the same densities."""

import nflows.transforms as nf
import nflows.transforms.splines.rational_quadratic as nf_spline
import normflows
import pytest
import torch
import zuko
from nflows.distributions import StandardNormal
from nflows.flows import Flow as NfFlow
from torch import nn
from torch.nn import functional as F

from playground.families.normalizing_flow.maps.actnorm import ActNorm
from playground.families.normalizing_flow.maps.autoregressive import IAF, MAF
from playground.families.normalizing_flow.maps.batchnorm import BatchNorm
from playground.families.normalizing_flow.maps.coupling import Coupling
from playground.families.normalizing_flow.maps.monotone import Additive, Affine, soft_bound
from playground.families.normalizing_flow.maps.planar import Planar
from playground.families.normalizing_flow.maps.radial import Radial
from playground.families.normalizing_flow.maps.spline import Spline
from playground.families.normalizing_flow.model import Flow, standard_normal_log_prob
from playground.training.networks import MADE, MLP

TOLERANCE = 1e-4


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(11)


def points(n=400, dim=2):
    return torch.randn(n, dim) * 1.5


def random(module: nn.Module, spread=0.4) -> nn.Module:
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape) * spread)
    return module


def carry(ours: MLP, theirs) -> None:
    """Our weights into their linear layers, in order."""
    linear = [layer for layer in theirs if isinstance(layer, nn.Linear | zuko.nn.Linear)]
    with torch.no_grad():
        for mine, other in zip(ours.layers, linear, strict=True):
            other.weight.copy_(mine.weight)
            other.bias.copy_(mine.bias)


def agree(ours, theirs, tolerance=TOLERANCE):
    """Noise and log-determinant, both (n, ...)."""
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.shape == other.shape
        assert (mine - other).abs().max() < tolerance


class ForNflows(nn.Module):
    """One of our networks where nflows calls it with a context."""

    def __init__(self, net: nn.Module):
        super().__init__()
        self.net = net

    def forward(self, x, context=None):
        return self.net(x)


def in_nflows(ours: Coupling) -> nf.Transform:
    kind = {Affine: nf.AffineCouplingTransform, Additive: nf.AdditiveCouplingTransform}[type(ours.transform)]
    return kind([1, 0] if ours.flip else [0, 1], lambda inputs, outputs: ForNflows(ours.net))


def log_sigmoid_scale(u):
    """The log of the scale of nflows, sigmoid(u + 2) + 1e-3, at most about 1."""
    return (torch.sigmoid(u + 2) + 1e-3).log()


@pytest.mark.parametrize("flip", [False, True])
def test_affine_coupling_equals_nflows(flip):
    ours = random(Coupling(MLP(1, 2, 16, 2, "relu"), Affine(log_sigmoid_scale), flip))
    theirs, x = in_nflows(ours), points()
    agree(ours.inverse(x), theirs(x), 1e-6)
    agree(ours(x), theirs.inverse(x), 1e-5)


def test_additive_coupling_equals_nflows():
    ours = random(Coupling(MLP(1, 1, 16, 2, "tanh"), Additive(), False))
    agree(ours.inverse(x := points()), in_nflows(ours)(x), 1e-6)


def test_affine_couplings_equal_zuko():
    """A chain of four: zuko's RealNVP, whose layers alternate as ours do."""
    theirs = zuko.flows.RealNVP(2, transforms=4, hidden_features=(16, 16), randmask=False)
    links = [random(Coupling(MLP(1, 2, 16, 2, "relu"), Affine(soft_bound), flip), 0.25) for flip in (False, True) * 2]
    for link, other in zip(links, theirs.transform.transforms, strict=True):
        assert other.mask.tolist() == ([False, True] if link.flip else [True, False])  # who stays
        carry(link.net, other.hyper)
    ours, x = Flow(links[::-1], 2), points()
    assert (ours.log_prob(x) - theirs().log_prob(x)).abs().max() < TOLERANCE


def test_affine_coupling_equals_normflows():
    """Theirs runs from noise to data, so it is our inverse; its factor is exp(u), ours here the same."""
    net = random(MLP(1, 2, 16, 2, "relu"), 0.3)
    ours = Coupling(net, Affine(lambda u: u), False)
    theirs = normflows.flows.AffineCouplingBlock(net)
    agree(ours.inverse(x := points()), theirs(x), 1e-5)


def test_planar_equals_normflows():
    ours = random(Planar(2), 1.0)
    theirs = normflows.flows.Planar((2,), u=ours.u.detach()[None], w=ours.w.detach()[None], b=ours.b.detach())
    agree(ours.inverse(x := points()), theirs(x), 1e-5)


def test_radial_equals_normflows():
    ours = random(Radial(3), 0.7)
    theirs = normflows.flows.Radial((3,), z_0=ours.centre.detach()[None])
    with torch.no_grad():
        theirs.alpha.copy_(ours.log_alpha.exp())
        theirs.beta.copy_(ours.beta)
    agree(ours.inverse(x := points(dim=3)), theirs(x), 1e-5)


def test_spline_equals_zuko():
    spline, parameters = Spline(8, 3.0), torch.randn(400, 2, 23, dtype=torch.float64) * 2
    theirs = zuko.transforms.MonotonicRQSTransform(*parameters.split((8, 8, 7), 2), bound=3.0)
    y, slope = theirs.call_and_ladj(x := points().double())
    assert (x.abs() > 3).any() and (x.abs() < 3).any()
    agree(spline(x, parameters), (y, slope.sum(1)))
    agree(spline.inverse(y, parameters), (theirs.inv(y), -slope.sum(1)))


def test_spline_equals_nflows():
    """Theirs takes slopes through a softplus, so ours go there through its inverse."""
    spline, parameters = Spline(6, 3.0), torch.randn(300, 1, 17)
    sizes, slopes = parameters.squeeze(1).split((12, 5), 1)
    sizes = sizes / (1 + (2 * sizes / torch.tensor(1e-3).log()).abs())
    slopes = torch.expm1(F.pad(soft_bound(slopes), (1, 1)).exp()).log()
    x = torch.rand(300) * 6 - 3
    y, slope = nf_spline.rational_quadratic_spline(
        x,
        *sizes.split(6, 1),
        slopes,
        left=-3,
        right=3,
        bottom=-3,
        top=3,
        min_bin_width=0,
        min_bin_height=0,
        min_derivative=0,
    )
    agree(spline(x[:, None], parameters), (y[:, None], slope))


def test_spline_couplings_equal_zuko():
    theirs = zuko.flows.NSF(2, bins=5, transforms=2, passes=2, hidden_features=(16, 16))
    links = [random(Coupling(MLP(1, 14, 16, 2, "relu"), Spline(5, 5.0), flip), 0.3) for flip in (False, True)]
    # In zuko a coupling is an autoregressive map of two passes; its network also makes the parameters of the number
    # that stays, of nothing but biases. Those are 0 here: the identity.
    for link, other in zip(links, theirs.transform.transforms, strict=True):
        here, there = (0, 1) if not link.flip else (1, 0)
        assert other.order[here] < other.order[there]
        first, second, last = (layer for layer in other.hyper if isinstance(layer, nn.Linear))
        with torch.no_grad():
            first.weight.zero_()[:, here] = link.net.layers[0].weight[:, 0]
            last.weight.zero_()[14 * there : 14 * there + 14] = link.net.layers[2].weight
            last.bias.zero_()[14 * there : 14 * there + 14] = link.net.layers[2].bias
            second.weight.copy_(link.net.layers[1].weight)
            for layer, mine in ((first, link.net.layers[0]), (second, link.net.layers[1])):
                layer.bias.copy_(mine.bias)
    ours, x = Flow(links[::-1], 2), points()
    assert (ours.log_prob(x) - theirs().log_prob(x)).abs().max() < TOLERANCE


@pytest.mark.parametrize("kind", [MAF, IAF])
@pytest.mark.parametrize("dim", [2, 5])
def test_autoregressive_equals_nflows(kind, dim):
    """Theirs makes (factor, shift) of each number where ours makes (shift, factor), and the factor by a softplus."""
    made = random(MADE(dim, 2, 24, 2, "relu"), 0.3)
    ours = kind(made, Affine(lambda u: (F.softplus(u) + 1e-3).log()))
    theirs = nf.MaskedAffineAutoregressiveTransform(dim, 24, num_blocks=1, use_residual_blocks=False)
    net = theirs.autoregressive_net
    carry(made.net, [net.initial_layer, net.blocks[0].linear, net.final_layer])
    with torch.no_grad():
        swap = torch.arange(2 * dim).view(dim, 2).flip(1).flatten()
        net.final_layer.weight.copy_(made.net.layers[-1].weight[swap])
        net.final_layer.bias.copy_(made.net.layers[-1].bias[swap])
    x = points(dim=dim)
    agree(ours.inverse(x) if kind is MAF else ours(x), theirs(x))
    agree(ours(x) if kind is MAF else ours.inverse(x), theirs.inverse(x), 1e-3)


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]])
def test_maf_equals_zuko(order):
    """Zuko orders its hidden units otherwise, so its masks are opened and our masked weights put in."""
    made = random(MADE(3, 2, 16, 2, "relu", order), 0.4)
    theirs = zuko.flows.MaskedAutoregressiveTransform(3, order=torch.tensor(order), hidden_features=(16, 16))
    for mine, mask, other in zip(made.net.layers, made.masks, [*theirs.hyper][::2], strict=True):
        other.mask.fill_(True)
        with torch.no_grad():
            other.weight.copy_(mine.weight * mask)
            other.bias.copy_(mine.bias)
    ours, x = MAF(made, Affine(soft_bound)), points(dim=3)
    z, log_det = theirs().call_and_ladj(x)
    agree(ours.inverse(x), (z, log_det))
    agree((ours(z)[0],), (theirs().inv(z),), 1e-3)


def test_actnorm_equals_nflows():
    ours, theirs = ActNorm(3), nf.ActNorm(3)
    x = points(dim=3) * 2 + 1
    theirs.train()
    agree_with = theirs(x)  # sets itself by the batch
    with torch.no_grad():
        for name, value in ours.init_from_batch(x).items():
            ours.get_parameter(name).copy_(value)
    agree(ours.inverse(x), agree_with)


def test_batch_norm_equals_nflows():
    """With running statistics; its factor is softplus(u) + eps."""
    ours, theirs = random(BatchNorm(2)), nf.BatchNorm(2)
    with torch.no_grad():
        theirs.unconstrained_weight.copy_((ours.gamma.exp() - theirs.eps).expm1().log())
        theirs.bias.copy_(ours.beta)
        for mine, other, value in (
            (ours.mean, theirs.running_mean, [0.5, -1.0]),
            (ours.variance, theirs.running_var, [2.0, 0.3]),
        ):
            mine.copy_(torch.tensor(value))
            other.copy_(mine)
    theirs.eval()
    agree(ours.inverse(x := points()), theirs(x))
    agree(ours(x), theirs.inverse(x))
    _, _, statistics = ours.training_inverse(x)
    theirs.train()
    theirs(x)
    assert torch.allclose(statistics["mean"], theirs.running_mean, atol=1e-6)
    assert torch.allclose(statistics["variance"], theirs.running_var, rtol=1e-2)  # it divides by n - 1


def test_whole_chain_equals_nflows():
    """log p(x) of a RealNVP, Gaussian and all."""
    links = [
        random(Coupling(MLP(1, 2, 16, 2, "relu"), Affine(log_sigmoid_scale), flip)) for flip in (False, True, False)
    ]
    theirs = NfFlow(nf.CompositeTransform([in_nflows(link) for link in links]), StandardNormal([2]))
    x = points()
    assert (Flow(links[::-1], 2).log_prob(x) - theirs.log_prob(x)).abs().max() < TOLERANCE
    assert torch.allclose(standard_normal_log_prob(x), StandardNormal([2]).log_prob(x), atol=1e-5)


def test_zukos_nice_is_affine():
    """A trap: its name promises additive couplings, its default is not. Nothing here compares NICE with it."""
    chain = zuko.flows.NICE(2)()
    log_det = chain.transform.call_and_ladj(points())[1]
    assert log_det.abs().max() > 0
