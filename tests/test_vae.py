"""The maths of variational autoencoders: laws, bounds, the linear case, held to closed forms."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from torch.func import functional_call

from playground.families.vae import bounds
from playground.families.vae.config import VaeConfig
from playground.families.vae.critic import fit, held_out_scores
from playground.families.vae.experiment import VaeExperiment
from playground.families.vae.likelihoods import LIKELIHOODS, STEP
from playground.families.vae.model import Bound, build, kl
from playground.training.networks import initial

LEVELS = torch.linspace(0, 1, 17, dtype=torch.float64)


def model(seed: int = 0, stretch: float = 1.5, **settings):
    """A model with fresh weights; those of the decoder are larger than usual, so that its code matters."""
    vae = build(VaeConfig(**settings)).double().requires_grad_(False)
    for name, value in initial(vae, torch.Generator().manual_seed(seed)).items():
        vae.get_parameter(name).copy_(stretch * value if value.ndim and name.startswith("decoder") else value)
    vae.decoder.sigma.fill_(0.4)
    return vae


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


# ---- laws ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("place, scale", [(0.5, 0.1), (-0.3, 0.05), (1.4, 2.0), (0.03, 0.004), (0.9, 40.0)])
def test_the_logistic_sums_to_1_over_its_17_levels(place, scale):
    there, wide = torch.tensor(place).double(), torch.tensor(scale).double()
    total = LIKELIHOODS["logistic"].log_prob(LEVELS, there, wide).exp().sum()
    assert abs(float(total) - 1) < 1e-12
    single = LIKELIHOODS["logistic"].log_prob(LEVELS.float(), there.float(), wide.float())
    assert torch.isfinite(single).all()


def test_the_gaussian_is_torchs():
    x, place, scale = normal(50, 3), normal(50, 3, seed=1), normal(50, 3, seed=2).exp()
    truth = torch.distributions.Normal(place, scale).log_prob(x)
    assert torch.allclose(LIKELIHOODS["gaussian"].log_prob(x, place, scale), truth, atol=1e-12)


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_pairs_are_every_x_at_every_place(name):
    law, x = LIKELIHOODS[name], LEVELS[torch.randint(17, (20, 4), generator=torch.Generator().manual_seed(0))]
    x = (x > 0.5).double() if name == "bernoulli" else x
    place = normal(7, 4)
    for scale in (normal(7, 4, seed=1).exp(), torch.tensor(0.3).double()):
        wide = scale.unsqueeze(0) if scale.ndim else scale
        slow = law.log_prob(x.unsqueeze(1), place.unsqueeze(0), wide).sum(-1)
        assert torch.allclose(law.pairs(x, place, scale), slow, atol=1e-10)


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_draws_follow_the_law(name):
    """Even numbers through the quantiles: shares of levels, or mean and spread, to the fineness of the numbers."""
    law, u = LIKELIHOODS[name], (torch.arange(20000, dtype=torch.float64) + 0.5) / 20000
    place, scale = torch.tensor(0.4).double(), torch.tensor(0.2).double()
    x = law.draw(place, scale, u)
    if name == "gaussian":
        assert abs(float(x.mean()) - 0.4) < 1e-4 and abs(float(x.std()) - 0.2) < 1e-3
    elif name == "bernoulli":
        assert abs(float(x.mean()) - float(law.log_prob(torch.ones(1).double(), place, scale).exp())) < 1e-4
    else:
        shares = torch.stack([(x - level).abs().lt(STEP / 2).double().mean() for level in LEVELS])
        assert torch.allclose(shares, law.log_prob(LEVELS, place, scale).exp(), atol=1e-3)


# ---- the KL --------------------------------------------------------------------------------------


def test_the_kl_is_torchs_and_its_slopes_are_the_closed_form():
    mean, log_std = normal(30, 4).requires_grad_(), (0.5 * normal(30, 4, seed=1)).requires_grad_()
    unit = torch.distributions.Normal(torch.zeros(30, 4).double(), 1.0)
    truth = torch.distributions.kl_divergence(torch.distributions.Normal(mean, log_std.exp()), unit)
    rate = kl(mean, log_std)
    assert torch.allclose(rate, truth, atol=1e-12)
    by_mean, by_log_std = torch.autograd.grad(rate.sum(), (mean, log_std))
    assert torch.allclose(by_mean, mean) and torch.allclose(by_log_std, (2 * log_std).exp() - 1)


def test_the_reparameterised_kl_has_the_same_gradient():
    """E[log q(z) - log p(z)] at z = mean + std eps, by its draws. 5 standard errors: one false alarm in a million."""
    mean, log_std = torch.tensor([0.7, -1.2]).double(), torch.tensor([-0.4, 0.3]).double()
    eps = normal(200_000, 2)

    def drawn(m, s, e):
        z = m + s.exp() * e
        return (0.5 * z.square() - 0.5 * e.square() - s).sum()

    slopes = torch.func.vmap(torch.func.grad(drawn, argnums=(0, 1)), in_dims=(None, None, 0))(mean, log_std, eps)
    for gradient, truth in zip(slopes, (mean, (2 * log_std).exp() - 1), strict=True):
        error = gradient.std(0) / math.sqrt(len(eps))
        assert ((gradient.mean(0) - truth).abs() < 5 * error).all()


# ---- bounds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("latent", [1, 2])
@pytest.mark.parametrize("noise", ["one", "own", "fixed"])
def test_the_bounds_stand_in_their_order_below_the_exact_value(latent, noise):
    """-ELBO >= -IWAE-50 >= -IWAE-1000 >= exact. The first two gaps are many times their standard error; the last one is
    nearly 0, and may be missed by its own (4 of it: one false alarm in 30,000)."""
    vae, x = model(latent=latent, noise=noise, stretch=2.0), 1.5 * normal(100, 2, seed=3)
    random = torch.Generator().manual_seed(1)
    exact = bounds.exact(vae, x, 2001 if latent == 1 else 161)
    elbo = bounds.elbo(vae, x, normal(50, 100, latent, seed=4))
    iwae50 = torch.stack([bounds.iwae(vae, x, 50, random) for _ in range(4)]).mean(0)
    iwae1000 = bounds.iwae(vae, x, 1000, random)
    assert -elbo.mean() > -iwae50.mean() > -iwae1000.mean()
    missed = iwae1000 - exact
    assert missed.mean() < 4 * missed.std() / math.sqrt(len(x))
    assert -elbo.mean() > -exact.mean() + 0.01


def test_importance_sampling_with_5000_codes_is_quadrature():
    """On the model's own samples. Measured .021."""
    vae = model(latent=2, stretch=2.0)
    x = vae.generate(normal(60, 2, seed=3), torch.special.ndtr(normal(60, 2, seed=4)))
    far = bounds.iwae(vae, x, 5000, torch.Generator().manual_seed(1)) - bounds.exact(vae, x, 201)
    assert far.abs().mean() < 0.04


def test_quadrature_is_scipys():
    vae, x = model(latent=1, stretch=2.0, activation="tanh", width=16), normal(2, 2)

    def joint(z, row):
        code = torch.tensor([[z]]).double()
        return float((vae.log_likelihood(row, code) - 0.5 * code.square().sum() - 0.5 * math.log(2 * math.pi)).exp())

    for row, found in zip(x, bounds.exact(vae, x, 2001), strict=True):
        whole, _ = quad(joint, -8, 8, args=(row[None],), limit=200, epsabs=1e-12)
        assert math.log(whole) == pytest.approx(float(found), abs=1e-5)


def test_a_strong_decoder_sees_only_what_comes_before():
    vae = model(data="digits", likelihood="bernoulli", strong=True, latent=3, width=80, depth=2)
    x, z = (normal(1, 64) > 0).double(), normal(1, 3)
    gradient = torch.autograd.functional.jacobian(lambda pixels: vae.decoder(z, pixels)[0][0], x)[:, 0]  # (64, 64)
    assert torch.equal(gradient, gradient.tril(-1)) and gradient.abs().sum() > 1
    by_code = torch.autograd.functional.jacobian(lambda code: vae.decoder(code, x)[0][0], z)[:, 0]
    assert (by_code.abs().sum(1) > 0).all()  # the first pixel too


# ---- the linear case -----------------------------------------------------------------------------


def ppca(pca: PCA):
    """The linear autoencoder that is probabilistic PCA: decoder W, spread s, and the exact posterior, which is diagonal
    as the columns of W are orthogonal (Tipping and Bishop 1999)."""
    vae = build(VaeConfig(data="digits", depth=0, latent=8, noise="one")).double().requires_grad_(False)
    square = pca.noise_variance_
    weight = pca.components_.T * np.sqrt(pca.explained_variance_ - square)  # (64, 8)
    gain = weight.T / (weight**2).sum(0)[:, None] * (1 - square / pca.explained_variance_)[:, None]  # (8, 64)
    spread = 0.5 * np.log(square / pca.explained_variance_)
    encoder, decoder = vae.encoder.net.layers[0], vae.decoder.net.layers[0]
    encoder.weight.copy_(torch.from_numpy(np.concatenate([gain, np.zeros_like(gain)])))
    encoder.bias.copy_(torch.from_numpy(np.concatenate([-gain @ pca.mean_, spread])))
    decoder.weight.copy_(torch.from_numpy(weight))
    decoder.bias.copy_(torch.from_numpy(pca.mean_))
    scale = math.sqrt(square) - vae.decoder.spread.minimum
    vae.decoder.spread.raw.fill_(math.log(math.expm1(scale)) - math.log(math.expm1(0.5)))
    return vae


@pytest.fixture(scope="module")
def digits():
    return load_digits().data / 16


def test_the_linear_case_is_probabilistic_pca(digits):
    """The figure of targets.md: 14.2098 nats with eight components."""
    pca = PCA(8).fit(digits)
    assert pca.score(digits) == pytest.approx(14.2098, abs=1e-4)
    vae, x = ppca(pca), torch.from_numpy(digits)
    analytic = bounds.linear(vae, x)
    assert float(analytic.mean()) == pytest.approx(14.2098, abs=1e-2)
    assert np.abs(analytic.numpy() - pca.score_samples(digits)).max() < 1e-2  # of every picture: no gap is left
    drawn = bounds.elbo(vae, x, normal(20, len(x), 8))
    assert float(drawn.mean()) == pytest.approx(14.2098, abs=0.1)


def test_with_the_exact_posterior_every_code_gives_log_p(digits):
    pca = PCA(8).fit(digits)
    log_w, *_ = ppca(pca).log_weights(torch.from_numpy(digits[:50]), normal(7, 50, 8))
    assert np.abs(log_w.numpy() - pca.score_samples(digits[:50])).max() < 1e-2


# ---- one update ----------------------------------------------------------------------------------


def step(settings: dict, **live):
    """State and scalars after one step."""
    config = VaeConfig(execution="eager", **settings)
    bound = Bound(config)
    state = bound.init_state({}, torch.Generator().manual_seed(0))
    values = {name: torch.tensor(float(live.get(name, getattr(config, name)))) for name in VaeExperiment.TENSORS}
    batch = {"x": normal(64, 2).float(), "eps": normal(64 * config.samples, config.latent, seed=1).float()}
    after, scalars = bound.update(state, values, batch)
    return bound, state, after, {name: value.detach() for name, value in scalars.items()}, batch


def test_a_step_goes_down_minus_the_elbo():
    bound, before, after, scalars, batch = step({"optimiser": "sgd", "lr": 1e-3})
    assert scalars["loss"] == scalars["bound"] == scalars["reconstruction"] + scalars["kl"]
    vae = build(bound.config)
    for state, sign in ((before, 0), (after, 1)):
        named = {**bound.parameters.views(state["w"]), "decoder.sigma": torch.tensor(0.1)}
        cost, rate = functional_call(_Terms(vae), {f"vae.{k}": v for k, v in named.items()}, (batch["x"], batch["eps"]))
        value = cost.mean() + rate.sum(1).mean()
        assert value < scalars["loss"] if sign else torch.isclose(value, scalars["loss"])


class _Terms(torch.nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, x, eps):
        return self.vae.terms(x, eps)


def test_annealing_free_nats_and_beta_weigh_the_kl():
    assert float(step({})[3]["weight"]) == 1.0
    assert float(step({}, anneal=100, beta=4.0)[3]["weight"]) == pytest.approx(0.04)
    *_, plain, _ = step({})
    *_, free, _ = step({}, free_bits=3.0)
    assert float(free["loss"]) == pytest.approx(float(plain["reconstruction"]) + 2 * 3.0, abs=1e-4)  # all of it is free
    *_, heavy, _ = step({}, beta=4.0)
    assert float(heavy["loss"]) == pytest.approx(float(plain["reconstruction"] + 4 * plain["kl"]), rel=1e-5)


def test_several_codes_are_the_importance_weighted_bound():
    bound, before, _, scalars, batch = step({"samples": 5})
    vae = build(bound.config).requires_grad_(False)
    for name, value in bound.parameters.views(before["w"]).items():
        vae.get_parameter(name).copy_(value)
    log_w, *_ = vae.log_weights(batch["x"], batch["eps"].unflatten(0, (5, 64)))
    assert torch.isclose(scalars["loss"], -(torch.logsumexp(log_w, 0) - math.log(5)).mean())
    assert scalars["loss"] < scalars["bound"]


# ---- a critic ------------------------------------------------------------------------------------


def test_a_critic_proves_nearly_the_divergence_of_two_gaussians():
    """N(0, 1) against N(2, 1): 2 JSD - ln 4 = -0.7126 (targets.md). Standard error .006 with 2,000 points each."""
    random = np.random.default_rng(0)
    sets = [random.standard_normal((2000, 1)) + shift for shift in (0, 0, 2, 2)]
    critic = fit(sets[0], sets[2], 1.0, 0)
    right, proved = held_out_scores(critic, sets[1], sets[3])
    assert proved == pytest.approx((math.log(4) - 0.7126) / 2, abs=0.03) and right == pytest.approx(0.841, abs=0.02)
    same = held_out_scores(fit(sets[0], sets[1], 1.0, 0), *sets[:2])
    assert abs(same[0] - 0.5) < 0.05
    x, step = np.array([[0.3], [1.4]]), 1e-5
    gradient = (np.log(critic(x + step)) - np.log(critic(x - step))) / (2 * step)
    assert np.allclose(critic.gradient(x)[:, 0], gradient, atol=1e-6)
