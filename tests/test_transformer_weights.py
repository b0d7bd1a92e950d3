"""Shipped weights of models of sequences: small, whole, and as good as their recorded scores."""

import math
import re

import pytest

from playground.core.config import parse
from playground.core.registry import FAMILIES
from playground.core.resources import WEIGHTS
from playground.engine.recording import read
from playground.families.transformer.config import TransformerConfig
from playground.families.transformer.experiment import TransformerExperiment
from playground.families.transformer.presets import PRESETS
from playground.live.protocol import encode_frame

FILES = sorted(WEIGHTS.glob("transformer-*.safetensors"))
LINES = dict(re.findall(r"^make (\S+) (\S+) \d+$", (WEIGHTS / "transformer.sh").read_text("utf-8"), re.M))
"""Name of the file -> its preset, as the script makes them."""
MAX_BYTES = 5e6


def test_every_line_of_the_script_has_its_file_and_they_are_small():
    assert {path.stem.partition("-")[2] for path in FILES} == set(LINES)
    assert sum(path.stat().st_size for path in FILES) <= MAX_BYTES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_scores_what_it_records(path):
    recording, preset = read(path), LINES[path.stem.partition("-")[2]]
    assert recording.config == parse(TransformerConfig, PRESETS[preset].settings) and path.name in recording.command
    run = TransformerExperiment(recording.config)
    run.load_state_dict(recording.state)
    found = run.evaluate(thorough=True)
    assert {name: score.value for name, score in found.items()} == pytest.approx(
        {name: score.value for name, score in recording.scores.items()}, abs=2e-3
    )
    assert len(encode_frame({}, FAMILIES["transformer"].scene(recording.last, recording.config), str)) < 120_000
    assert len(recording.timeline.frames.steps) >= 5


def test_copying_and_reversal_are_learned_and_the_text_is_below_its_5_gram():
    ends = {path.stem.partition("-")[2]: read(path) for path in FILES}
    assert ends["copy"].scores["exact_match"].value > 0.99 and ends["reverse"].scores["exact_match"].value > 0.95
    task = ends["alice"].config.task
    five_gram = task.ngram(5).nats(task.runs("test")) / math.log(2)
    assert ends["alice"].scores["bits"].value < five_gram
