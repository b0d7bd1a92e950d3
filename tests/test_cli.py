"""The command line as a person types it."""

import csv
import json
import os
import signal

import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open

from playground.__main__ import main
from playground.commands import train as train_command
from playground.core.resources import BENCH
from playground.engine.local import train

SMALL = ["--set", "g_width=8", "--set", "d_width=8", "--set", "batch=16"]


def run(capsys, *arguments):
    """Exit code, what was printed, what was complained about."""
    try:
        code = main([str(a) for a in arguments])
    except SystemExit as left:
        code = left.code
    return code, *capsys.readouterr()


def test_list_names_families_data_and_settings(capsys):
    code, said, _ = run(capsys, "list")
    assert code == 0 and "gan" in said and "8gaussians" in said
    code, said, _ = run(capsys, "list", "gan")
    assert code == 0 and "g_lr" in said and "may change in mid-run" in said and "gan_lab" in said


def test_train_ends_with_one_json_object(capsys, tmp_path):
    code, said, complaint = run(
        capsys,
        "train",
        "gan",
        "--data",
        "moons",
        "--steps",
        30,
        "--seed",
        3,
        *SMALL,
        "--out",
        tmp_path / "run",
        "--json",
    )
    result = json.loads(said.strip().splitlines()[-1])
    assert code == 0 and complaint == ""
    assert set(result) == {"family", "config", "steps", "seconds", "steps_per_s", "metrics"}
    assert (result["family"], result["steps"], result["config"]["data"], result["config"]["seed"]) == (
        "gan",
        30,
        "moons",
        3,
    )
    assert set(result["metrics"]["sliced_w2"]) == {"value", "floor", "low", "high"}
    assert result["metrics"]["sliced_w2"]["value"] > result["metrics"]["sliced_w2"]["high"]
    assert json.loads((tmp_path / "run" / "run.json").read_text())["step"] == 30


def test_resuming_equals_going_through(capsys, tmp_path):
    for name, steps in (("whole", 40), ("parts", 20)):
        assert run(capsys, "train", "gan", "--steps", steps, *SMALL, "--out", tmp_path / name, "--json")[0] == 0
    assert run(capsys, "train", "gan", "--resume", tmp_path / "parts", "--steps", 40, "--json")[0] == 0
    whole, parts = (tmp_path / name / "states" / "40.safetensors" for name in ("whole", "parts"))
    assert whole.read_bytes() == parts.read_bytes()


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["train", "nothing"], "There is no family 'nothing'"),
        (["train", "gan", "--data", "cats"], "'data' cannot be 'cats'"),
        (["train", "gan", "--set", "g_lr=fast"], "'g_lr' cannot be 'fast'"),
        (["train", "gan", "--set", "g_lr"], "--set wants KEY=VALUE"),
        (["train", "gan", "--set", "speed=1"], "There is no setting 'speed'"),
        (["train", "gan", "--steps", "0"], "--steps must be at least 1"),
        (["train", "gan", "--steps", "many"], "invalid int value"),
        (["train", "gan", "--preset", "magic"], "There is no preset 'magic'"),
        (["train", "gan", "--resume", "nowhere"], "nowhere does not exist"),
        (["train", "gan", "--weights", "x.pt"], ".safetensors"),
        (["sample", "nowhere.safetensors", "--out", "x.npz"], "does not exist"),
        (["sample", "nowhere.safetensors", "--out", "x.exe"], "ends in .npz or .csv or .png"),
        (["bench", "nothing"], "There is no benchmark 'nothing'"),
        (["bench", "nothing", "disk"], "There is no benchmark 'nothing'"),
        (["frobnicate"], "invalid choice"),
    ],
)
def test_wrong_input_is_one_sentence_and_writes_nothing(capsys, tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    code, said, complaint = run(capsys, *arguments)
    assert code == 2 and said == ""
    assert sentence in complaint and complaint.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_benchmark_measures_the_parts_that_are_named_after_it(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("playground.commands.bench.BENCH", tmp_path)
    monkeypatch.syspath_prepend(str(BENCH))
    told = (
        "import json\nPARTS = {'one': 1, 'other': 2}\ndef run(*parts):\n    row = {'name': str(parts), 'asked': ''}\n"
    )
    told += "    return {'figures': [{**row, 'measured': len(parts), 'unit': '', 'how': ''}]}\n"
    for name in ("first", "other"):
        (tmp_path / f"{name}.py").write_text(told)
    code, said, _ = run(capsys, "bench", "first", "one", "other", "first", "other", "--json")
    assert code == 0  # after `first`, `other` is its part
    assert json.loads(said.splitlines()[-1])["first"]["figures"][0]["name"] == "('other',)"
    assert run(capsys, "bench", "first", "two")[0] == 2


def test_a_folder_in_use_is_not_written_over(capsys, tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    code, _, complaint = run(capsys, "train", "gan", "--steps", 5, *SMALL, "--out", tmp_path)
    assert code == 2 and "already exists" in complaint
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_weights_carry_their_story_and_can_be_sampled(capsys, tmp_path):
    weights = tmp_path / "gan-ring.safetensors"
    assert run(capsys, "train", "gan", "--steps", 60, *SMALL, "--weights", weights, "--json")[0] == 0
    with safe_open(weights, "numpy") as file:
        about = file.metadata()
    assert json.loads(about["config"])["g_width"] == 8 and "--steps 60" in about["command"]
    assert json.loads(about["scores"])["sliced_w2"]
    for name in ("a.npz", "b.npz", "c.csv", "d.png"):
        assert run(capsys, "sample", weights, "-n", 500, "--out", tmp_path / name)[0] == 0
    a, b = (np.load(tmp_path / name)["samples"] for name in ("a.npz", "b.npz"))
    assert a.shape == (500, 2) and a.dtype == np.float32 and np.array_equal(a, b)
    rows = list(csv.reader((tmp_path / "c.csv").read_text().splitlines()))
    assert rows[0] == ["x1", "x2"] and np.allclose(np.array(rows[1:], float), a, atol=1e-6)
    assert Image.open(tmp_path / "d.png").size == (800, 800)
    (tmp_path / "bad.safetensors").write_bytes(b"\x80\x04pickle")
    assert (
        "cannot be read as weights"
        in run(capsys, "sample", tmp_path / "bad.safetensors", "--out", tmp_path / "x.npz")[2]
    )


def test_ctrl_c_keeps_the_run_and_says_how_to_go_on(capsys, tmp_path, monkeypatch):
    def interrupted(run, steps, *, on_progress, **more):
        def heard(run, progress):
            on_progress(run, progress)
            if run.step > 0:
                os.kill(os.getpid(), signal.SIGINT)

        return train(run, steps, on_progress=heard, **more)

    monkeypatch.setattr(train_command, "train", interrupted)
    code, _, complaint = run(capsys, "train", "gan", "--steps", 10**6, *SMALL, "--out", tmp_path / "run", "--json")
    step = json.loads((tmp_path / "run" / "run.json").read_text())["step"]
    assert code == 130 and 0 < step < 10**6
    assert f"Stopped at step {step}" in complaint and f"--resume {tmp_path / 'run'}" in complaint
    monkeypatch.undo()
    assert run(capsys, "train", "gan", "--resume", tmp_path / "run", "--steps", step + 5, "--json")[0] == 0
