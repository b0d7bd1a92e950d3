"""Green is what a model has learned, and only that; the truth is a brown outline."""

import numpy as np
import pytest

from playground.arena.settings import ArenaConfig
from playground.core.contract import Frame
from playground.core.registry import FAMILIES, family
from playground.core.scene import Contour, Heatmap
from playground.data.dataset import dataset_of
from playground.data.plane.distributions import get
from playground.families.diffusion.plane.layers import MASS, SAMPLED_WIDTH, density_of_samples, outline_of
from playground.live.comparison_feed import small_scene
from playground.render.at_moment import at_moment

CONTESTANTS = {one.name: (one.family, config) for one, config in ArenaConfig(data="moons").configs().items()}
EXTENT = (-3.0, 3.0, -3.0, 3.0)


def begun(name):
    kind, config = CONTESTANTS[name]
    experiment = FAMILIES[kind].load_experiment()(config)
    return family(kind).scene(Frame(0, experiment.snapshot()), config), dataset_of(config)


def likeness(layer, data):
    """Correlation of a drawn density with the true one; that of a model that has learned it is near 1."""
    axis = np.linspace(*data.bounds, layer.values.shape[-1])
    points = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    true = np.exp(data.log_prob(points))
    return np.corrcoef((true / (true + 0.08)), layer.values.reshape(-1))[0, 1]


@pytest.mark.parametrize("name", CONTESTANTS)
def test_a_model_that_has_learned_nothing_looks_so(name):
    """In the arena's small pictures and on the stage: no background that shows how it should be."""
    scene, data = begun(name)
    for shown in (at_moment(scene), small_scene(scene)):
        for layer in shown.layers:
            if isinstance(layer, Heatmap) and layer.role == "field":
                assert likeness(layer, data) < 0.7, layer.title
            if isinstance(layer, Contour) and layer.name in ("truth", "marginal"):
                assert layer.role == "truth"


def test_the_density_of_samples_is_theirs():
    data, generator = get("moons"), np.random.default_rng(0)
    clouds = np.stack([generator.normal(size=(20_000, 2)), data.sample(20_000, generator)]).astype(np.float32)
    p = density_of_samples(clouds, EXTENT)
    cell = 6 / (p.shape[1] - 1)
    assert np.allclose(p.sum((1, 2)) * cell**2, 1, atol=0.02)  # a few lie outside
    axis = np.linspace(-3, 3, p.shape[1])
    mean = np.stack([(p.sum(1) * axis).sum(1), (p.sum(2) * axis).sum(1)], 1) * cell**2
    assert np.allclose(mean, clouds.mean(1), atol=0.05)
    spread = 1 + (SAMPLED_WIDTH * cell) ** 2 + cell**2 / 6  # of the samples, the kernel, and the sharing out
    exact = np.exp(-(axis[:, None] ** 2 + axis**2) / 2 / spread) / (2 * np.pi * spread)
    assert np.abs(p[0] - exact).max() < 0.012  # by chance
    lost = np.full((1, 300, 2), np.nan, np.float32)
    assert density_of_samples(lost, EXTENT).sum() == 0


def test_the_outline_encloses_its_share_of_the_mass():
    axis = np.linspace(-3, 3, 31, dtype=np.float32)
    p = np.exp(-(axis[:, None] ** 2 + axis**2) / 2)[None].astype(np.float32)
    outline = outline_of(p, EXTENT)
    inside = outline.values[0] >= 1
    assert p[0][inside].sum() / p.sum() == pytest.approx(MASS, abs=0.01)
    assert not outline.shown and outline.role == "truth"
