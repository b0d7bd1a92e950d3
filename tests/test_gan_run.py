"""GAN: settings, the experiment that plays the game, what it shows and how well it learns."""

import math
from typing import get_args

import numpy as np
import pytest
import torch

from playground.core.config import differences, parse, specs
from playground.core.contract import Frame
from playground.data.plane import distributions
from playground.families.gan.config import CRITICS, GanConfig
from playground.families.gan.experiment import GanExperiment
from playground.families.gan.model import OBJECTIVES, Game
from playground.families.gan.plane.scene import opacity, scene
from playground.families.gan.presets import PRESETS
from playground.training import batches
from playground.training.networks import ACTIVATIONS
from playground.training.optimisers import OPTIMISERS

# ---- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, values",
    [
        ("objective", OBJECTIVES),
        ("activation", ACTIVATIONS),
        ("noise", batches.NOISES),
        ("optimiser", OPTIMISERS),
        ("data", [*distributions.DISTRIBUTIONS, "digits", "own"]),
    ],
)
def test_choices_are_what_there_is(name, values):
    spec = {s.name: s for s in specs(GanConfig)}[name]
    assert set(spec.choices) == set(spec.options) == set(values)


def test_live_tensors_are_live_settings():
    live = {s.name for s in specs(GanConfig) if s.live}
    assert live == {*GanExperiment.TENSORS, "g_steps", "d_steps"}
    assert set(CRITICS) <= set(get_args(GanConfig.model_fields["objective"].annotation))


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_valid(name):
    parse(GanConfig, PRESETS[name].settings)


def test_gan_lab_is_gan_lab():
    config = parse(GanConfig, PRESETS["gan_lab"].settings)
    game = Game(config)
    shapes = [tuple(shape) for shape in game.g.shapes.values()]
    assert shapes == [(8, 2), (8,), (8, 8), (8,), (2, 8), (2,)]
    assert list(game.d.shapes.values())[-2] == (1, 8)
    assert (config.batch, config.d_steps, config.g_steps, config.optimiser) == (150, 2, 1, "sgd")
    assert config.noise_dim == 2 and config.noise == "gaussian" and config.objective == "non_saturating"


def test_whole_numbers_may_come_as_text():
    assert parse(GanConfig, {"noise_dim": "8", "batch": "32", "spectral_norm": "true"}).noise_dim == 8


# ---- steps --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"r1": 0.0},
        {"objective": "wgan_gp", "noise_dim": 8},
        {"objective": "hinge", "spectral_norm": True},
        {"objective": "wgan", "optimiser": "rmsprop", "activation": "elu"},
        {"objective": "least_squares", "optimiser": "sgd", "activation": "leaky_relu", "d_steps": 2, "g_steps": 2},
    ],
)
def test_traced_equals_eager_to_the_bit(settings):
    steps = 400 if not settings else 40
    runs = [GanExperiment(GanConfig(execution=way, g_width=16, d_width=16, **settings)) for way in ("eager", "traced")]
    rows = [[run.step() for _ in range(steps)] for run in runs]
    assert rows[0] == rows[1]
    a, b = (run.state_dict() for run in runs)
    assert all(np.array_equal(a[name], b[name]) for name in a)
    assert runs[1].execution == "traced"


def test_compiled_agrees_to_rounding():
    """One whole game of 100 steps; traced where there is no compiler, and then equal."""
    runs = [GanExperiment(GanConfig(execution=way, g_width=8, d_width=8)) for way in ("eager", "compiled")]
    rows = [[run.step() for _ in range(100)] for run in runs]
    assert runs[1].execution in ("compiled", "traced")
    for name in rows[0][-1]:
        assert rows[0][-1][name] == pytest.approx(rows[1][-1][name], abs=2e-3)
    a, b = (run.state_dict() for run in runs)
    assert np.abs(a["g"] - b["g"]).max() < 2e-3 and np.abs(a["d"] - b["d"]).max() < 2e-3


def test_each_player_moves_only_itself():
    run = GanExperiment(GanConfig(d_steps=3, g_steps=2, ema=0.0))
    before = run.state_dict()
    scalars = run.step("discriminator")
    middle = run.state_dict()
    assert set(scalars) == {"d_loss", "d_real", "d_fake", "penalty"}
    assert np.array_equal(before["g"], middle["g"]) and not np.array_equal(before["d"], middle["d"])
    assert middle["d.count"] == 3 and middle["g.count"] == 0
    scalars = run.step("generator")
    after = run.state_dict()
    assert set(scalars) == {"g_loss", "g_grad"}
    assert np.array_equal(middle["d"], after["d"]) and not np.array_equal(middle["g"], after["g"])
    assert after["g.count"] == 2 and run.steps == 2
    assert np.array_equal(after["g"], after["g_ema"])  # nothing is averaged
    run.step()
    assert run.state_dict()["d.count"] == 6 and run.state_dict()["g.count"] == 4
    with pytest.raises(KeyError):
        run.step("nobody")


def test_changing_a_live_setting_needs_no_new_program():
    run = GanExperiment(GanConfig())
    structure = run._structure
    run.configure(run.config.changed(g_lr=0.5, r1=3.0, ema=0.0, d_steps=4))
    assert run._structure == structure
    run.configure(run.config.changed(r1=0.0))
    assert differences(structure, run._structure) == {"r1": 0.0}


# ---- pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings, shape",
    [
        ({}, (21, 21, 2)),
        ({"noise_dim": 1, "noise": "uniform"}, (1, 201, 2)),
        ({"noise_dim": 8}, None),
        ({"objective": "wgan_gp", "data": "25narrow"}, (21, 21, 2)),
    ],
)
def test_snapshot_and_scene(settings, shape):
    config = GanConfig(**settings)
    run = GanExperiment(config)
    for _ in range(5):
        run.step()
    frame = Frame(run.steps, run.snapshot())
    assert all(array.dtype == np.float32 and np.isfinite(array).all() for array in frame.arrays.values())
    assert ("manifold" in frame.arrays) == (shape is not None)
    assert shape is None or frame.arrays["manifold"].shape == shape
    for name in ("belief", "d_real", "d_fake"):
        assert frame.arrays[name].min() >= 0 and frame.arrays[name].max() <= 1
    drawn = scene(frame, config)
    bars = drawn.layer("outputs")
    assert bars.values.reshape(-1, 2).sum(0) == pytest.approx([1, 1])
    assert drawn.values["step"] == "5"
    assert drawn.extent[1] == distributions.get(config.data).half_width
    assert len(drawn.layer("gradients").xy) == len(drawn.layer("gradients").uv)


def test_belief_has_the_lowest_y_first():
    run = GanExperiment(GanConfig(activation="relu"))
    run._state["d"] = torch.zeros_like(run._state["d"])
    views = run.objective.d.views(run._state["d"])
    views["layers.0.weight"][0] = torch.tensor([0.0, 1.0])  # passes y on, where it is positive
    views["layers.1.weight"][0, 0] = views["layers.2.weight"][0, 0] = 1.0
    belief = run.snapshot()["belief"]
    assert np.allclose(belief[0], 0.5) and np.allclose(belief[-1], 1 / (1 + math.exp(-3)), atol=1e-6)


def test_gradients_point_where_the_loss_falls():
    run = GanExperiment(GanConfig())
    for _ in range(30):
        run.step()
    arrays = run.snapshot()
    score, _ = run.objective.discriminator(run.objective.d.views(run._state["d"].clone()), run._state["d_norm"])
    fake = torch.from_numpy(arrays["fake"][:200])
    loss = run.objective.losses.generator
    before, after = (
        torch.stack([loss(score(x)[i : i + 1]) for i in range(200)])
        for x in (fake, fake + 1e-2 * torch.from_numpy(arrays["gradients"]))
    )
    expected = 1e-2 * np.square(arrays["gradients"]).sum(1)
    assert np.allclose((before - after).detach(), expected, rtol=0.2, atol=1e-4)


def test_opacity_is_density():
    axis = np.linspace(-1, 1, 11)
    square = np.stack(np.meshgrid(axis, axis), -1)
    even = opacity(square)
    assert even.shape == (10, 10) and np.allclose(even, even[0, 0])
    assert (opacity(square / 2) > even).all() and (opacity(square * 0) == 1).all()
    assert np.allclose(1 / even - 1, 0.15 * 4)  # area 4: density 1/4


def test_default_generator_has_the_parameters_it_should():
    game = Game(GanConfig())
    assert game.g.size == 2 * 64 + 64 + 64 * 64 + 64 + 64 * 2 + 2


def test_it_learns_the_ring():
    """A fixed seed, so nothing here is random; bench/gan.py measures how good it gets, over seeds."""
    run = GanExperiment(GanConfig(data="ring"))
    start = run.evaluate()["sliced_w2"].value
    for _ in range(1500):
        run.step()
    end = run.evaluate()["sliced_w2"]
    assert end.value < 4 * end.floor < start / 3


@pytest.mark.parametrize(
    "preset, steps, shows",
    [
        ("strong_discriminator", 300, lambda scalars, scores: scalars["d_real"] > 0.95 and scalars["g_grad"] < 0.01),
        ("mode_collapse", 1500, lambda scalars, scores: scores["modes_covered"].value <= 3),
    ],
)
def test_presets_show_what_they_say(preset, steps, shows):
    run = GanExperiment(parse(GanConfig, PRESETS[preset].settings))
    for _ in range(steps):
        scalars = run.step()
    assert shows(scalars, run.evaluate())
