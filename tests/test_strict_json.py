"""What is printed, kept and sent is JSON that every reader takes."""

import json
import math

import numpy as np
import pytest
from safetensors import safe_open

from playground.__main__ import main
from playground.core.score import Score
from playground.core.strict_json import dumps, finite
from playground.engine.limits import Limits
from playground.engine.local import train
from playground.engine.recording import encode, read
from playground.engine.run import start
from playground.engine.store import Store
from playground.families.gan.config import GanConfig

CONFIG = GanConfig(g_width=8, d_width=8, batch=16)
WRONG = Score(math.inf, math.nan, -math.inf, 1.5)


def strictly(text):
    def refuse(word):
        raise AssertionError(word)

    return json.loads(text, parse_constant=refuse)


@pytest.fixture
def scored():
    """A run with a score that is no number in every way."""
    run = start("gan", CONFIG, "", Limits())
    train(run, 10, on_progress=lambda *_: None, stop=lambda: False)
    run.timeline.scores.append((10, {"sliced_w2": WRONG}))
    run.measurement = {"steps": 10, "gap": math.nan}
    return run


def test_what_is_not_finite_is_null_at_any_depth():
    value = {"a": [1, 1.5, math.nan, {"b": (math.inf, None, "x", True)}], "c": np.float64("nan")}
    assert finite(value) == {"a": [1, 1.5, None, {"b": [None, None, "x", True]}], "c": None}
    assert strictly(dumps(value, separators=(",", ":"))) == finite(value)
    assert dumps({"a": 0.1}) == json.dumps({"a": 0.1})
    with pytest.raises(TypeError):
        dumps({"a": object()})


def test_a_run_folder_is_strict_and_opens(tmp_path, scored):
    store = Store(tmp_path, Limits())
    store.save(scored)
    folder = tmp_path / scored.id
    assert strictly((folder / "run.json").read_text())["measurement"]["gap"] is None
    lines = [strictly(line) for line in (folder / "scores.jsonl").read_text().splitlines()]
    assert lines[-1] == [10, {"sliced_w2": [None, None, None, 1.5]}]
    again = Store(tmp_path, Limits()).load(scored.id)
    assert all(math.isnan(v) for v in again.scores()["sliced_w2"][:3]) and again.scores()["sliced_w2"].high == 1.5


def test_a_folder_of_before_with_words_for_them_opens(tmp_path, scored):
    Store(tmp_path, Limits()).save(scored)
    path = tmp_path / scored.id / "scores.jsonl"
    path.write_text('[10, {"sliced_w2": [Infinity, NaN, -Infinity, 1.5]}]\n')
    kept = Store(tmp_path, Limits()).load(scored.id).scores()["sliced_w2"]
    assert (kept.value, kept.low) == (math.inf, -math.inf) and math.isnan(kept.floor)


def test_the_metadata_of_weights_are_strict_and_open(tmp_path, scored):
    (tmp_path / "w.safetensors").write_bytes(encode(scored, "made by hand"))
    with safe_open(tmp_path / "w.safetensors", framework="numpy") as file:
        about = file.metadata()
    for name in ("config", "scores"):
        strictly(about[name])
    assert strictly(about["scores"])["sliced_w2"] == [None, None, None, 1.5]
    assert math.isnan(read(tmp_path / "w.safetensors").scores["sliced_w2"].value)


def test_the_command_line_prints_null(tmp_path, capsys, monkeypatch):
    from playground.families.gan.experiment import GanExperiment

    monkeypatch.setattr(GanExperiment, "evaluate", lambda self, thorough=False: {"sliced_w2": WRONG})
    words = "train gan --steps 3 --set g_width=8 --set d_width=8 --set batch=16 --json"
    assert main([*words.split(), "--out", str(tmp_path / "run")]) == 0
    told = strictly(capsys.readouterr().out.splitlines()[-1])["metrics"]["sliced_w2"]
    assert told == {"value": None, "floor": None, "low": None, "high": 1.5}
