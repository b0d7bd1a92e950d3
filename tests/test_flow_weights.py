"""Shipped weights of flows: what is in them, and that their commands make them again. Nothing is written twice."""

import json

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from playground.core.errors import UserError
from playground.core.resources import WEIGHTS
from playground.engine.recording import _once, _whole, read
from playground.families.normalizing_flow.config import IMAGE_SETTINGS, NormalizingFlowConfig
from playground.families.normalizing_flow.experiment import NormalizingFlowExperiment

FILES = sorted(WEIGHTS.glob("normalizing_flow-*.safetensors"))
PLANE = [
    f"{data}-{flow}"
    for data in ("moons", "8gaussians", "checkerboard")
    for flow in ("planar", "radial", "nice", "realnvp", "glow", "maf", "iaf", "nsf", "ffjord")
]
PICTURES = [f"digits-{flow}" for flow in ("nice", "realnvp", "glow", "maf")]


def shipped(name: str):
    return read(WEIGHTS / f"normalizing_flow-{name}.safetensors")


def test_every_flow_is_there_for_three_distributions_and_the_digits():
    assert [path.stem.partition("-")[2] for path in FILES] == sorted(PLANE + PICTURES)
    assert sum(path.stat().st_size for path in FILES) <= 12e6


@pytest.mark.parametrize("flow", IMAGE_SETTINGS)
def test_who_picks_a_flow_on_digits_finds_its_weights(flow):
    now = {"data": "digits", **NormalizingFlowConfig.data_defaults["digits"], "flow": flow}
    picked = NormalizingFlowConfig(**now | dict(NormalizingFlowConfig.companions("flow", now)))
    assert picked == shipped(f"digits-{flow}").config


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem.partition("-")[2])
def test_a_file_tells_its_story(path):
    recording = read(path)
    data, flow = path.stem.split("-")[1:]
    assert (recording.config.data, recording.config.flow) == (data, flow)
    assert path.name in recording.command and f"--steps {recording.step}" in recording.command
    assert recording.timeline.frames.steps[0] == 0 and len(recording.timeline.frames.steps) >= 3
    score = recording.scores["test_bits" if data == "digits" else "nll_gap"]
    assert np.isfinite(score.value) and (data == "digits" or score.value > -0.05)


@pytest.mark.parametrize("name", ["moons-realnvp", "digits-maf"])
def test_shipped_weights_score_what_they_say(name):
    recording = shipped(name)
    experiment = NormalizingFlowExperiment(recording.config)
    experiment.load_state_dict(recording.state)
    scores = experiment.evaluate(thorough=True)
    measure = "test_bits" if recording.config.data == "digits" else "nll"
    assert scores[measure].value == pytest.approx(recording.scores[measure].value, abs=1e-3)


@pytest.mark.parametrize("name", [name for name in PLANE if name.startswith("moons")])
def test_densities_still_integrate_to_one_after_training(name):
    recording = shipped(name)
    experiment = NormalizingFlowExperiment(recording.config)
    experiment.load_state_dict(recording.state)
    flow, axis = experiment.current().model, torch.linspace(-6, 6, 121)
    with torch.no_grad():
        places = torch.cartesian_prod(axis, axis)
        mass = sum(flow.log_prob(part).double().exp().sum() for part in places.split(4000)) * (axis[1] - axis[0]) ** 2
    assert abs(mass - 1) < 1e-2


def test_a_command_makes_its_file_again():
    """As far as the second of the frames: a ninth of the way. The bench goes all of it, for every file."""
    recording = shipped("moons-nice")
    step = recording.timeline.frames.steps[1]
    experiment = NormalizingFlowExperiment(recording.config)
    began = experiment.snapshot()
    for _ in range(step):
        experiment.step()
    again, said = experiment.snapshot(), recording.timeline.frames.items[step].arrays
    assert again.keys() == said.keys() and step > 400
    for name, array in said.items():  # training magnifies how other machines round: 2 % of the way on one, 0 on another
        way, apart = (np.abs(frame[name].astype(np.float32) - array).mean() for frame in (began, again))
        assert apart <= 0.05 * way, name


def test_settled_weights_are_seen_alike_and_begin_anew():
    experiment = NormalizingFlowExperiment(NormalizingFlowConfig(flow="maf", layers=2, width=8, execution="eager"))
    for _ in range(5):
        experiment.step()
    state, seen = {name: array.copy() for name, array in experiment.export_state().items()}, experiment.sample(50, 0)
    assert not state["m"].any() and not state["v"].any() and state["count"] == 0 and state["steps"] == 5
    twin = NormalizingFlowExperiment(experiment.config)
    twin.load_state_dict(state)
    assert np.array_equal(twin.sample(50, 0), seen)
    assert np.isfinite(twin.step()["loss"]) and twin.steps == 6


def test_what_repeats_is_written_once_and_comes_back():
    random = np.random.default_rng(0)
    a = random.standard_normal(300).astype(np.float32)
    state = {
        "w": a,
        "average": a.copy(),
        "best": a.copy(),
        "m": np.zeros(300, np.float32),
        "v": np.zeros(300, np.float32),
        "other": np.zeros(301, np.float32),
        "small": np.zeros(2, np.float32),
        "count": np.array(0.0, np.float32),
        "long": np.zeros(300, np.int64),
    }
    kept, repeated = _once(state)
    assert kept.keys() == {"average", "other", "small", "count", "long"}  # of the last none of their kind is kept
    whole = _whole(kept, repeated)
    assert whole.keys() == state.keys()
    for name, array in state.items():
        assert whole[name].dtype == array.dtype and np.array_equal(whole[name], array)


@pytest.mark.parametrize(
    "repeated",
    [{"m": ["zeros", "nothing"]}, {"m": ["eval", "w"]}, {"m": "w"}, {f"m{k}": ["copy", "w"] for k in range(17)}],
)
def test_repetitions_that_make_no_sense_are_refused(tmp_path, repeated):
    about = {
        "family": "normalizing_flow",
        "config": NormalizingFlowConfig().model_dump_json(),
        "step": "0",
        "repeated": json.dumps(repeated),
    }
    save_file({"state.w": np.ones(300, np.float32)}, tmp_path / "w.safetensors", about)
    with pytest.raises(UserError, match="damaged"):
        read(tmp_path / "w.safetensors")
