"""Ensembles: many models as one batched step, each with the same numbers as alone, to rounding."""

import numpy as np
import pytest
import torch
from torch.func import functional_call

from playground.families.gan.config import GanConfig
from playground.families.gan.experiment import GanExperiment
from playground.training import learner
from playground.training.ensemble import Ensemble
from playground.training.networks import MLP, initial
from playground.training.optimisers import adam, init_moments

NET = MLP(2, 1, 8, 2, "silu")
FLAT = learner.Flat(NET)
COUNT = 5


def regression(state, settings, batch):
    """A small update: fits |x| by Adam."""
    leaves = FLAT.leaves(state["w"])
    loss = (functional_call(NET, leaves, (batch["x"],)).squeeze(1) - batch["x"].norm(dim=1)).square().mean()
    moments = {name: state[name] for name in ("m", "v", "count")}
    w, moments = adam(state["w"], learner.gradient(loss, leaves), moments, settings["lr"])
    return {"w": w, **moments}, {"loss": loss, "size": w.norm()}


def stack(groups):
    return {name: torch.stack([group[name] for group in groups]) for name in groups[0]}


@pytest.mark.parametrize("way", ["eager", "traced"])
def test_a_program_of_many_does_what_each_does_alone(way):
    weights = [FLAT.join(initial(NET, torch.Generator().manual_seed(seed))) for seed in range(COUNT)]
    states = [{"w": w, **init_moments("adam", w)} for w in weights]
    settings = [{"lr": torch.tensor(10.0 ** -(1 + seed / 2))} for seed in range(COUNT)]
    generator = torch.Generator().manual_seed(0)
    batches = [[{"x": torch.randn(16, 2, generator=generator)} for _ in range(COUNT)] for _ in range(6)]
    example = states[0], settings[0], batches[0][0]
    many, one = learner.ensemble(regression, example, COUNT, way), learner.prepare(regression, example, "eager")
    assert many.execution == way
    state, known = stack(states), stack(settings)
    for batch in batches:
        state, rows = many(state, known, stack(batch))
        for k in range(COUNT):
            states[k], row = one(states[k], settings[k], batch[k])
            assert {name: values[k] for name, values in rows.items()} == pytest.approx(row, rel=1e-4)
    for k in range(COUNT):
        assert torch.allclose(state["w"][k], states[k]["w"], rtol=1e-4, atol=1e-6)
    assert not torch.allclose(state["w"][0], state["w"][1], atol=1e-3)


VARIANTS = {
    "default": {},
    "gradient penalty": {"objective": "wgan_gp", "r1": 0.0, "d_steps": 2},
    "spectral": {"spectral_norm": True, "optimiser": "rmsprop", "g_steps": 2},
}
SMALL = {"g_width": 8, "d_width": 8, "batch": 16}


@pytest.mark.parametrize("variant", VARIANTS)
def test_gans_trained_together_are_the_gans_they_would_be_alone(variant):
    configs = [
        GanConfig(data=data, seed=seed, g_lr=lr, **SMALL, **VARIANTS[variant])
        for data, seed, lr in (("ring", 0, 1e-3), ("moons", 1, 1e-3), ("ring", 0, 3e-3))
    ]
    alone, members = ([GanExperiment(config) for config in configs] for _ in range(2))
    together = Ensemble(members)
    for _ in range(8):
        rows = together.step()
        for experiment, row in zip(alone, rows, strict=True):
            assert row == pytest.approx(experiment.step(), rel=1e-3, abs=1e-5)
    for experiment, member in zip(alone, together.split(), strict=True):
        mine, other = experiment.state_dict(), member.state_dict()
        assert mine.keys() == other.keys() and member.steps == 8
        for name, array in mine.items():
            assert other[name].shape == array.shape and other[name].dtype == array.dtype
            np.testing.assert_allclose(other[name], array, rtol=1e-3, atol=1e-4, err_msg=name)


def test_who_comes_out_of_an_ensemble_goes_on_alone():
    config = GanConfig(seed=3, **SMALL)
    alone, member = GanExperiment(config), GanExperiment(config)
    together = Ensemble([member, GanExperiment(GanConfig(seed=4, **SMALL))])
    for _ in range(3):
        together.step()
    together.split()
    loaded = GanExperiment(config)
    loaded.load_state_dict(member.state_dict())
    for _ in range(3):
        alone.step()
    for _ in range(3):
        expected = alone.step()
        assert loaded.step() == member.step() == pytest.approx(expected, rel=1e-3)
    assert member.steps == 6 and member.snapshot()["fake"].shape == (400, 2)
    assert member.evaluate()["sliced_w2"].value == pytest.approx(alone.evaluate()["sliced_w2"].value, rel=1e-3)


def test_only_what_shares_its_structure_goes_together():
    with pytest.raises(ValueError, match="structure"):
        Ensemble([GanExperiment(GanConfig(**SMALL)), GanExperiment(GanConfig(**{**SMALL, "g_width": 16}))])
    batch_key = GanExperiment.batch_key
    assert batch_key(GanConfig(r1=0.1, data="moons", seed=5)) == batch_key(GanConfig(r1=2.0, noise="uniform", g_lr=0.1))
    for other in ({"r1": 0.0}, {"batch": 64}, {"d_steps": 2}, {"objective": "hinge"}, {"beta1": 0.0}):
        assert batch_key(GanConfig()) != batch_key(GanConfig(**other))
