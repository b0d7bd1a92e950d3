"""What a command cannot write or read is said in a sentence: before anything is trained, or with the place where the
work is kept instead. Files, not rights, stand in the way: tests may run as root."""

import json
import shutil

import numpy as np
import pytest

from playground.__main__ import main
from playground.commands import output, sample
from playground.commands import train as train_command
from playground.engine import local, results_csv
from playground.engine.results_csv import ResultsCsv
from playground.engine.store import Store

SMALL = "--set g_width=8 --set d_width=8 --set batch=16 --json"


def said(capsys, *arguments):
    """Exit code, what was printed, what was complained about: one sentence, no traceback."""
    try:
        code = main([str(a) for a in arguments])
    except SystemExit as left:
        code = left.code
    out, complaint = capsys.readouterr()
    assert "Traceback" not in complaint
    return code, out, complaint


@pytest.fixture
def no_training(monkeypatch):
    def train(*args, **options):
        raise AssertionError("it was trained before it was refused")

    monkeypatch.setattr(train_command, "train", train)
    monkeypatch.setattr("playground.commands.sweep.open_slots", train)
    monkeypatch.setattr("playground.commands.arena.open_slots", train)
    monkeypatch.setattr("playground.commands.sample.load_model", train)
    monkeypatch.setattr("playground.commands.pipeline.loader.draw", train)


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A folder with what stands in the way: a file where a folder should be, a folder where a file should be."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("not a folder")
    for name in ("folder.safetensors", "folder.csv", "folder.png", "x-way.png"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained") / "run"
    assert main(["train", "gan", "--steps", "3", *SMALL.split(), "--out", str(folder)]) == 0
    return folder


LONG = "x" * 300
REFUSED = [
    ("train gan --out file", "file already exists"),
    ("train gan --out file/run", "--out: file/run cannot be written: Not a directory"),
    (f"train gan --out {LONG}", "cannot be written: File name too long"),
    ("train gan --weights file/w.safetensors", "--weights: file cannot be written: Not a directory"),
    ("train gan --weights folder.safetensors", "--weights: folder.safetensors is a folder"),
    (f"train gan --weights {LONG}.safetensors", "cannot be written: File name too long"),
    ("train gan --weights w.bin", "ends in .safetensors"),
    ("train gan --weights w.safetensors --frames 0", "--frames must be from 2"),
    ("train gan --weights w.safetensors --frames -3", "--frames must be from 2"),
    ("train gan --resume nothing", "nothing does not exist"),
    ("train gan --resume file", "file holds no run"),
    ("train gan --resume folder.csv", "folder.csv holds no run"),
    ("sweep gan --seeds 2 --out file/x.csv", "the folder file does not exist"),
    ("sweep gan --seeds 2 --out folder.csv", "--out: folder.csv is a folder"),
    (f"sweep gan --seeds 2 --out {LONG}.csv", "File name too long"),
    ("sweep gan --seeds 2 --out x.txt", "ends in .csv"),
    ("arena --steps 50 --out none/x.csv", "the folder none does not exist"),
    ("arena --steps 50 --out folder.csv", "--out: folder.csv is a folder"),
    (f"arena --steps 50 --out {LONG}.csv", "File name too long"),
    ("sample WEIGHTS --out none/x.csv", "the folder none does not exist"),
    ("sample WEIGHTS --out folder.png", "--out: folder.png is a folder"),
    (f"sample WEIGHTS --out {LONG}.npz", "File name too long"),
    ("sample WEIGHTS --out x.gif", "ends in .npz or .csv or .png, not x.gif"),
    ("sample WEIGHTS --out x.csv --seed -1", "--seed must be from 0 to 2147483647"),
    ("sample WEIGHTS --out x.csv --seed 99999999999999999999999", "--seed must be from 0"),
    ("sample WEIGHTS --out x.csv -n 0", "-n must be from 1"),
    ("pipeline FOLDER --out none/x.png", "the folder none does not exist"),
    ("pipeline FOLDER --out folder.png", "--out: folder.png is a folder"),
    ("pipeline FOLDER --out x.png", "--out: x-way.png is a folder"),
    ("pipeline FOLDER --out y.png --seed -1", "--seed must be from 0 to 2147483647"),
    ("pipeline FOLDER --out y.png --seed 99999999999999999999999", "--seed must be from 0"),
    ("pipeline FOLDER --out y.png --eta nan", "--eta must be from 0"),
    ("pipeline nothing --out y.png", "There is no pipeline in the folder nothing"),
    ("pipeline file --out y.png", "There is no pipeline in the folder file"),
]


@pytest.mark.parametrize("words, sentence", REFUSED, ids=lambda w: w[:60])
def test_it_is_refused_before_anything_is_computed(capsys, places, no_training, words, sentence):
    before = sorted(places.rglob("*"))
    words = words.replace("FOLDER", str(places / "folder.csv")).replace("WEIGHTS", "file")
    code, out, complaint = said(capsys, *words.split())
    assert code == 2 and out == "" and sentence in complaint and complaint.count("\n") == 1
    assert sorted(places.rglob("*")) == before  # nothing is left of the attempt


def test_what_can_be_written_is_left_as_it_is_until_then(tmp_path, monkeypatch):
    monkeypatch.setattr(output, "SHELTERS", (tmp_path.parent / "shelter",))
    kept = tmp_path / "w.safetensors"
    kept.write_bytes(b"before")
    output.check_file("--weights", kept, (".safetensors",))
    output.check_folder("--out", tmp_path / "a" / "b")
    assert kept.read_bytes() == b"before" and list(tmp_path.iterdir()) == [kept]
    tried = []

    def torn(path):
        path.write_bytes(b"half")
        tried.append(path)
        if len(tried) == 1:
            raise OSError(28, "No space left on device")

    with pytest.raises(output.KeptElsewhere):
        output.write("--out", kept, torn)
    assert kept.read_bytes() == b"before" and list(tmp_path.iterdir()) == [kept]


@pytest.fixture
def shelter(tmp_path, monkeypatch):
    monkeypatch.setattr(output, "SHELTERS", (tmp_path / "file" / "runs", tmp_path / "shelter"))
    (tmp_path / "file").write_text("")
    return tmp_path / "shelter"


def test_a_run_that_cannot_be_written_at_the_end_is_kept_elsewhere(capsys, tmp_path, shelter, monkeypatch):
    real = local.train

    def train(*args, **options):
        done = real(*args, **options)
        (tmp_path / "place").rename(tmp_path / "away")  # the disk is gone meanwhile
        (tmp_path / "place").write_text("")
        return done

    monkeypatch.setattr(train_command, "train", train)
    (tmp_path / "place").mkdir()
    words = f"train gan --steps 5 {SMALL} --out {tmp_path}/place/run --weights {tmp_path}/place/w.safetensors"
    code, out, complaint = said(capsys, *words.split())
    assert code == 2 and json.loads(out)["steps"] == 5  # its scores are printed all the same
    assert complaint.count("What was computed is kept in") == 2 and "Not a directory" in complaint
    (run,) = shelter.glob("run-*")
    (weights,) = shelter.glob("w-*.safetensors")
    assert str(run) in complaint and str(weights) in complaint
    monkeypatch.setattr(train_command, "train", real)
    assert said(capsys, *f"train gan --resume {run} --steps 8 --json".split())[0] == 0
    assert said(capsys, *f"sample {weights} -n 5 --out {tmp_path}/x.csv".split())[0] == 0


def test_a_table_that_cannot_be_written_any_more_goes_on_elsewhere(capsys, tmp_path, monkeypatch):
    (tmp_path / "place").mkdir()
    real = ResultsCsv._add

    def add(self, row):
        real(self, row)
        if len(self.rows) == 1:
            (tmp_path / "place").rename(tmp_path / "away")

    monkeypatch.setattr(ResultsCsv, "_add", add)
    monkeypatch.setattr(results_csv.tempfile, "gettempdir", lambda: str(tmp_path))
    words = (
        "sweep gan --seeds 3 --steps 3 --set g_width=8 --set d_width=8 --set batch=16 --engine inline --json --out "
        f"{tmp_path}/place/t.csv"
    )
    code, out, complaint = said(capsys, *words.split())
    assert code == 2 and len(json.loads(out)["rows"]) == 3
    (kept,) = tmp_path.glob("t-*.csv")
    assert f"The table is kept in {kept}" in complaint and len(ResultsCsv(kept).rows) == 3


def test_samples_that_cannot_be_written_are_kept_elsewhere(capsys, tmp_path, shelter, trained, monkeypatch):
    (tmp_path / "place").mkdir()
    real = sample.load_model

    def load(path):
        (tmp_path / "place").rename(tmp_path / "away")
        (tmp_path / "place").write_text("")
        return real(path)

    monkeypatch.setattr(sample, "load_model", load)
    code, _, complaint = said(capsys, *f"sample {trained} -n 7 --out {tmp_path}/place/x.npz".split())
    (kept,) = shelter.glob("x-*.npz")
    assert code == 2 and str(kept) in complaint and np.load(kept)["samples"].shape == (7, 2)


# what is read


@pytest.mark.parametrize(
    "name, raw",
    [
        ("run.json", "{"),
        ("run.json", "[]"),
        ("run.json", "{}"),
        ("run.json", '{"family": "gan", "config": 3}'),
        ("metrics-6.f32", None),
    ],
)
@pytest.mark.parametrize("command", ["sample FOLDER --out x.csv", "train gan --steps 9 --json --resume FOLDER"])
def test_a_damaged_folder_is_a_sentence(capsys, tmp_path, trained, monkeypatch, name, raw, command):
    monkeypatch.chdir(tmp_path)
    folder = shutil.copytree(trained, tmp_path / "run")
    if raw is None:
        next(folder.glob("metrics-*")).unlink()
    else:
        (folder / name).write_text(raw)
    code, out, complaint = said(capsys, *command.replace("FOLDER", str(folder)).split())
    assert code == 2 and out == "" and complaint.count("\n") == 1
    assert "damaged" in complaint or "cannot be read" in complaint or "holds no run" in complaint


@pytest.mark.parametrize("name", ["scores.jsonl", "states/3.safetensors", "frames/3.safetensors"])
def test_what_can_be_computed_again_may_be_damaged(capsys, tmp_path, trained, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    folder = shutil.copytree(trained, tmp_path / "run")
    (folder / name).write_text("torn")
    for path, out in ((trained, "whole.csv"), (folder, "torn.csv")):
        assert said(capsys, "sample", path, "--out", out)[0] == 0
    assert (tmp_path / "torn.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_folder_that_is_read_is_not_written(tmp_path, trained):
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in trained.rglob("*") if path.is_file()}
    assert Store(trained.parent, train_command.Limits()).load("run").step == 3
    assert before == {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in before}


@pytest.mark.parametrize("raw", [b"", b"junk" * 50, b"\x08\0\0\0\0\0\0\0{}      "])
def test_weights_that_are_none_are_a_sentence(capsys, tmp_path, raw):
    (tmp_path / "w.safetensors").write_bytes(raw)
    code, _, complaint = said(capsys, "sample", tmp_path / "w.safetensors", "--out", tmp_path / "x.csv")
    assert code == 2 and complaint.count("\n") == 1 and "w.safetensors" in complaint
