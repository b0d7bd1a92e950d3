"""Pairs of noise and data that depend on each other: within a class, and without a score."""

import numpy as np
import pytest

from playground.core.advance import config_at
from playground.core.combinations import reopen
from playground.core.config import parse
from playground.core.contract import Event, Frame
from playground.core.errors import UserError
from playground.core.registry import FAMILIES
from playground.families.diffusion.catalogue import CATALOGUE, fits
from playground.families.diffusion.config import RECTIFIED_FLOW, DiffusionConfig
from playground.families.diffusion.couplings import paired
from playground.families.diffusion.experiment import DiffusionExperiment
from playground.metrics.scores import score

SMALL = {"width": 32, "depth": 2, "batch": 64, "execution": "eager"}
COUPLED = [
    {"coupling": "optimal"},
    {**RECTIFIED_FLOW, "rounds": 1},
    {**RECTIFIED_FLOW, "distil": True},
    {**RECTIFIED_FLOW, "coupling": "optimal"},
]
RANDOM = [name for name, entry in CATALOGUE.items() if entry.random and not entry.eta]


def test_pairs_are_sought_within_a_class():
    """Each class keeps its own draws of noise, so that its noise is standard normal; and lines become shorter."""
    generator = np.random.default_rng(0)
    labels = generator.integers(3, size=600)
    data = generator.normal(size=(600, 2)) + 4 * labels[:, None]
    noise = generator.normal(size=(600, 2))
    found = paired("optimal", data, noise, np.eye(3)[labels], size=200)
    for batch in np.arange(600).reshape(3, 200):
        for kind in range(3):
            rows = batch[labels[batch] == kind]
            assert np.array_equal(np.sort(found[rows], 0), np.sort(noise[rows], 0))
    assert ((found - data) ** 2).sum() < 0.95 * ((noise - data) ** 2).sum()
    across = paired("optimal", data, noise)
    means = [[pairs[labels == kind].mean() for kind in range(3)] for pairs in (found, across)]
    assert np.ptp(means[0]) < 0.4 < 1 < np.ptp(means[1])  # across classes, each gets noise of its own


@pytest.mark.parametrize("data", ["2gaussians", "moons"])
def test_one_class_is_sampled_as_well_as_with_independent_pairs(data):
    distances = {}
    for coupling in ("independent", "optimal"):
        settings = {**SMALL, **RECTIFIED_FLOW, "data": data, "classes": True, "coupling": coupling, "lr": 3e-3}
        experiment = DiffusionExperiment(DiffusionConfig(**settings))
        for _ in range(500):
            experiment.step()
        experiment.configure(experiment.config.changed(wanted="1", steps=20))
        one = experiment.dataset.one_class(1)
        distances[coupling] = score("sliced_w2", experiment.sample(1000, 0), one).value
    assert distances["optimal"] < 2 * distances["independent"] < 1


@pytest.mark.parametrize("given", COUPLED)
def test_samplers_with_fresh_noise_are_refused_where_there_is_no_score(given):
    for name in RANDOM:
        if fits(name, given.get("process", "ddpm")):
            with pytest.raises(UserError, match="adds noise on the way, which takes the score"):
                parse(DiffusionConfig, {**given, "sampler": name})
    with pytest.raises(UserError, match="η = 0.5"):
        parse(DiffusionConfig, {**given, "sampler": "ddim", "eta": 0.5})
    config = parse(DiffusionConfig, {**given, "sampler": "ddim"})
    assert not config.independent
    for panel in FAMILIES["diffusion"].panels(config):
        dials = {dial.name: dial for dial in panel.dials}
        assert "eta" not in dials
        for name, dial in dials.items():
            if name.startswith("sampler"):
                assert not {value for value, _ in dial.options} & set(RANDOM)
        assert panel.name != "network"
        if panel.name in ("sdes", "marginals"):
            assert "paired independently" in panel.help
    assert parse(DiffusionConfig, {"process": "linear", "sampler": "euler_maruyama"}).independent


def test_a_run_from_before_is_opened_without_fresh_noise():
    before = {"coupling": "optimal", "sampler": "ddpm"}
    assert reopen(DiffusionConfig, before).sampler == "ddim"
    assert reopen(DiffusionConfig, {"coupling": "optimal", "eta": 0.5}).eta == 0
    now = config_at(DiffusionConfig, {"coupling": "optimal"}, [Event(3, {"sampler": "ddpm"}, None)], 5)
    assert (now.sampler, now.eta) == ("ddim", 0)
    assert DiffusionConfig.companions("coupling", {**before, "process": "ddpm"}) == {"sampler": "ddim", "eta": 0.0}


@pytest.mark.parametrize("given", COUPLED)
def test_score_and_lowest_loss_are_shown_only_where_they_are_known(given):
    """Pairs of a reflow have the lowest loss 0; of others it is unknown."""
    experiment = DiffusionExperiment(parse(DiffusionConfig, {**SMALL, **given, "round": 10}))
    for _ in range(12):
        experiment.step()
    frame = Frame(12, experiment.snapshot())
    layers = {layer.name: layer for layer in FAMILIES["diffusion"].scene(frame, experiment.config).layers}
    assert "score" not in layers and "score" not in frame.arrays
    floor = experiment.evaluate()["denoising"].floor
    assert floor == 0 if experiment.config.reflows else np.isnan(floor)
    assert len(frame.arrays["errors"]) == (2 if experiment.config.reflows else 1)
    assert np.isfinite(frame.arrays["density"].astype(np.float32)).all()


def test_the_loss_is_measured_on_pairs_such_as_those_of_training():
    """A network trained on optimal pairs is right on these, and far off on independent ones."""
    experiment = DiffusionExperiment(DiffusionConfig(**SMALL, **RECTIFIED_FLOW, coupling="optimal", lr=3e-3))
    losses = [experiment.step()["error"] for _ in range(300)]
    assert experiment.evaluate()["denoising"].value == pytest.approx(np.mean(losses[-100:]), rel=0.2)
