"""The formulas of the lesson on flows, written out here in numpy as the page shows them, give the code's numbers.

The page's z_k is on the data's side of layer k, z_{k-1} on that of the noise; J = dz_k / dz_{k-1}.
"""

import math
from functools import partial

import numpy as np
import pytest
import torch

from playground.core.config import parse
from playground.families.normalizing_flow.config import NormalizingFlowConfig
from playground.families.normalizing_flow.formulas import FORMULAS
from playground.families.normalizing_flow.maps.actnorm import ActNorm
from playground.families.normalizing_flow.maps.coupling import Coupling, split_halves
from playground.families.normalizing_flow.maps.linear import Convolution1x1
from playground.families.normalizing_flow.maps.scaling import Scaling
from playground.families.normalizing_flow.model import build

DIM, N = 2, 40
DATA = torch.from_numpy(np.random.default_rng(3).normal(size=(N, DIM)) * 1.3)


def flow(name, **more):
    """A flow of the plane in double precision with random weights, none of them near where they begin."""
    config = parse(NormalizingFlowConfig, {"flow": name, "layers": 2, "width": 16, **more})
    chain = build(config).double()
    random = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for parameter in chain.parameters():
            parameter.copy_(0.6 * torch.randn(parameter.shape, generator=random, dtype=torch.float64))
    return chain


def layer(name, kind=None, **more):
    """The first map of a kind in such a flow."""
    return next(one for one in flow(name, **more).maps if kind is None or isinstance(one, kind))


def to_noise(one):
    """z_{k-1} and log|det J^-1| of the code at the data."""
    with torch.no_grad():
        z, log_det = one.inverse(DATA)
    return z.numpy(), log_det.numpy()


def jacobians(map_of, points):
    """Of the first of what a function of points gives, at each of them: (n, dim, dim)."""
    each = [torch.autograd.functional.jacobian(lambda x: map_of(x[None])[0][0], point) for point in points]
    return torch.stack(each).detach().numpy()


def says(name, *parts):
    assert all(part in FORMULAS[name].latex for part in parts), FORMULAS[name].latex


def test_planar():
    one = layer("planar")
    u, inner = (part.detach().numpy() for part in one.direction())
    w, b, z = one.w.detach().numpy(), one.b.item(), DATA.numpy()
    activation = np.tanh(z @ w + b)
    found, log_det = to_noise(one)
    assert found == pytest.approx(z + u * activation[:, None])
    assert log_det == pytest.approx(np.log(np.abs(1 + (u @ w) * (1 - activation**2))))
    assert u @ w >= -1 and float(inner) == pytest.approx(u @ w)
    says("planar", r"z_{k-1} &= z_k + u\,\tanh(w^\top z_k + b)", r"1 + u^\top w\,\bigl(1-\tanh^2(w^\top z_k+b)\bigr)")


def test_radial():
    one = layer("radial")
    alpha, beta = (part.item() for part in one.strength())
    centre, z = one.centre.detach().numpy(), DATA.numpy()
    r = np.linalg.norm(z - centre, axis=1)
    found, log_det = to_noise(one)
    assert found == pytest.approx(z + (beta / (alpha + r))[:, None] * (z - centre))
    assert log_det == pytest.approx(np.log(1 + beta / (alpha + r)) + np.log(1 + alpha * beta / (alpha + r) ** 2))
    says("radial", r"z_k + \frac{\beta}{\alpha + r}\,(z_k - c)", r"1+\tfrac{\alpha\beta}{(\alpha+r)^2}")


def halves(one, x):
    """The coordinate that stays and the one that moves, (n,) each; and what the network says of the first."""
    a, b = split_halves(x)
    a, b = (b, a) if one.flip else (a, b)
    with torch.no_grad():
        said = one.net(a).view(*a.shape, one.transform.count)
    return a.numpy(), b.numpy(), said.numpy()


@pytest.mark.parametrize("name", ["nice", "realnvp"])
def test_couplings_from_noise_to_data(name):
    one = layer(name, Coupling)
    a, b, said = halves(one, DATA)  # here as noise z_{k-1}
    t, s = said[..., 0], 4 * np.tanh(said[..., 1] / 4) if name == "realnvp" else np.zeros_like(said[..., 0])
    with torch.no_grad():
        x, log_det = one(DATA)
    a_after, b_after, _ = halves(one, x)
    assert (a_after == a).all()
    assert b_after == pytest.approx((b - t) * np.exp(-s))
    assert log_det.numpy() == pytest.approx(-s.sum(1))
    if name == "nice":
        says("nice", r"z_{k,b} &= z_{k-1,b} - t(z_{k-1,a})", r"\log|\det J| &= 0")
    else:
        says(
            "realnvp",
            r"\bigl(z_{k-1,b} - t(z_{k-1,a})\bigr)\odot e^{-s(z_{k-1,a})}",
            r"-\textstyle\sum_i s(z_{k-1,a})_i",
        )


def test_the_scaling_of_nice():
    """log|det J| = - sum s_i, where J is from noise to data."""
    one = layer("nice", Scaling)
    with torch.no_grad():
        x, log_det = one(DATA)
    s = one.log_scale.detach().numpy()
    assert x.numpy() == pytest.approx(DATA.numpy() * np.exp(-s)) and log_det.numpy() == pytest.approx(-s.sum())
    assert r"$\\log|\\det J| = -\\sum_i s_i$".replace("\\\\", "\\") in FORMULAS["nice"].text


def test_the_three_maps_of_glow():
    """From data to noise, as the page writes these."""
    x, norm = DATA.numpy(), layer("glow", ActNorm)
    s, b = norm.log_scale.detach().numpy(), norm.shift.detach().numpy()
    found, log_det = to_noise(norm)
    assert found == pytest.approx(np.exp(s) * x + b) and log_det == pytest.approx(s.sum())

    mix = layer("glow", Convolution1x1)
    with torch.no_grad():
        p, sign = mix._p.numpy().astype(float), mix._sign.numpy()
        lower = np.tril(mix.lower.numpy(), -1) + np.eye(DIM)
        diagonal = sign * np.exp(mix.log_s.numpy())
        matrix = p @ lower @ (np.triu(mix.upper.numpy(), 1) + np.diag(diagonal))
    found, log_det = to_noise(mix)
    assert found == pytest.approx(x @ matrix.T) and log_det == pytest.approx(np.log(np.abs(diagonal)).sum())
    assert log_det == pytest.approx(np.log(np.abs(np.linalg.det(matrix))))

    one = layer("glow", Coupling)
    a, b, said = halves(one, DATA)
    s = 4 * np.tanh(said[..., 1] / 4)
    found, log_det = to_noise(one)
    a_after, b_after, _ = halves(one, torch.from_numpy(found))
    assert (a_after == a).all() and b_after == pytest.approx(np.exp(s) * b + said[..., 0])
    assert log_det == pytest.approx(s.sum(1))
    says("glow", r"y = e^{s}\odot x + b", r"W = PL(U+\mathrm{diag}\,s)", r"y_b = e^{s(x_a)}\odot x_b + t(x_a)")


@pytest.mark.parametrize("name", ["maf", "iaf"])
def test_autoregressive_maps(name):
    """MAF from data to noise, IAF from noise to data; shift and scale of each coordinate depend on those before."""
    one = layer(name)
    with torch.no_grad():
        said = one.made(DATA).numpy()
        found, log_det = one.inverse(DATA) if name == "maf" else one(DATA)
        moved = one.made(torch.stack([DATA[:, 0], DATA[:, 1] + 1], 1)).numpy()
    t, s = said[..., 0], 4 * np.tanh(said[..., 1] / 4)
    assert found.numpy() == pytest.approx(DATA.numpy() * np.exp(s) + t)
    assert log_det.numpy() == pytest.approx(s.sum(1))
    assert (moved == said).all()  # neither coordinate depends on the last one
    left, right = ("z_{k-1,i} = z_{k,i}", "z_{k,<i}") if name == "maf" else ("z_{k,i} = z_{k-1,i}", "z_{k-1,<i}")
    says(name, rf"{left}\,e^{{s_i({right})}} + t_i({right})")


def test_neural_splines():
    """R is increasing, log R' its derivative, and the identity beyond the tail bound."""
    one = layer("nsf", tail=2.0)
    x = DATA * 1.5
    a, b, said = halves(one, x)
    with torch.no_grad():
        z, log_det = one.inverse(x)
    a_after, b_after, _ = halves(one, z)
    step = 1e-6
    with torch.no_grad():
        ahead, behind = (one.transform(torch.from_numpy(b + h), torch.from_numpy(said))[0] for h in (step, -step))
    slope = ((ahead - behind) / (2 * step)).numpy()
    inside = np.abs(b) < 2
    assert (a_after == a).all() and inside.any() and (~inside).any()
    assert log_det.numpy() == pytest.approx(np.log(slope).sum(1), abs=1e-4) and (slope > 0).all()
    assert b_after[~inside] == pytest.approx(b[~inside])
    says("nsf", r"z_{k-1,b} = R_{\theta(z_{k,a})}(z_{k,b})", r"\textstyle\sum_i\log R'_{\theta}(z_{k,b,i})")


def test_continuous_flows():
    """log p(x) = log p(z_0) - int tr dv/dz dt along dz/dt = v, by 80 steps of the midpoint rule."""
    one = flow("ffjord", solver="rk4", ode_steps=60)
    velocity = one.maps[0].velocity
    z, steps, trace = DATA[:6].clone(), 80, np.zeros(6)
    start = z.clone()
    for k in range(steps):
        with torch.no_grad():
            half = z + velocity(k / steps, z)[0] / (2 * steps)
        t = (k + 0.5) / steps
        jacobian = jacobians(partial(velocity, t), half)
        trace += np.trace(jacobian, axis1=1, axis2=2) / steps
        with torch.no_grad():
            z = z + velocity(t, half)[0] / steps
    log_p0 = -0.5 * (start.numpy() ** 2).sum(1) - math.log(2 * math.pi)
    with torch.no_grad():
        assert one.log_prob(z).numpy() == pytest.approx(log_p0 - trace, abs=2e-3)
    says("ffjord", r"\frac{dz}{dt} = v(z, t)", r"\log p(z_0) - \int_0^1 \operatorname{tr}")


@pytest.mark.parametrize("name", ["planar", "radial", "nice", "realnvp", "glow", "maf", "iaf", "nsf"])
def test_change_of_variables(name):
    """log p(x) = log p(z_0) - sum over layers of log|det dz_k / dz_{k-1}|, each determinant by autograd."""
    chain = flow(name)
    with torch.no_grad():
        z, _ = chain.inverse(DATA[:4])
    total, z0 = np.zeros(4), z.clone()
    for one in chain.maps:
        # of the inverse, as that of planar maps from noise to data is the root of an equation
        with torch.no_grad():
            ahead = one(z)[0]
        total -= np.log(np.abs(np.linalg.det(jacobians(one.inverse, ahead))))
        z = ahead
    log_p0 = -0.5 * (z0.numpy() ** 2).sum(1) - math.log(2 * math.pi)
    with torch.no_grad():
        assert chain.log_prob(DATA[:4]).numpy() == pytest.approx(log_p0 - total, abs=1e-6)


def test_nice_without_scaling_never_exceeds_the_noise():
    """The card's bound: p(x) = p(z_0) <= 1 / (2 pi), about 0.16."""
    with torch.no_grad():
        density = flow("nice", scaling=False).log_prob(DATA).exp().numpy()
    assert density.max() <= 1 / (2 * math.pi) < 0.1595
