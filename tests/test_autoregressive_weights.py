"""Shipped weights of autoregressive models: small, whole, and as good as their recorded scores."""

import pytest

from playground.core.config import differences
from playground.core.registry import FAMILIES
from playground.core.resources import WEIGHTS
from playground.engine.recording import read
from playground.families.autoregressive.config import AutoregressiveConfig
from playground.families.autoregressive.experiment import AutoregressiveExperiment
from playground.live.protocol import encode_frame

FILES = sorted(WEIGHTS.glob("autoregressive-*.safetensors"))
MAX_NATS = {"fvsbn": 18.8, "made": 18.0, "nade": 17.6, "transformer": 17.6, "pixelcnn": 18.8, "agnostic": 17.2}
"""Nats that test pictures may cost."""


def test_every_model_of_digits_is_there():
    names = {path.stem.partition("-")[2] for path in FILES}
    assert names >= {*(f"digits-{name}" for name in MAX_NATS), "xor-made", "moons", "8gaussians", "checkerboard"}
    assert sum(path.stat().st_size for path in FILES) <= 3e6


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_scores_what_it_records(path):
    recording = read(path)
    data, _, name = path.stem.partition("-")[2].partition("-")
    assert recording.config.data == data and path.name in recording.command
    run = AutoregressiveExperiment(recording.config)
    run.load_state_dict(recording.state)
    measure = "test_nll" if "test_nll" in recording.scores else "nll"
    value = run.evaluate(thorough=True)[measure].value
    assert value == pytest.approx(recording.scores[measure].value, abs=1e-3)
    if data == "digits":
        assert value <= MAX_NATS[name]
    if (
        name in AutoregressiveConfig.model_fields["model"].annotation.__args__
    ):  # its weights are shown as soon as it is chosen
        assert set(differences(AutoregressiveConfig(), recording.config)) <= {"model", "data"}
    assert len(encode_frame({}, FAMILIES["autoregressive"].scene(recording.last, recording.config), str)) < 120_000
    assert len(recording.timeline.frames.steps) >= 5
