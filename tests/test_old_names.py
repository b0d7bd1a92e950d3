"""Links, run folders, tables and weights of the state before names changed (commit 8d275e3) open as they did.

`tests/data/before` was written by that state: a run of each family on each kind of data as the app's download makes
it, weights files, a sweep and a scorecard of which half is done, links. `runs.json` and `links.json` say what that
state made of them. Only the aliases of `core/aliases.py` may stand between its names and the present ones.
"""

import asyncio
import csv
import json
import math
import shutil
import zipfile
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from safetensors import safe_open
from streamlit.testing.v1 import AppTest

from playground.__main__ import main
from playground.arena.settings import ArenaConfig
from playground.core.aliases import SCORES, SETTINGS, as_before, column, current, first
from playground.core.config import parse
from playground.core.contract import Event
from playground.core.registry import FAMILIES, family
from playground.core.score import Score
from playground.engine.executors import Inline, Slot
from playground.engine.hub import Hub
from playground.engine.limits import Limits
from playground.engine.recording import WEIGHTS, read
from playground.engine.run import owner_hash
from playground.engine.store import Store
from playground.ui import link

BEFORE = Path(__file__).parent / "data" / "before"
RUNS = json.loads((BEFORE / "runs.json").read_text())
LINKS = json.loads((BEFORE / "links.json").read_text())
CONFIGS = {name: found.Config for name, found in FAMILIES.items()} | {"arena": ArenaConfig}
NAVIGATION = Path(__file__).parents[1] / "playground" / "ui" / "navigation.py"
ME = "m" * 32


def unpacked(name, folder):
    """A run's folder as the app's download holds it."""
    with zipfile.ZipFile(BEFORE / f"{name}.zip") as file:
        file.extractall(folder)
    return folder / name


def same(now, before, names):
    """Values under their present names; what was added since is left out."""
    return as_before({name: now[name] for name in current(names, before)}) == current(names, before)


def test_old_names_and_new_ones_are_each_others():
    assert current({"old": "new"}, {"old": 1, "other": 2}) == {"new": 1, "other": 2}
    assert current({"old": "new"}, {"old": 1, "new": 3}) == {"new": 3}
    assert first({"old": "new"}, {"new": 1, "other": 2}) == {"old": 1, "other": 2}
    assert column("way") == "execution" and column("loss") == "loss"
    for old, new in SCORES.items():
        assert (column(old), column(f"{old}_floor")) == (new, f"{new}_floor")


# run folders


@pytest.mark.parametrize("name", RUNS)
def test_a_run_folder_opens(name, tmp_path):
    folder = unpacked(name, tmp_path)
    about = json.loads((folder / "run.json").read_text())
    run = Store(tmp_path, Limits()).load(name)
    assert (run.family, run.step, run.state_step) == (RUNS[name]["family"], about["step"], about["step"])
    assert same(run.config.model_dump(), about["config"], SETTINGS)
    assert run.events == [
        Event(event["step"], current(SETTINGS, event["changes"]), event["part"]) for event in about["events"]
    ]
    for event in run.events:
        assert event.changes.items() <= run.config_now(event.step).model_dump().items()
    scored = [json.loads(line) for line in (folder / "scores.jsonl").read_text().splitlines()]
    assert [(step, list(scores)) for step, scores in run.timeline.scores] == [
        (step, list(current(SCORES, scores))) for step, scores in scored
    ]
    assert run.timeline.scalars.names == list(current(SCORES, dict.fromkeys(about["names"])))
    assert run.timeline.scalars.rows.shape == (about["step"], len(about["names"]))
    scene = family(run.family).scene(run.newest, run.config_now())
    assert run.newest.step == about["step"] and scene.layers
    charted = {series.metric for chart in family(run.family).charts(run.config) for series in chart.series}
    assert charted & set(run.timeline.scores[-1][1]), "no curve shows the scores of this run"


BETTER_ESTIMATED = dict.fromkeys(("nll", "nll_gap", "iwae50", "iwae1000", "elbo", "reconstruction"), 0.03) | {
    "nearest_ratio": 5e-3
}
"""Scores that are estimated with less chance since, and by how much they may differ from then."""


@pytest.mark.parametrize("name", RUNS)
def test_a_run_folder_is_gone_on_with(name, tmp_path, capsys):
    folder, before = unpacked(name, tmp_path), RUNS[name]
    assert main(["train", before["family"], "--resume", str(folder), "--steps", "50", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["steps"] == 50 and same(told["config"], before["config"], SETTINGS)
    scores = current(SCORES, before["scores"])
    assert told["metrics"].keys() >= scores.keys()
    for score, before in scores.items():
        if score != "invertibility":  # rounding itself
            now = Score.read([told["metrics"][score][part] for part in Score._fields])
            near = BETTER_ESTIMATED.get(score, 2e-3)
            assert now[:2] == pytest.approx(before, rel=2e-3, abs=near, nan_ok=True), score


def test_the_server_finds_an_old_run_by_its_settings(tmp_path):
    folder = unpacked("vae", tmp_path)
    about = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**about, "owner": owner_hash(ME), "events": []}))

    async def story():
        limits = Limits()
        hub = Hub(limits, [Slot(Inline)], Store(tmp_path, limits))
        await hub.open()
        try:
            return hub.find(ME, "vae", parse(family("vae").Config, about["config"]))
        finally:
            await hub.close()

    assert asyncio.run(story()).run.id == "vae"


def test_what_the_arena_measured_is_kept(tmp_path):
    measured = json.loads((unpacked("flow", tmp_path) / "run.json").read_text())["verdict"]
    assert Store(tmp_path, Limits()).load("flow").measurement == current(SCORES, measured)


@pytest.mark.parametrize("name, cell", [("flow", "arena"), ("vae", "sweep")])
def test_runs_of_comparisons_are_told_apart_that_were_written_before(tmp_path, name, cell):
    folder = unpacked(name, tmp_path)
    about = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**about, "cell": True}))
    run = Store(tmp_path, Limits()).load(name)
    assert run.cell == cell and run.hidden


# tables


def gone_on_with(tmp_path, capsys, table, words):
    """The rows that were there, those that are there now, and the heads of the columns."""
    shutil.copy(BEFORE / table, tmp_path / table)
    with open(BEFORE / table, newline="") as file:
        before = list(csv.DictReader(file))
    assert main([*words.split(), "--out", str(tmp_path / table), "--engine", "inline", "--json"]) == 0
    capsys.readouterr()
    with open(tmp_path / table, newline="") as file:
        now = list(csv.DictReader(file))
    return before, now


def test_a_sweep_that_is_half_done_is_gone_on_with(tmp_path, capsys):
    before, now = gone_on_with(
        tmp_path,
        capsys,
        "sweep.csv",
        "sweep normalizing_flow --grid flow=planar,radial --grid way=eager,traced --set layers=2 --set batch=32 "
        "--steps 20",
    )
    assert (len(before), len(now)) == (2, 4)
    assert list(now[0]) == [column(name) for name in before[0]]
    for old, row in zip(before, now, strict=False):
        assert {column(name): value for name, value in old.items()} == row
    now = [*now[:2], *sorted(now[2:], key=lambda row: row["flow"])]  # the dearest is trained first
    assert [(row["flow"], row["execution"]) for row in now] == [
        ("planar", "eager"),
        ("radial", "eager"),
        ("planar", "traced"),
        ("radial", "traced"),
    ]
    for eager, traced in zip(now[:2], now[2:], strict=True):  # they agree to rounding
        for name in ("sliced_w2", "nll", "astray"):
            assert float(traced[column(name)]) == pytest.approx(float(eager[column(name)]), rel=1e-2)


def test_a_scorecard_that_is_half_done_is_gone_on_with(tmp_path, capsys):
    before, now = gone_on_with(
        tmp_path, capsys, "arena.csv", "arena --steps 10 --contestants gan,autoregressive --data moons"
    )
    assert [row["contestant"] for row in before] == ["gan"]
    assert [row["contestant"] for row in now] == ["gan", "autoregressive"]
    assert {column(name): value for name, value in before[0].items()} == now[0]


# links


@pytest.mark.parametrize("asked", LINKS["links"], ids=lambda asked: asked["query"].split(".")[0])
def test_a_link_gives_the_same_settings(asked):
    given = dict(parse_qsl(asked["query"]))
    name = asked["query"].split(".")[0]
    raw = {key.removeprefix(f"{name}."): value for key, value in given.items() if key.startswith(f"{name}.")}
    found, refused = link.parse_settings(CONFIGS[name], raw)
    assert refused == [] and found == current(SETTINGS, asked["settings"])


@pytest.mark.parametrize("name", LINKS["values"])  # families that came later have no old links
def test_every_value_of_every_setting_is_understood(name):
    for setting, values in LINKS["values"][name].items():
        for value in values:
            found, refused = link.parse_settings(CONFIGS[name], {setting: value})
            assert refused == []
            ((now, kept),) = found.items()
            assert now == SETTINGS.get(setting, setting) and link.as_text(kept) == value


@pytest.mark.parametrize("name", LINKS["defaults"])
def test_what_a_link_leaves_out_is_as_it_was(name):
    assert same(CONFIGS[name]().model_dump(), LINKS["defaults"][name], SETTINGS)


def test_a_page_opens_at_an_old_link():
    page = AppTest.from_file(NAVIGATION, default_timeout=60)
    query = LINKS["links"][0]["query"]
    for name, value in parse_qsl(query):
        page.query_params[name] = value
    page.switch_page(str(NAVIGATION.parents[2] / "pages" / "gan.py")).run()
    assert not page.warning and not page.exception
    kept = {name: page.session_state[f"gan.{name}"] for name in ("data", "execution", "g_lr", "seed")}
    assert kept == current(SETTINGS, LINKS["links"][0]["settings"])


# weights


@pytest.mark.parametrize("path", sorted(BEFORE.glob("*.safetensors")), ids=lambda path: path.stem)
def test_weights_of_before_open(path):
    with safe_open(path, framework="numpy") as file:
        about, columns = file.metadata(), [key for key in file.keys() if key.startswith("curve.")]  # noqa: SIM118
    recording = read(path)
    assert same(recording.config.model_dump(), json.loads(about["config"]), SETTINGS)
    scores = current(SCORES, json.loads(about["scores"]))
    assert recording.scores.keys() == scores.keys()
    for name, score in scores.items():
        assert list(recording.scores[name]) == pytest.approx(score, nan_ok=True)
    assert [event.step for event in recording.events] == [event["step"] for event in json.loads(about["events"])]
    curves = {name for _, point in recording.timeline.recorded for name in point}
    assert curves == current(SCORES, {name.removeprefix("curve."): 0 for name in columns}).keys() - {"step"}
    experiment = family(recording.family).load_experiment()(recording.config)
    experiment.load_state_dict(recording.state)
    assert experiment.steps == recording.step and math.isfinite(experiment.sample(20, 0).sum())


@pytest.mark.parametrize("path", sorted(WEIGHTS.glob("*-*.safetensors")), ids=lambda path: path.stem)
def test_shipped_weights_open(path):
    with safe_open(path, framework="numpy") as file:
        about = file.metadata()
    if "family" not in about:
        return  # the classifier, which no page opens
    recording = read(path)
    assert same(recording.config.model_dump(), json.loads(about["config"]), SETTINGS)
    assert list(recording.scores) == list(current(SCORES, json.loads(about["scores"])))
    state = family(recording.family).load_experiment()(recording.config).state_dict()
    assert {name: array.shape for name, array in recording.state.items()} == {
        name: array.shape for name, array in state.items()
    }
