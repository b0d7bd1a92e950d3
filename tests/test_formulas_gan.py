"""The formulas of the lesson on GANs, written out here as the page shows them, give the code's numbers."""

import ast
from pathlib import Path

import numpy as np
import pytest
import torch

from playground.core.config import parse
from playground.data.plane.distributions import get
from playground.families.gan.config import GanConfig
from playground.families.gan.model import OBJECTIVES, Game, gradient_penalty, r1_penalty
from playground.training.networks import spectral

PAGE = Path(__file__).parents[1] / "pages" / "gan.py"


def shown() -> dict[str, str]:
    """The LaTeX of each objective, and that of the penalty, as they stand on the page."""
    tree = ast.parse(PAGE.read_text("utf-8"))
    values = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    pairs = zip(values["OBJECTIVES"].keys, values["OBJECTIVES"].values, strict=True)
    return {key.value: value.elts[0].value for key, value in pairs} | {"r1": values["R1"].elts[0].value}


SHOWN = shown()
RANDOM = np.random.default_rng(0)
REAL, FAKE = 1.5 * RANDOM.normal(size=(2, 400))
"""Scores D(x) and D(G(z)) before a sigmoid."""


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def value(name):
    """What D maximises on the page (or minimises, with a minus), and what G minimises, from the page's formulas."""
    p, q = sigmoid(REAL), sigmoid(FAKE)
    log_game = np.log(p).mean() + np.log(1 - q).mean()
    distance = REAL.mean() - FAKE.mean()
    return {
        "minimax": (log_game, np.log(1 - q).mean()),
        "non_saturating": (log_game, -np.log(q).mean()),
        "least_squares": (
            -(0.5 * ((REAL - 1) ** 2).mean() + 0.5 * (FAKE**2).mean()),
            0.5 * ((FAKE - 1) ** 2).mean(),
        ),
        "hinge": (-(np.maximum(0, 1 - REAL).mean() + np.maximum(0, 1 + FAKE).mean()), -FAKE.mean()),
        "wgan": (distance, -FAKE.mean()),
        "wgan_gp": (distance, -FAKE.mean()),
    }[name]


PARTS = {
    "minimax": [r"\log D(x)", r"\log\bigl(1-D(G(z))\bigr)"],
    "non_saturating": [r"\max_G\;& \mathbb E_{z}\log D(G(z))"],
    "least_squares": [r"\tfrac12\mathbb E_{x\sim p}\bigl(D(x)-1\bigr)^2", r"\tfrac12\mathbb E_{z}\,D(G(z))^2"],
    "hinge": [r"\max(0,1-D(x))", r"\max(0,1+D(G(z)))", r"-\mathbb E_{z}\,D(G(z))"],
    "wgan": [r"\mathbb E_{x\sim p} f(x) - \mathbb E_{z} f(G(z))"],
    "wgan_gp": [r"\mathbb E_{x\sim p} f(x) - \mathbb E_{z} f(G(z))", r"- \lambda\,\mathbb E_{\hat x}"],
}


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_losses_of_both_players(name):
    """Each player minimises; a loss of D is minus the value that the page has it maximise."""
    losses, (game, generator) = OBJECTIVES[name], value(name)
    assert float(losses.discriminator(torch.tensor(REAL), torch.tensor(FAKE))) == pytest.approx(-game)
    assert float(losses.generator(torch.tensor(FAKE))) == pytest.approx(generator)
    assert all(part in SHOWN[name] for part in PARTS[name])


def test_the_value_of_the_game_against_the_best_discriminator():
    """D* = p / (p + q) is best, and the value there 2 JS(p, q) - log 4: on a grid that carries both densities."""
    p, q = (np.exp(get(name).log_prob(np.stack(np.meshgrid(*[np.linspace(-4, 4, 200)] * 2), -1).reshape(-1, 2)))
            for name in ("moons", "2gaussians"))  # fmt: skip
    p, q = p / p.sum(), q / q.sum()

    def game(d):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.nansum(p * np.log(d)) + np.nansum(q * np.log(1 - d))

    best, middle = p / (p + q), (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        js = 0.5 * np.nansum(p * np.log(p / middle)) + 0.5 * np.nansum(q * np.log(q / middle))
    assert game(best) == pytest.approx(2 * js - np.log(4))
    assert all(game(np.clip(best + shift, 1e-6, 1 - 1e-6)) < game(best) for shift in (-0.02, 0.02))


class Quadratic:
    """A critic f(x) = x' A x / 2 + b' x, whose gradient is A x + b."""

    a, b = torch.tensor([[1.0, 0.3], [0.3, -0.5]]).double(), torch.tensor([0.2, -0.7]).double()

    def __call__(self, x):
        return 0.5 * ((x @ self.a) * x).sum(1) + x @ self.b

    def slope(self, x):
        return (x @ self.a + self.b).numpy()


def points(seed):
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(50, 2)))


def test_the_gradient_penalty():
    """E (|grad f| - 1)^2 at points drawn between real and generated samples."""
    real, fake, mix = points(1), points(2), torch.rand(50, 1, generator=torch.Generator().manual_seed(0)).double()
    between = mix * real + (1 - mix) * fake
    expected = ((np.linalg.norm(Quadratic().slope(between), axis=1) - 1) ** 2).mean()
    assert gradient_penalty(Quadratic(), real, fake, mix).item() == pytest.approx(expected, rel=1e-6)
    assert r"\bigl(\|\nabla f(\hat x)\| - 1\bigr)^2" in SHOWN["wgan_gp"]


def test_the_r1_penalty():
    """gamma / 2 times E |grad D(x)|^2 at the data; the loss of an update is that of the game plus it."""
    found, _ = r1_penalty(Quadratic(), points(1))
    assert found.item() == pytest.approx(0.5 * (np.linalg.norm(Quadratic().slope(points(1)), axis=1) ** 2).mean())
    assert r"\frac{\gamma}{2}\,\mathbb E_{x\sim p}\,\|\nabla D(x)\|^2" in SHOWN["r1"]


@pytest.mark.parametrize(
    "given, weight", [({"r1": 0.7}, "r1"), ({"objective": "wgan_gp", "r1": 0.0, "gp": 3.0}, "gp")], ids=["r1", "gp"]
)
def test_the_weight_of_a_penalty_in_an_update(given, weight):
    config = parse(GanConfig, given)
    game, random = Game(config), torch.Generator().manual_seed(0)
    state = game.init_state({}, random)
    batch = {
        "real": torch.randn(16, 2, generator=random),
        "noise": torch.randn(16, config.noise_dim, generator=random),
        "mix": torch.rand(16, 1, generator=random),
    }
    settings = {name: torch.tensor(float(v)) for name, v in config.model_dump().items() if isinstance(v, int | float)}
    _, scalars = game.update_discriminator(state, settings, batch)
    score, _ = game.discriminator(game.d.views(state["d"]), state["d_norm"])
    fake = game.generate(game.g.views(state["g"]), batch["noise"])
    plain = r1_penalty(score, batch["real"])[0] if weight == "r1" else gradient_penalty(
        score, batch["real"], fake, batch["mix"]
    )  # fmt: skip
    assert scalars["penalty"].item() == pytest.approx(getattr(config, weight) * plain.item(), rel=1e-4)


def test_spectral_normalisation_divides_by_the_largest_singular_value():
    weight, v = torch.randn(7, 5, generator=torch.Generator().manual_seed(0)), torch.ones(5)
    for _ in range(200):
        found, v = spectral(weight, v)
    assert torch.allclose(found, weight / np.linalg.norm(weight.numpy(), 2), atol=1e-5)
