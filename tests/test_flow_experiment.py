"""The experiment of the flows: its trajectory is the flow's own, its scores and answers agree with the truth."""

import numpy as np
import pytest
import torch
from scipy.stats import kstest, norm

from playground.core.contract import Frame
from playground.core.errors import UserError
from playground.core.panels import question, validate
from playground.core.registry import family
from playground.core.resources import WEIGHTS
from playground.data.plane.distributions import circle, get
from playground.data.plane.drawing import colour_scale
from playground.engine.recording import read
from playground.families.normalizing_flow import experiment as module
from playground.families.normalizing_flow.config import NormalizingFlowConfig
from playground.families.normalizing_flow.experiment import NormalizingFlowExperiment
from playground.families.normalizing_flow.plane import trajectory
from playground.families.normalizing_flow.plane.outliers import hdr_threshold, outside_hdr
from playground.families.normalizing_flow.plane.panels.inpainting import conditional
from playground.families.normalizing_flow.plane.scene import scene
from playground.live.protocol import encode_frame
from playground.training import gradient_experiment
from playground.training.ensemble import Ensemble

FAMILY = family("normalizing_flow")
SMALL = {"width": 8, "batch": 64, "layers": 3, "ode_steps": 4, "execution": "eager"}
KINDS = {
    "realnvp": {},
    "actnorm": {"normalisation": "actnorm"},
    "batchnorm": {"normalisation": "batchnorm"},
    "nice": {"flow": "nice"},
    "planar": {"flow": "planar"},
    "radial": {"flow": "radial"},
    "maf": {"flow": "maf"},
    "iaf": {"flow": "iaf"},
    "nsf": {"flow": "nsf"},
    "glow": {"flow": "glow"},
    "exchange": {"flow": "glow", "permutation": "fixed"},
    "ffjord": {"flow": "ffjord"},
}
every_kind = pytest.mark.parametrize("kind", KINDS)
trained = {}


def grid(low, high, count):
    """Points (count * count, 2) of a square."""
    axis = np.linspace(low, high, count, dtype=np.float32)
    return torch.from_numpy(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2))


def experiment(kind, steps=20):
    """A few steps from its beginning, so that no map is the identity any more."""
    if kind not in trained:
        trained[kind] = NormalizingFlowExperiment(NormalizingFlowConfig(**SMALL, lr=0.02, ema=0.0, **KINDS[kind]))
        for _ in range(steps):
            trained[kind].step()
    return trained[kind]


@pytest.fixture
def gaussian(monkeypatch):
    """Data that the untrained flow, whose couplings begin as the identity, models perfectly."""
    data = circle(1, radius=0.0, std=1.0)
    for place in (module, gradient_experiment):
        monkeypatch.setattr(place, "dataset_of", lambda config: data)
    return data


@every_kind
def test_the_trajectory_is_the_flow_s_own_way(kind):
    one = experiment(kind)
    arrays, flow = one.snapshot(), one.current().model
    keyframes = len(arrays["keyframes"])
    with torch.no_grad():
        x, log_det = flow(one.view.noise)
        z, _ = flow.inverse(one.view.data)
        log_prob = flow.log_prob(one.view.data)
    tolerance = 0.02 if kind == "ffjord" else 0.004  # half precision; a solver goes there and back with an error
    assert np.abs(arrays["forward"][-1] - x.numpy()).max() < tolerance
    assert np.abs(arrays["forward"][0] - one.view.noise.numpy()).max() < 0.002
    assert np.abs(arrays["backward"][0] - z.numpy()).max() < tolerance
    assert np.abs(arrays["backward"][-1] - one.view.data.numpy()).max() < 0.002
    assert np.abs(arrays["log_det"].astype(np.float64).sum(0) - log_det.numpy()).max() < 0.02
    assert arrays["log_prob_terms"][-1, 2] == pytest.approx(float(log_prob.mean()), abs=tolerance)
    assert arrays["log_prob_terms"][:, 2] == pytest.approx(
        arrays["log_prob_terms"][:, 0] - arrays["log_prob_terms"][:, 1], abs=1e-5
    )
    assert arrays["mean_log_det"].sum() == pytest.approx(arrays["log_prob_terms"][-1, 1], abs=1e-4)
    assert len(arrays["forward"]) == len(arrays["density"]) == len(arrays["log_prob_terms"]) == keyframes > 2
    assert np.ptp(arrays["forward"][-1] - arrays["forward"][0]) > 0.05  # it did learn something


@every_kind
def test_every_density_on_the_way_is_one(kind):
    """It sums to 1 on a wide grid, at keyframes in the middle of a map, too."""
    one = experiment(kind)
    places, cell = grid(-12, 12, 161), (24 / 160) ** 2
    with torch.no_grad():
        way = trajectory.stages(one.current().model, trajectory.segments(one.config))
        sums = trajectory.keyframe_densities(way, places).double().exp().sum(1) * cell
    assert sums.numpy() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("data", ["moons", "8gaussians", "checkerboard"])
def test_the_coarse_density_of_a_continuous_flow_can_hardly_be_told_from_it(data):
    recording = read(WEIGHTS / f"normalizing_flow-{data}-ffjord.safetensors")
    one = NormalizingFlowExperiment(recording.config)
    one.load_state_dict(recording.state)
    flow, places = (
        one.current().model,
        grid(*one.dataset.bounds, 25),
    )
    with torch.no_grad():
        drawn = trajectory.log_density(trajectory.stages(flow, trajectory.segments(one.config)), places)
        exact = flow.log_prob(places)
    off = np.abs(colour_scale(drawn.exp().numpy()) - colour_scale(exact.exp().numpy()))
    assert 0 < off.max() < 0.02 and off.mean() < 2e-3


def test_long_chains_skip_layers_and_short_ones_none():
    def keyframes(**settings):
        return [segment.keyframe for segment in trajectory.segments(NormalizingFlowConfig(**settings))]

    assert keyframes(layers=3) == [1, 2, 3]
    assert keyframes(layers=2, flow="glow") == [0.5, 1, 1.5, 2]
    assert keyframes(flow="ffjord")[-1] == 1
    for layers in (12, 13, 32, 64):
        found = keyframes(flow="planar", layers=layers)
        assert len(found) == 12 and found[-1] == layers and found == sorted(set(found))
        segments = trajectory.segments(NormalizingFlowConfig(flow="planar", layers=layers))
        assert [piece.number for segment in segments for piece in segment.pieces] == list(range(layers))


def test_a_perfect_model_scores_as_its_floor(gaussian):
    one = NormalizingFlowExperiment(NormalizingFlowConfig(layers=4))
    scores = one.evaluate()
    assert scores["nll"].value == pytest.approx(gaussian.entropy, abs=1e-5) == scores["nll"].floor
    assert abs(scores["nll_gap"].value) < 1e-5  # whatever points were drawn
    assert scores["invertibility"].value <= scores["invertibility"].high
    assert scores["outside_hdr"].value == pytest.approx(0.01, abs=0.009)  # 4 standard errors
    assert scores["sliced_w2"].value < 2 * scores["sliced_w2"].high
    assert one.snapshot()["log_prob_terms"][0, 2] == pytest.approx(-gaussian.entropy, abs=0.25)


def test_training_closes_the_gap():
    one = NormalizingFlowExperiment(NormalizingFlowConfig(layers=4, width=32, data="2gaussians"))
    before = one.evaluate()
    for _ in range(300):
        one.step()
    after = one.evaluate()
    assert after["nll_gap"].value < 0.5 * before["nll_gap"].value
    assert after["nll"].value > after["nll"].floor  # no model falls below the entropy
    assert set(before) == {"nll", "nll_gap", "sliced_w2", "outside_hdr", "invertibility"}


def test_outliers_are_one_percent_of_the_data_and_most_of_the_noise():
    for name in ("moons", "8gaussians", "rings"):
        data = get(name)
        score = outside_hdr(data.sample(4000, np.random.default_rng(1)), data)
        assert score.low <= score.value <= score.high  # fixed seeds; each misses with probability 5 %
        assert score.floor == pytest.approx(0.01, abs=0.001)
        assert outside_hdr(np.random.default_rng(2).standard_normal((2000, 2)), data).value > 0.3
    level, share = hdr_threshold(get("checkerboard"))
    assert share < 0.02
    assert outside_hdr(np.full((10, 2), np.nan), get("moons")).value == 1


def test_noise_on_the_data_may_be_switched_on_in_mid_run():
    one = NormalizingFlowExperiment(NormalizingFlowConfig(**SMALL))
    assert set(one.step()) == {"loss", "grad"}
    one.configure(one.config.changed(noise=0.7))
    blurred = one.step()["loss"]
    one.configure(one.config.changed(noise=0.0))
    assert blurred > one.step()["loss"] + 0.1
    assert one.steps == 3
    structure = NormalizingFlowExperiment.structure
    assert structure(one.config.changed(noise=0.1)) == structure(one.config.changed(noise=0.2, lr=1.0, seed=3))


def test_flows_train_together_as_alone():
    def make():
        return [
            NormalizingFlowExperiment(NormalizingFlowConfig(**SMALL, seed=seed, data=data, lr=lr))
            for seed, data, lr in ((1, "moons", 1e-3), (2, "ring", 3e-3))
        ]

    alone, members = make(), make()
    together = Ensemble(members)
    for _ in range(5):
        rows = together.step()
        for one, row in zip(alone, rows, strict=True):
            assert row == pytest.approx(one.step(), rel=1e-3)
    for one, member in zip(alone, together.split(), strict=True):
        assert member.steps == 5
        assert member.step() == pytest.approx(one.step(), rel=1e-3)
    assert NormalizingFlowExperiment.batch_key(NormalizingFlowConfig(flow="ffjord", solver="dopri5")) is None


# ---- what panels ask ------------------------------------------------------------------------------


def asked(one, name, **dials):
    panel = {panel.name: panel for panel in FAMILY.panels(one.config)}[name]
    values = validate(panel, dials)
    answer = one.respond(question(panel, values))
    return answer, FAMILY.draw_panel(name, answer, values, one.config)


@every_kind
def test_every_panel_of_every_flow_is_drawn(kind):
    one = experiment(kind)
    for panel in FAMILY.panels(one.config):
        answer, drawn = asked(one, panel.name)
        assert all(np.isfinite(array).all() for array in answer.values())
        for title, picture in drawn:
            assert title and encode_frame({}, picture, str).startswith(b"PGF1")
    frame = Frame(one.steps, one.snapshot())
    whole = scene(frame, one.config)
    stations = [node.moment for node in whole.diagram.nodes if node.moment is not None]
    assert stations == sorted(set(stations)) and set(stations) <= set(whole.trajectory.moments)
    assert (stations[0], stations[-1]) == (whole.trajectory.moments[0], whole.trajectory.moments[-1])
    assert whole.trajectory.title == ("Through time" if kind == "ffjord" else "Through the layers")
    written = [label for label in whole.trajectory.labels if label]
    assert written == (["0", "0.25", "0.5", "0.75", "1"] if kind == "ffjord" else ["0", "1", "2", "3"])


def test_the_exact_density_is_the_flow_s():
    one = experiment("realnvp")
    answer, drawn = asked(one, "density", size="50")
    places = grid(-3, 3, 50)
    with torch.no_grad():
        assert answer["log_p"].ravel() == pytest.approx(one.current().model.log_prob(places).numpy(), abs=1e-4)
    assert [title for title, _ in drawn][1] == "Exact density of the data"
    own = one.config.changed(data="own")
    assert FAMILY.draw_panel("density", answer, {"view": "log"}, own)[1][0] == "Kernel estimate of your data"


def test_inpainting_draws_from_the_exact_slice(gaussian):
    one = NormalizingFlowExperiment(NormalizingFlowConfig(layers=2))
    answer, _ = asked(one, "inpainting", known="x2", value=0.5, count=300)
    density, marginal = conditional(answer["log_p"].astype(np.float64), answer["at"].astype(np.float64))
    assert density == pytest.approx(norm.pdf(answer["at"]), abs=2e-3)
    assert marginal == pytest.approx(norm.pdf(0.5), abs=2e-3)
    assert kstest(answer["drawn"], norm.cdf).pvalue > 1e-3
    assert len(asked(one, "inpainting", count=0)[0]["drawn"]) == 0


def test_temperature_scales_the_noise():
    one = experiment("maf")
    warm, cold = (asked(one, "generation", temperature=t, count=100)[0] for t in (1.0, 0.0))
    assert np.ptp(cold["z"]) == 0 and np.ptp(cold["x"], axis=0) == pytest.approx(0, abs=1e-5)
    with torch.no_grad():
        sent, _ = one.current().model(torch.from_numpy(warm["z"]))
    assert warm["x"] == pytest.approx(sent.numpy(), abs=1e-5)
    assert one.respond({"z": warm["z"]})["x"] == pytest.approx(warm["x"], abs=1e-5)
    assert not np.array_equal(warm["z"], asked(one, "generation", count=100, draw=2)[0]["z"])


def test_a_layer_alone_is_one_map_of_the_chain():
    one = experiment("nsf")
    answer, drawn = asked(one, "stretching", layer=2)
    flow = one.current().model
    with torch.no_grad():
        _, log_det = flow.maps[1](grid(-3, 3, 61))
    assert answer["log_det"].ravel() == pytest.approx(log_det.numpy(), abs=1e-5)
    assert len(drawn) == 3 and drawn[0][1].values["layer"] == "2"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"y": np.zeros((1, 2))},
        {"z": np.zeros((3, 1))},
        {"z": np.zeros(2)},
        {"z": np.array([[np.nan, 0]])},
        {"density": np.array([0.0, 9.0])},
        {"density": np.zeros(0)},
        {"generation": np.array([1.0, 1e9, 0.0])},
        {"z": np.zeros((1, 2)), "density": np.zeros(2)},
    ],
)
def test_what_a_flow_cannot_be_asked(wrong):
    with pytest.raises(UserError):
        experiment("realnvp").respond(wrong)
