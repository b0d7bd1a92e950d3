"""Shipped weights of online action detection: small, whole, and as good as their recorded scores."""

import json
import re

import pytest

from playground.core.config import parse
from playground.core.registry import FAMILIES
from playground.core.resources import WEIGHTS
from playground.engine.recording import read
from playground.families.oadtr.config import RIVALS, OadtrConfig
from playground.families.oadtr.experiment import OadtrExperiment
from playground.families.oadtr.presets import PRESETS
from playground.live.protocol import encode_frame

FILES = sorted(WEIGHTS.glob("oadtr-*.safetensors"))
LINES = dict(re.findall(r"^make (\S+) (\S+) \d+$", (WEIGHTS / "oadtr.sh").read_text("utf-8"), re.M))
"""Name of the file -> its preset, as the script makes them."""
MAX_BYTES = 3e6


def test_every_line_of_the_script_has_its_file_and_they_are_small():
    assert {path.stem.partition("-")[2] for path in FILES} == set(LINES)
    assert sum(path.stat().st_size for path in WEIGHTS.glob("oadtr-*")) <= MAX_BYTES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_scores_what_it_records(path):
    recording, preset = read(path), LINES[path.stem.partition("-")[2]]
    assert recording.config == parse(OadtrConfig, PRESETS[preset].settings) and path.name in recording.command
    run = OadtrExperiment(recording.config)
    run.load_state_dict(recording.state)
    found = run.evaluate(thorough=True)
    assert {name: score.value for name, score in found.items()} == pytest.approx(
        {name: score.value for name, score in recording.scores.items()}, abs=2e-3
    )
    assert len(encode_frame({}, FAMILIES["oadtr"].scene(recording.last, recording.config), str)) < 160_000
    assert len(recording.timeline.frames.steps) >= 5


def test_what_remembers_is_ahead_of_one_frame_alone():
    for path in FILES:
        scores = read(path).scores
        assert scores["map"].value > scores["map_3"].value + 0.05  # OadTR over the MLP


def test_the_table_of_seeds_has_every_model_on_both_data_sets():
    kept = json.loads((WEIGHTS / "oadtr-seeds.json").read_text("utf-8"))
    assert len(kept["seeds"]) >= 3 and set(kept["scores"]) == {"stick", "watch"}
    for scores in kept["scores"].values():
        assert tuple(scores) == RIVALS
        assert all(len(one[key]) == len(kept["seeds"]) for one in scores.values() for key in ("map", "mcap", "seconds"))
        assert all(0 < value < 1 for one in scores.values() for value in (*one["map"], *one["mcap"]))
