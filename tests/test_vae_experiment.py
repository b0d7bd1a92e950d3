"""Autoencoders in training: what is drawn, scored, answered and found; and the shipped weights."""

import numpy as np
import pytest
import torch

from playground.core.contract import Frame
from playground.core.diagnosis import History
from playground.core.errors import UserError
from playground.core.i18n import fill
from playground.core.panels import question, validate
from playground.core.registry import FAMILIES
from playground.core.resources import WEIGHTS
from playground.core.score import Score
from playground.data.images.digits import DIGITS
from playground.engine.recording import read
from playground.families.vae import bounds
from playground.families.vae.config import VaeConfig
from playground.families.vae.diagnosis import diagnose
from playground.families.vae.experiment import VaeExperiment
from playground.families.vae.images.scene import independent_pixels
from playground.live.protocol import encode_frame
from playground.training.checkpoint import VALIDATE_EVERY

FAMILY = FAMILIES["vae"]
DIGIT = {"data": "digits", **VaeConfig.data_defaults["digits"], "execution": "eager"}
FILES = sorted(WEIGHTS.glob("vae-*.safetensors"))


def trained(steps: int, **settings) -> VaeExperiment:
    experiment = VaeExperiment(VaeConfig(**settings))
    for _ in range(steps):
        experiment.step()
    return experiment


@pytest.fixture(scope="module")
def digits():
    return trained(3 * VALIDATE_EVERY, **DIGIT)


@pytest.fixture(scope="module")
def moons():
    return trained(300, execution="traced")


# ---- what is seen --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"latent": 1},
        {"latent": 8},
        {"data": "8gaussians", "noise": "own"},
        {"data": "own"},
        {**DIGIT, "latent": 1},
        {**DIGIT, "likelihood": "logistic", "latent": 8},
        {**DIGIT, "strong": True},
    ],
)
def test_pictures_and_panels_are_whole(settings):
    experiment = trained(1, **{"execution": "eager", **settings})
    config = experiment.config
    scene = FAMILY.scene(Frame(1, experiment.snapshot()), config)
    encode_frame({"step": 1}, scene, str)
    names = [layer.name for layer in scene.layers]
    assert {layer for node in scene.diagram.nodes for layer in node.layers} <= set(names)
    fill(scene.words, **scene.values), fill(scene.legend, **scene.values)
    for panel in FAMILY.panels(config):
        values = validate(panel, {})
        answer = experiment.respond(question(panel, values))
        assert all(np.isfinite(array).all() for array in answer.values())
        for _, drawn in FAMILY.draw_panel(panel.name, answer, values, config):
            encode_frame({}, drawn, str)
            fill(drawn.words, **drawn.values), fill(drawn.legend, **drawn.values)
    probe = scene.diagram.probe
    asked = experiment.respond({probe.question: np.zeros((3, probe.dim), np.float32)})
    assert asked[probe.answer].shape == (3, 64 if config.data == "digits" else 2)


def test_the_trajectory_begins_at_the_data_and_passes_their_codes(moons):
    frame = moons.snapshot()
    points = FAMILY.scene(Frame(300, frame), moons.config).layer("data")
    assert points.xy.shape == (3, 300, 2) and len(points.kinds) == 8
    with torch.no_grad():
        mean, log_std = moons.current().model.encode(torch.from_numpy(frame["data"].astype(np.float32)))
    assert np.abs(points.xy[1] - mean.numpy()).max() < 2e-2  # half precision
    middle, edge = mean[:40].numpy(), 2 * log_std[:40].exp().numpy()
    assert np.allclose(frame["outline"].astype(np.float32).max(1), middle + edge, atol=3e-2)


def test_the_density_on_the_picture_is_that_of_the_model(moons):
    """Against quadrature at the same places; the picture's is widened a little, so that it has no gaps."""
    density = moons.snapshot()["density"].astype(np.float64)
    axis = torch.linspace(-3, 3, len(density))
    places = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2)
    exact = bounds.exact(moons.current().model, places, 121).exp().view(density.shape).numpy()
    assert np.abs(density - exact).max() < 0.15 * exact.max()
    assert density.sum() * (6 / 36) ** 2 == pytest.approx(1, abs=0.08)


def test_scores_are_in_their_order_and_near_what_is_known(moons):
    scores = moons.evaluate(thorough=True)
    values = {name: score.value for name, score in scores.items()}
    assert values["elbo"] > values["iwae50"] > values["nll"] - 0.05 and values["elbo"] > values["nll"]
    assert values["elbo"] == pytest.approx(values["reconstruction"] + values["kl"], abs=1e-4)
    assert values["nll_gap"] == pytest.approx(values["nll"] - moons.dataset.entropy, abs=1e-4)
    assert {"sliced_w2", "active"} <= values.keys()
    assert moons.sample(500, 3).shape == (500, 2)


def test_the_best_weights_are_kept_and_travel(digits):
    assert digits.best.step in {VALIDATE_EVERY, 2 * VALIDATE_EVERY, 3 * VALIDATE_EVERY}
    twin = VaeExperiment(digits.config)
    twin.load_state_dict({name: array.copy() for name, array in digits.state_dict().items()})
    assert all(np.array_equal(a, b) for a, b in zip(digits.snapshot().values(), twin.snapshot().values(), strict=True))
    assert digits.evaluate(thorough=True)["valid_elbo"].value == pytest.approx(digits.best.score, abs=1e-4)
    settled = digits.export_state()
    assert np.array_equal(settled["w"], settled["best.average"]) and settled["age"] == 3 * VALIDATE_EVERY
    assert set(np.unique(digits.sample(20, 0))) <= {0.0, 1.0}


def test_pixels_on_their_own_are_the_figure_of_targets():
    assert independent_pixels("bernoulli")[0][0] == pytest.approx(25.31, abs=0.02)


# ---- answers -------------------------------------------------------------------------------------


def test_a_drawn_picture_is_judged_as_the_model_judges_any(digits):
    pixels = DIGITS.vectors("valid")[4]
    answer = digits.respond({"drawing": np.zeros(0, np.float32), "drawing.pixels": pixels})
    assert np.array_equal(answer["seen"][0].ravel(), DIGITS.binary("valid")[4])
    cost, rate, bound, tight = answer["nats"]
    assert bound == pytest.approx(cost + rate, abs=1e-3) and tight <= bound
    assert rate == pytest.approx(answer["kls"].sum(), abs=1e-3)
    exact = -float(bounds.exact(digits.current().model, torch.from_numpy(answer["seen"].reshape(1, 64)), 161))
    assert tight == pytest.approx(exact, abs=0.1)


def test_what_shares_a_code_is_a_weighted_mean(moons):
    answer = moons.respond({"blur": np.array([3, 1.0], np.float32)})
    assert answer["share"].sum() == pytest.approx(1, abs=1e-4)
    assert np.allclose(answer["mean"][0], answer["share"] @ answer["data"], atol=1e-4)
    narrow = moons.respond({"blur": np.array([3, 0.1], np.float32)})
    assert narrow["share"].max() > answer["share"].max()


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"nothing": np.zeros(1)},
        {"latent": np.zeros(5)},
        {"z": np.zeros((2, 3))},
        {"z": np.full((1, 2), np.nan)},
        {"walk": np.zeros(4)},
        {"blur": np.array([99.0, 1.0])},
        {"signals": np.array([7.0, 1.0, 1.0])},
        {"latent": np.zeros((1, 2))},
    ],
)
def test_nonsense_is_refused(moons, asked):
    with pytest.raises(UserError):
        moons.respond(asked)


# ---- what goes wrong -----------------------------------------------------------------------------


def test_collapse_is_found_and_its_remedy_helps():
    rows = []
    experiment = VaeExperiment(VaeConfig(beta=20.0))
    for _ in range(650):
        rows.append(experiment.step())
    history = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    (found,) = diagnose(History(experiment.config, 650, history))
    assert found.name == "collapse" and found.remedy(experiment.config)["beta"] == 1.0
    assert diagnose(History(experiment.config, 300, history)) == []
    fine = history | {"kl": np.full(650, 2.0)}
    assert diagnose(History(experiment.config, 650, fine)) == []


def test_idle_dimensions_overfitting_and_divergence_are_named():
    config = VaeConfig(latent=8)
    columns = {"kl": np.full(2000, 3.0), "active": np.full(2000, 2.0), "weight": np.ones(2000)}
    assert [f.name for f in diagnose(History(config, 2000, columns))] == ["idle"]
    busy = columns | {"active": np.full(2000, 7.0)}
    assert diagnose(History(config, 2000, busy)) == []
    unknown = [float("nan")] * 3
    scores = [(k, {"valid_elbo": Score(value, *unknown)}) for k, value in enumerate((20.0, 18.0, 19.5, 20.0, 20.5))]
    heart = VaeConfig(data="digits", best=False)
    assert [f.name for f in diagnose(History(heart, 2000, busy, scores))] == ["overfitting"]
    assert diagnose(History(heart, 2000, busy, scores[:3])) == []
    assert [f.name for f in diagnose(History(config, 5, columns, broken="loss"))] == ["divergence"]


# ---- shipped weights -----------------------------------------------------------------------------


def test_weights_are_there_and_small():
    names = {path.stem for path in FILES}
    assert names == {"vae-moons", "vae-8gaussians", "vae-checkerboard", "vae-digits", "vae-digits-8", "vae-digits-grey"}
    assert sum(path.stat().st_size for path in FILES) <= 3e6


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_tells_its_story(path):
    recording = read(path)
    assert path.name in recording.command and f"--steps {recording.step}" in recording.command
    assert len(recording.timeline.frames.steps) >= 4
    scene = FAMILY.scene(recording.last, recording.config)
    assert encode_frame({"step": recording.step}, scene, str).startswith(b"PGF1")
    experiment = VaeExperiment(recording.config)
    experiment.load_state_dict(recording.state)
    name = "valid_elbo" if recording.config.data == "digits" else "sliced_w2"
    again = experiment.view.negative_elbo(experiment.current().model, "valid") if name == "valid_elbo" else None
    if again is not None:
        assert again == pytest.approx(recording.scores[name].value, abs=1e-2)
    else:
        assert recording.scores["elbo"].value > recording.scores["nll"].value > recording.scores["nll"].floor


def test_a_command_makes_its_file_again():
    """As far as the second of the frames. Nothing of it is more than a rounding away."""
    recording = read(WEIGHTS / "vae-moons.safetensors")
    step = recording.timeline.frames.steps[1]
    experiment = trained(step, **recording.config.model_dump())
    again, said = experiment.snapshot(), recording.timeline.frames.items[step].arrays
    assert again.keys() == said.keys() and step > 40
    for name in ("data", "means", "back"):
        assert np.abs(again[name].astype(np.float32) - said[name]).max() < 2e-2, name
