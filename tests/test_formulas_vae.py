"""The formulas of the lesson on VAEs, written out here as the page shows them, give the code's numbers."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm

from playground.core.config import parse
from playground.families.vae import bounds, formulas
from playground.families.vae.config import VaeConfig
from playground.families.vae.likelihoods import LIKELIHOODS
from playground.families.vae.model import Bound, Vae, kl
from playground.training.networks import initial

N, K = 6, 5
RANDOM = np.random.default_rng(2)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def vae(**settings):
    """A model in double precision with random weights, some data, and noise eps (K, n, latent)."""
    config = parse(VaeConfig, {"width": 16, **settings})
    model = Vae(config)
    values = initial(model, torch.Generator().manual_seed(1))
    model.load_state_dict(values, strict=False)
    model.decoder.sigma.fill_(config.sigma)
    x = RANDOM.integers(0, 17, (N, 64)) / 16 if config.domain == "images" else RANDOM.normal(size=(N, 2))
    if config.decoder_likelihood == "bernoulli":
        x = np.round(x)
    eps = torch.from_numpy(RANDOM.normal(size=(K, N, config.latent)))
    return config, model.double(), torch.from_numpy(x), eps


def given(model, x, z):
    """log p(x | z) of a Gaussian decoder, by scipy: (...,)."""
    with torch.no_grad():
        loc, scale = (part.numpy() for part in model.decoder(z))
    return norm.logpdf(x.numpy(), loc, scale).sum(-1)


def posterior(model, x):
    with torch.no_grad():
        mean, log_std = model.encode(x)
    return mean.numpy(), log_std.exp().numpy()


@pytest.mark.parametrize("mu, sigma", [(0.0, 1.0), (1.3, 0.4), (-0.2, 2.5)])
def test_the_kl_in_closed_form(mu, sigma):
    """(mu^2 + sigma^2 - 1 - log sigma^2) / 2, the integral of q log q / p."""
    found = float(kl(torch.tensor(mu), torch.tensor(sigma).log()))
    assert found == pytest.approx(0.5 * (mu**2 + sigma**2 - 1 - np.log(sigma**2)), abs=1e-6)
    whole, _ = quad(lambda z: norm.pdf(z, mu, sigma) * (norm.logpdf(z, mu, sigma) - norm.logpdf(z)), -30, 30, limit=200)
    assert found == pytest.approx(whole, abs=1e-5)
    assert r"\tfrac12\textstyle\sum_j\bigl(\mu_j^2+\sigma_j^2-1-\log\sigma_j^2\bigr)" in formulas.REPARAMETERISED


@pytest.mark.parametrize("noise", ["one", "own", "fixed"])
def test_the_elbo_is_the_loss(noise):
    """E_q log p(x | z) - KL, with z = mu + sigma eps; minus it is what a step of training lowers."""
    config, model, x, eps = vae(noise=noise, sigma=0.3)
    mu, sigma = posterior(model, x)
    z = torch.from_numpy(mu + sigma * eps.numpy())
    rate = 0.5 * (mu**2 + sigma**2 - 1 - np.log(sigma**2)).sum(1)
    assert bounds.elbo(model, x, eps).numpy() == pytest.approx(given(model, x, z).mean(0) - rate)
    assert r"\mathbb E_{q(z\mid x)}\log p(x\mid z)" in formulas.ELBO

    one = Bound(config)
    names = dict(model.named_parameters())
    w = one.parameters.join({name: names[name].detach() for name in one.parameters.shapes})
    values = {"lr": 1e-3, "clip": 1.0, "ema": 0.0, "beta": 0.7, "anneal": 0.0, "free_bits": 0.0, "sigma": 0.3}
    settings = {name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()}
    _, scalars = one.update(one.reset_optimiser({"average": w}, 0), settings, {"x": x, "eps": eps[0]})
    expected = -given(model, x, z[0]).mean() + 0.7 * rate.mean()
    assert float(scalars["loss"].detach()) == pytest.approx(expected)
    assert float(scalars["bound"].detach()) == pytest.approx(-given(model, x, z[0]).mean() + rate.mean())


def test_the_importance_weighted_bound():
    """E log of the mean of p(x | z_k) p(z_k) / q(z_k | x); between the ELBO of the same codes and log p(x)."""
    _, model, x, eps = vae(samples=K)
    mu, sigma = posterior(model, x)
    z = mu + sigma * eps.numpy()
    ratio = np.exp(given(model, x, torch.from_numpy(z)))
    ratio = ratio * np.exp(norm.logpdf(z).sum(-1) - norm.logpdf(z, mu, sigma).sum(-1))
    with torch.no_grad():
        found = torch.logsumexp(model.log_weights(x, eps)[0], 0) - math.log(K)
    assert found.numpy() == pytest.approx(np.log(ratio.mean(0)))
    many = torch.from_numpy(RANDOM.normal(size=(4000, N, 2)))
    elbo, exact = bounds.elbo(model, x, many), bounds.exact(model, x, 400)
    blocks = torch.logsumexp(model.log_weights(x, many)[0].detach().view(800, K, N), 1) - math.log(K)
    assert (elbo < blocks.mean(0)).all() and (blocks.mean(0) < exact + 1e-3).all()
    assert r"\log\frac1K\sum_{k=1}^{K}\frac{p(x\mid z_k)\,p(z_k)}{q(z_k\mid x)}" in formulas.IWAE


def test_the_gap_of_the_bound_is_the_kl_to_the_true_posterior():
    """log p(x) - ELBO = KL(q(z | x) || p(z | x)), with p(z | x) on a grid of codes."""
    _, model, x, _ = vae()
    grid, mass = bounds.lattice(2, 300, dtype=torch.float64)
    mu, sigma = posterior(model, x)
    with torch.no_grad():
        loc, scale = model.decoder(grid)
        log_joint = (model.likelihood.pairs(x, loc, scale) + mass).numpy()  # (n, codes)
    log_p = np.log(np.exp(log_joint).sum(1))
    cell = (2 * bounds.PRIOR_REACH / 299) ** 2
    log_q = norm.logpdf(grid.numpy()[None], mu[:, None], sigma[:, None]).sum(-1) + np.log(cell)
    q = np.exp(log_q)
    gap = (q * (log_q - (log_joint - log_p[:, None]))).sum(1)
    elbo = (q * (log_joint - log_q)).sum(1)
    assert log_p - elbo == pytest.approx(gap, abs=1e-3)
    many = torch.from_numpy(RANDOM.normal(size=(20_000, N, 2)))
    assert bounds.elbo(model, x, many).numpy() == pytest.approx(elbo, abs=0.1)
    assert bounds.exact(model, x, 300).numpy() == pytest.approx(log_p, abs=1e-6)


def test_the_gaussian_decoder():
    """The squared error over 2 s^2, plus log s for each number."""
    x, mu, s = RANDOM.normal(size=(2, 4, 64)).tolist() + [np.full((4, 64), 0.3)]
    x, mu = np.array(x), np.array(mu)
    found = LIKELIHOODS["gaussian"].log_prob(*map(torch.from_numpy, (x, mu, s))).numpy()
    assert found == pytest.approx(norm.logpdf(x, mu, s))
    assert -found - 0.5 * np.log(2 * np.pi) == pytest.approx((x - mu) ** 2 / (2 * s**2) + np.log(s))


def test_the_logistic_decoder():
    """Differences of sigma at the ends of the interval about k / 16; the tails belong to black and white."""
    k, mu, s = np.arange(17), 0.37, 0.11
    found = LIKELIHOODS["logistic"].log_prob(*(torch.from_numpy(np.asarray(v)) for v in (k / 16, mu, s))).exp().numpy()
    above = np.where(k == 16, 1.0, sigmoid(((k + 0.5) / 16 - mu) / s))
    below = np.where(k == 0, 0.0, sigmoid(((k - 0.5) / 16 - mu) / s))
    assert found == pytest.approx(above - below) and found.sum() == pytest.approx(1)
    config = parse(VaeConfig, {"data": "digits", "likelihood": "logistic"})
    assert r"\tfrac{(k+1/2)/16-\mu_i}{s}" in formulas.decoder(config)[0]


def test_the_bernoulli_decoder():
    x, p = RANDOM.integers(0, 2, 50), RANDOM.random(50)
    found = LIKELIHOODS["bernoulli"].log_prob(
        torch.from_numpy(x), torch.from_numpy(np.log(p / (1 - p))), torch.ones(())
    )
    assert found.exp().numpy() == pytest.approx(p**x * (1 - p) ** (1 - x))


@pytest.mark.parametrize("noise, scale", [("one", "s"), ("own", "s_i(z)"), ("fixed", "s")])
def test_the_scale_is_that_of_the_settings(noise, scale):
    """One number for all, or an output of the decoder for each number of the data."""
    _, model, x, eps = vae(noise=noise)
    with torch.no_grad():
        _, s = model.decoder(eps[0])
    assert (s.shape == x.shape) is (scale == "s_i(z)")
    for data in ("moons", "digits"):
        latex, _ = formulas.decoder(parse(VaeConfig, {"data": data, "noise": noise}))
        assert (scale in latex) and ("s_i(z)" in latex) is (noise == "own")


def test_a_strong_decoder_is_a_product_of_conditionals():
    """p(x | z) = prod p(x_i | x_<i, z): pixel i is given neither itself nor later ones, and the code all along."""
    _, model, x, eps = vae(data="digits", strong=True, likelihood="bernoulli", latent=3)
    with torch.no_grad():
        logits, _ = model.decoder(eps[0], x)
        p = sigmoid(logits.numpy())
        product = np.prod(np.where(x.numpy() == 1, p, 1 - p), 1)
        assert model.log_likelihood(x, eps[0]).exp().numpy() == pytest.approx(product)
        for i in (0, 20, 63):
            changed = x.clone()
            changed[:, i:] = 1 - changed[:, i:]
            assert torch.equal(model.decoder(eps[0], changed)[0][:, : i + 1], logits[:, : i + 1])
        assert not torch.equal(model.decoder(eps[1], x)[0][:, 0], logits[:, 0])


def test_a_linear_vae_at_its_optimum_has_a_tight_bound():
    """Probabilistic PCA: with the eigenvectors above s^2 and the true posterior, ELBO = log N(x; 0, W W' + s^2 I)."""
    _, model, _, eps = vae(depth=0, noise="fixed", sigma=0.5, latent=1)
    cov, s2 = np.array([[2.0, 0.6], [0.6, 1.0]]), 0.25
    values, vectors = np.linalg.eigh(cov)
    w = vectors[:, 1] * np.sqrt(values[1] - s2)
    m = w @ w + s2
    with torch.no_grad():
        (encoder,), (decoder,) = model.encoder.net.linear, model.decoder.net.linear
        decoder.weight.copy_(torch.from_numpy(w[:, None])), decoder.bias.zero_()
        encoder.weight.copy_(torch.from_numpy(np.stack([w / m, 0 * w])))
        encoder.bias.copy_(torch.tensor([0.0, 0.5 * math.log(s2 / m)]))
    x = torch.from_numpy(RANDOM.multivariate_normal(np.zeros(2), cov, 40))
    model_cov = np.outer(w, w) + s2 * np.eye(2)
    log_p = -0.5 * (x.numpy() @ np.linalg.inv(model_cov) * x.numpy()).sum(1)
    log_p -= math.log(2 * math.pi) + 0.5 * np.linalg.slogdet(model_cov)[1]
    assert bounds.linear(model, x).numpy() == pytest.approx(log_p, abs=1e-6)


def test_halving_the_error_of_a_code_costs_as_much_as_it_saves():
    """The card on beta: with a learned scale both terms change by log 2, so at beta > 1 the sum never falls."""
    scale, std = 0.2, 0.1
    saved = float(LIKELIHOODS["gaussian"].log_prob(*(torch.tensor(v) for v in (0.5, 0.5 - scale / 2, scale / 2))))
    saved -= float(LIKELIHOODS["gaussian"].log_prob(*(torch.tensor(v) for v in (0.5, 0.5 - scale, scale))))
    mean = torch.tensor(1.0)
    cost = float(kl(mean, torch.tensor(std / 2).log()) - kl(mean, torch.tensor(std).log()))
    assert saved == pytest.approx(math.log(2), abs=1e-5)
    assert cost == pytest.approx(math.log(2) - 3 / 8 * std**2, abs=1e-5)  # but for the variance, nearly 0
