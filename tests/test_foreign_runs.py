"""Folders of runs that come from somebody else, as `train --resume` takes them: they read, change and delete nothing
outside themselves, and cost what is in them."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from support.measured import cost

from playground.__main__ import main
from playground.engine.limits import Limits
from playground.engine.local import train
from playground.engine.run import start
from playground.engine.store import Store
from playground.families.gan.config import GanConfig

THESIS = b"years of work\n"
SETTINGS = ("--steps", "12", "--json")


@pytest.fixture(scope="module")
def trained():
    run = start("gan", GanConfig(g_width=8, d_width=8, batch=16), "", Limits())
    train(run, 6, stop=lambda: False, on_progress=lambda *_: None)
    run.id = "foreign"
    return run


@pytest.fixture
def folder(trained, tmp_path):
    """The run's folder, beside a file and a folder of mine that are no business of its."""
    (tmp_path / "thesis.f32").write_bytes(THESIS)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "900.safetensors").write_bytes(THESIS)
    Store(tmp_path, Limits()).save(trained)
    return tmp_path / "foreign"


def tell(folder, **changes):
    path = folder / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def link_frames(folder):
    (folder / "frames").rename(folder / "elsewhere")
    (folder / "frames").symlink_to(folder.parent / "mine")


def link_rows(folder):
    name = json.loads((folder / "run.json").read_text())["rows"]
    (folder / name).unlink()
    (folder / name).symlink_to(folder.parent / "thesis.f32")


def sparse(folder):
    with open(folder / "states" / "3.safetensors", "wb") as file:
        file.truncate(50_000_000_000)


ATTACKS = {
    "rows elsewhere": lambda folder: tell(folder, rows="../thesis.f32", names=[], step=0),
    "rows at the root": lambda folder: tell(folder, rows=str(folder.parent / "thesis.f32"), names=[], step=0),
    "linked rows": link_rows,
    "linked frames": link_frames,
    "a pipe": lambda folder: os.mkfifo(folder / "scores.jsonl.part"),
    "a sparse file": sparse,
    "a step before the first": lambda folder: tell(folder, step=-1),
    "no mapping": lambda folder: (folder / "run.json").write_text("[]"),
    "a run.json without end": lambda folder: (folder / "run.json").write_text("[" + "[]," * 5_000_000 + "[]]"),
    "a text elsewhere": lambda folder: tell(folder, config={"data": "own", "own_points": "@../../thesis.f32"}),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_foreign_run_is_refused_and_harms_nothing(attack, folder, capsys):
    ATTACKS[attack](folder)
    assert main(["train", "gan", "--resume", str(folder), *SETTINGS]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and len(said) < 300
    assert (folder.parent / "thesis.f32").read_bytes() == THESIS
    assert (folder.parent / "mine" / "900.safetensors").read_bytes() == THESIS


def test_an_id_that_is_a_path_is_not_believed(folder, capsys):
    tell(folder, id="../mine")
    assert Store(folder.parent, Limits()).load("foreign").id == "foreign"
    assert main(["train", "gan", "--resume", str(folder), *SETTINGS]) == 0
    assert {path.name for path in (folder.parent / "mine").iterdir()} == {"900.safetensors"}


def loaded(root: str) -> int:
    return Store(Path(root), Limits()).load("foreign").step


def test_a_claimed_step_makes_no_room(folder):
    tell(folder, step=10**12)
    found = cost(loaded, str(folder.parent), warm=(str(folder.parent),))
    assert found.answer == "6" and found.megabytes < 10 and found.seconds < 0.5, found


def test_the_rows_of_an_honest_run_come_back(trained, folder):
    found = Store(folder.parent, Limits()).load("foreign")
    assert np.array_equal(found.timeline.scalars.rows, trained.timeline.scalars.rows) and found.step == 6
