"""What the pages say is what the code does: formulas, levels of theory, estimators."""

import numpy as np
import pytest
import torch

from playground.core.config import parse, specs
from playground.core.resources import WEIGHTS
from playground.data.dataset import dataset_of
from playground.engine.recording import read
from playground.families.autoregressive.formulas import FORMULAS
from playground.families.gan.config import GanConfig
from playground.families.gan.equilibrium import EQUILIBRIUM, MARGINS, curves
from playground.families.gan.model import OBJECTIVES, r1_penalty
from playground.families.gan.plane.scene import WORDS
from playground.families.normalizing_flow.experiment import NormalizingFlowExperiment
from playground.families.vae.config import VaeConfig
from playground.families.vae.estimators import gradients, variance
from playground.families.vae.experiment import VaeExperiment
from playground.training.networks import degrees, masks

# ---- formulas -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("dim", "width"), [(9, 16), (64, 256), (5, 3)])
def test_the_masks_of_made_are_the_formula_on_the_page(dim, width):
    """The page counts bits from 1: M[k, j] = [j <= m_k], M'[i, k] = [m_k < i], M''[i, j] = [j < i]."""
    m, bit = degrees(dim, width), 1 + np.arange(dim)
    into, out = (mask.numpy() for mask in masks(np.arange(dim), m, 1))
    assert (into == (bit[None] <= m[:, None])).all()
    assert (out == (m[None] < bit[:, None])).all()
    assert (np.triu(out @ into) == 0).all()  # no bit depends on itself or on a later one
    leaky = (m[None] <= bit[:, None]).astype(float) @ into  # with m_k <= i instead, they do
    assert np.diag(leaky).any()
    assert r"M_{kj} &= [\,j \le m_k\,],\quad M'_{ik} = [\,m_k < i\,]" in FORMULAS["made"].latex


def test_r1_is_half_the_squared_gradient_norm():
    w = torch.tensor([3.0, -4.0])
    penalty, _ = r1_penalty(lambda x: x @ w, torch.randn(7, 2))
    assert float(penalty) == pytest.approx(25 / 2)
    assert "γ/2" in next(spec for spec in specs(GanConfig) if spec.name == "r1").help


@pytest.mark.parametrize("level", [-1.0, -0.3, 0.0, 1.0])
def test_a_hinge_generator_has_no_level(level):
    """Every constant from -1 to 1 is optimal where samples and data agree: the same loss of D, any loss of G."""
    scores, losses = torch.full((5,), level), OBJECTIVES["hinge"]
    assert float(losses.discriminator(scores, scores)) == pytest.approx(EQUILIBRIUM["hinge"][0][0])
    assert float(losses.generator(scores)) == pytest.approx(-level)
    assert EQUILIBRIUM["hinge"][1] is None
    assert float(losses.discriminator(scores * 0 + 1.2, scores * 0 + 1.2)) > EQUILIBRIUM["hinge"][0][0]
    assert curves(GanConfig(objective="hinge"))[1].guides == MARGINS


def test_only_probabilities_are_called_so():
    assert "probability" in WORDS["probability"]
    assert not any("probability of being real" in WORDS[kind] for kind in ("output", "score"))


def test_the_wasserstein_loss_rises_to_zero():
    """It is minus the estimate of the distance: negative while the samples are away, 0 where they are the data."""
    real, loss = torch.randn(100, generator=torch.Generator().manual_seed(0)), OBJECTIVES["wgan_gp"].discriminator
    assert float(loss(real, real - 2)) < float(loss(real, real - 1)) < float(loss(real, real)) == 0


def test_bits_in_the_panels_of_pictures_are_the_bound_of_the_curve():
    """8 draws of the dequantisation noise in both; the middle of the levels would be .2 bits better."""
    recording = read(WEIGHTS / "normalizing_flow-digits-glow.safetensors")
    experiment = NormalizingFlowExperiment(recording.config)
    experiment.load_state_dict(recording.state)
    current, data = experiment.current(), dataset_of(recording.config)
    context = experiment.view.context(current)
    pixels = context.tensor(data.vectors("test"))
    panel = float(context.bits(context.dequantised(pixels.numpy())).mean())
    assert panel == pytest.approx(experiment.view.test_bits(current.model), abs=0.01)


# ---- estimators of the gradient -----------------------------------------------------------------


@pytest.fixture(scope="module")
def linear():
    """A linear VAE with one latent dimension, after some steps."""
    experiment = VaeExperiment(parse(VaeConfig, {"latent": 1, "depth": 0, "lr": 1e-2}))
    for _ in range(150):
        experiment.step()
    x = torch.from_numpy(experiment.dataset.sample(12, np.random.default_rng(0)))
    return experiment.current().model, x


def quadratic(vae, x):
    """log p(x | mean + std e) = c + b e - h e^2 / 2 of a linear decoder: c, b, h, std, (n,) each."""
    with torch.no_grad():
        mean, log_std = vae.encode(x)
        std = log_std.exp()
        loc, scale = vae.decoder(mean)
        slope = vae.decoder(mean + 1)[0] - loc  # (n, dim)
        c = vae.log_likelihood(x, mean)
        b = (std * slope * (x - loc) / scale**2).sum(1)
        h = (std * slope).square().sum(1) / scale**2
    return c.double(), b.double(), h.double(), std[:, 0].double()


def test_estimators_of_the_gradient_against_closed_forms(linear):
    """With E e^2, e^4, e^6 = 1, 3, 15. 40,000 draws leave the variance of a cubic uncertain by about 5 percent (its
    kurtosis is about 100): five of these; the seed is fixed."""
    vae, x = linear
    c, b, h, std = quadratic(vae, x)
    eps = torch.randn(40_000, len(x), 1, generator=torch.Generator().manual_seed(1))
    found = gradients(vae, x, eps)
    expected = torch.stack([b / std, -h], 1)  # by mean and log standard deviation
    for name, draws in found.items():
        draws = draws.double()
        error = draws.std(0) / len(draws) ** 0.5
        assert ((draws.mean(0) - expected).abs() < 5 * error + 1e-4).all(), name
    path = found["reparameterisation"].double().var(0)
    assert torch.allclose(path[:, 0], (h / std) ** 2, rtol=0.05)
    assert torch.allclose(path[:, 1], b**2 + 2 * h**2, rtol=0.05)
    for name, level in (("score", c), ("baseline", h / 2)):  # less its mean c - h / 2, log p begins at h / 2
        by_mean = (level**2 + 2 * b**2 + 15 / 4 * h**2 - 3 * level * h) / std**2
        measured = found[name].double().var(0)[:, 0]
        assert torch.allclose(measured, by_mean, rtol=0.25) and torch.allclose(
            measured.mean(), by_mean.mean(), rtol=0.06
        )
    assert (variance(found["reparameterisation"]) < variance(found["score"])).all()
