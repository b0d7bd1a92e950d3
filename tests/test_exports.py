"""Runs taken along and brought back: each file opens with its own reader and holds what the run holds."""

import csv
import io
import json
import subprocess
import sys
import time
import zipfile
from dataclasses import replace

import _fortress_files as bombs
import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load, save
from support.sockets import ME, YOU, serving

from playground.core.contract import Event
from playground.core.i18n import translator
from playground.core.registry import family
from playground.core.resources import WEIGHTS
from playground.engine.limits import Limits
from playground.engine.local import train
from playground.engine.recording import encode, read
from playground.engine.run import owner_hash, start
from playground.families.gan.config import GanConfig
from playground.live.files import ExportSource
from playground.render.crop import crop_to_content
from playground.render.film import SIZE, evenly, film
from playground.render.page import page
from playground.render.sheet import EDGE, LEADING, NUMBERS, TEXT, TITLE, Words, sheet

CONFIG = GanConfig(g_width=8, d_width=8, batch=16, seed=3)
STEPS = 90


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("runs"), PLAYGROUND_WEIGHTS_MB=2) as client:
        yield client


@pytest.fixture(scope="module")
def run(server):
    """A finished run of mine, with a change on its way, on the server."""
    made = trained()
    server.portal.call(server.live.hub.add, made)
    return made


def trained(steps=STEPS, config=CONFIG):
    made = start("gan", config, owner_hash(ME), Limits())
    train(made, steps, every=3, on_progress=lambda *_: None, stop=lambda: False)
    return made


def get(server, run, what, **query):
    answer = server.get(f"/live/runs/{run.id}/{what}", params=query)
    assert answer.status_code == 200, answer.text
    named = f"gan-ring-{query.get('step', run.step)}.{what.partition('.')[2]}"
    assert named in answer.headers["content-disposition"]
    return answer.content


def bring(server, raw, owner=ME, **headers):
    return server.post("/live/weights?family=gan", content=raw, headers={"x-playground-owner": owner, **headers})


def test_picture(server, run):
    light = Image.open(io.BytesIO(get(server, run, "picture.png", step=40, theme="light", lang="zh")))
    dark = Image.open(io.BytesIO(get(server, run, "picture.png", step=40, theme="dark")))
    assert light.format == "PNG" and light.width == 800
    assert np.asarray(light).mean() > 150 > 100 > np.asarray(dark).mean()


def test_a_picture_says_what_it_shows():
    """Title, step, axes, legend and link stand around the scene, whose pixels stay what they are."""
    run = trained(6)
    source = ExportSource.of_run(run)
    scene = source.scene(run.newest)
    assert source.title(str).endswith("Ring") and source.steps(6) == "6"
    whole = sheet(scene, Words("Title", "step 6", "https://example.org/gan?run=1"), 800)
    bare = crop_to_content(scene, 800 - 2 * EDGE - NUMBERS)
    left, top = EDGE + NUMBERS, round(EDGE + LEADING * (TITLE + TEXT) + 4)
    inner = np.asarray(whole.crop((left, top, left + bare.width, top + bare.height)))[2:-2, 2:-2]
    assert np.array_equal(inner, np.asarray(bare)[2:-2, 2:-2])
    pixels = np.asarray(whole).astype(int)
    paper = pixels[0, 0]
    for rows, columns in (
        (slice(0, top), slice(None)),  # title and step
        (slice(top, top + bare.height), slice(EDGE, left - 6)),  # numbers along the left side
        (slice(top + bare.height + 8, top + bare.height + 20), slice(left, None)),  # and along the foot
        (slice(top + bare.height + 40, None), slice(None)),  # legend and link
    ):
        assert (np.abs(pixels[rows, columns] - paper).max(-1) > 60).sum() > 40
    without = sheet(scene, Words("Title", "step 6"), 800)
    assert without.height < whole.height
    for lang in ("en", "zh"):  # all of the legend has room
        assert sheet(scene, Words("T", "s"), 320, translate=translator(lang)).height > 320


def test_half_a_step_counts_as_half_in_a_title():
    source = replace(ExportSource.of_run(trained(4)), events=(Event(1, part="generator"), Event(3, part="generator")))
    assert [source.steps(n) for n in (1, 2, 3, 4)] == ["1", "1\u00bd", "2\u00bd", "3"]


def test_film_is_the_whole_run(server, run):
    gif = Image.open(io.BytesIO(get(server, run, "film.gif")))
    assert gif.format == "GIF" and gif.n_frames == len(run.timeline.frames.items)
    first = np.asarray(gif.convert("RGB"), int)
    gif.seek(gif.n_frames - 1)
    assert np.abs(np.asarray(gif.convert("RGB"), int) - first).mean() > 1


def test_sixty_frames_cost_little_more_than_shrinking_sixty_pictures():
    """Drawing twice as large and shrinking is what no film can do without; it takes 0.43 s where the film takes 0.46.
    Both in this process's own seconds, the best of three."""
    run = trained(60, CONFIG.changed(data="8gaussians"))
    frame, scene = run.newest, family("gan").scene
    large = Image.effect_noise((2 * SIZE, 2 * SIZE), 80).convert("RGB")
    spent, shrinking = [], []
    for _ in range(3):
        began = time.process_time()
        for _ in range(60):
            large.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
        shrinking.append(time.process_time() - began)
        began = time.process_time()
        raw = film([(step, scene(frame, run.config)) for step in range(60)])
        spent.append(time.process_time() - began)
    assert Image.open(io.BytesIO(raw)).n_frames >= 1
    assert min(spent) < 2.3 * min(shrinking)


def test_at_most_so_many_evenly_with_both_ends():
    assert evenly(range(0, 1000, 10), 5) == [0, 250, 500, 740, 990]
    assert evenly([3], 60) == [3] and evenly([1, 2], 60) == [1, 2]


def test_page_stands_alone(server, run):
    text = get(server, run, "page.html").decode()
    assert "plotly.js v" in text and "<script src" not in text and "http://cdn" not in text
    frames = len(run.timeline.frames.items)
    assert text.count('"name":"') >= frames and "<td>ring</td>" in text
    assert len(text) < 9e6


def test_what_a_page_says_is_only_words():
    run = trained(6)
    scenes = [(s, family("gan").scene(f, run.config)) for s, f in run.timeline.frames.items.items()]
    text = page(
        "<script>alert(1)</script>",
        scenes,
        run.timeline.curve(),
        family("gan").charts(run.config),
        {"data": "<img src=x>"},
    )
    assert "<script>alert" not in text and "<img src=x>" not in text


def test_the_curves_of_a_page_have_whole_steps_and_begin_at_0():
    run = trained(2)
    scenes = [(s, family("gan").scene(f, run.config)) for s, f in run.timeline.frames.items.items()]
    text = page("x", scenes, run.timeline.curve(), family("gan").charts(run.config), {})
    assert '"range":[0,10]' in text and '"tickformat":",d"' in text  # of two steps
    assert '"range":[0.0,null]' in text  # distances have no other end


def test_frames_are_the_same_numbers(server, run):
    with np.load(io.BytesIO(get(server, run, "frames.npz")), allow_pickle=False) as got:
        frames = run.timeline.frames.items
        assert got["steps"].tolist() == sorted(frames)
        for name in run.newest.arrays:
            assert np.array_equal(got[name], np.stack([frames[s].arrays[name] for s in sorted(frames)]))


def test_metrics_are_every_steps(server, run):
    header, *rows = csv.reader(io.StringIO(get(server, run, "metrics.csv").decode()))
    names = run.timeline.scalars.names
    assert header[: 1 + len(names)] == ["step", *names] and "sliced_w2_floor" in header
    found = {int(row[0]): row for row in rows}
    got = np.array([[float(v or "nan") for v in found[s][1 : 1 + len(names)]] for s in range(1, STEPS + 1)], np.float32)
    assert np.array_equal(got, run.timeline.scalars.rows, equal_nan=True)
    for step, scores in run.timeline.scores:
        assert float(found[step][header.index("sliced_w2")]) == pytest.approx(scores["sliced_w2"].value, rel=1e-8)


def test_weights_come_back_to_the_same_bits_and_go_on(server, run, tmp_path):
    raw = get(server, run, "weights.safetensors", step=50)
    (tmp_path / "w.safetensors").write_bytes(raw)
    recording = read(tmp_path / "w.safetensors")
    truth = load(trained(50).state)
    assert recording.step == 50 and all(np.array_equal(truth[k], v) for k, v in recording.state.items())
    answer = bring(server, raw)
    assert answer.status_code == 200, answer.text
    hub = server.live.hub
    live_run = hub.get(answer.json()["run"])
    assert (live_run.run.step, live_run.run.owner) == (50, owner_hash(ME))
    assert load(live_run.run.state).keys() == truth.keys()
    assert all(np.array_equal(truth[k], v) for k, v in load(live_run.run.state).items())
    before = load(server.portal.call(hub.controls.at_step, live_run, 20).state)  # its past is recomputed exactly, too
    assert all(np.array_equal(load(trained(20).state)[k], v) for k, v in before.items())

    async def play():
        live_run.listeners.add(print)
        for _ in range(4):
            hub.controls.step(live_run, None)
        await live_run.task
        live_run.listeners.clear()

    server.portal.call(play)
    after = load(trained(54).state)
    assert live_run.run.step == 54 and all(np.array_equal(after[k], v) for k, v in load(live_run.run.state).items())
    again = hub.store.load(live_run.run.id)
    assert again.step == 54 and again.state == live_run.run.state


def test_settings_changed_on_the_way_come_along(server):
    made = trained(20)
    live_run = server.portal.call(server.live.hub.add, made)

    async def change_and_play():
        live_run.listeners.add(print)
        server.live.hub.controls.change(live_run, CONFIG.changed(g_lr=0.02))
        server.live.hub.controls.step(live_run, "generator")
        await live_run.task
        live_run.listeners.clear()

    server.portal.call(change_and_play)
    answer = bring(server, get(server, made, "weights.safetensors"))
    back = server.live.hub.get(answer.json()["run"]).run
    assert back.events == made.events and back.config_now().g_lr == 0.02 and back.state == made.state


def test_the_folder_in_a_zip_is_resumed_by_the_command_line(server, run, tmp_path):
    with zipfile.ZipFile(io.BytesIO(get(server, run, "run.zip"))) as file:
        assert file.testzip() is None
        file.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    assert folder.name == f"gan-ring-{STEPS}" and json.loads((folder / "run.json").read_text())["owner"] == ""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "playground",
            "train",
            "gan",
            "--resume",
            str(folder),
            "--steps",
            str(STEPS + 10),
            "--json",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    state = (folder / "states" / f"{STEPS + 10}.safetensors").read_bytes()
    assert state == trained(STEPS + 10).state


def test_a_fork_taken_along_does_not_say_which_run_it_comes_from(server, run):
    """Whoever knows a run's id may watch it."""
    live_run = server.live.hub.get(run.id)

    async def forked():
        return await server.live.hub.fork(live_run, 40, {}, YOU)

    child = server.portal.call(forked).run
    assert child.parent == (run.id, 40)
    for what in ("run.zip", "weights.safetensors", "page.html", "metrics.csv", "frames.npz"):
        answer = server.get(f"/live/runs/{child.id}/{what}")
        assert answer.status_code == 200
        raws = [answer.content]
        if what == "run.zip":
            with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
                raws = [file.read(name) for name in file.namelist()]
                about = next(json.loads(file.read(name)) for name in file.namelist() if name.endswith("run.json"))
                assert about["parent"] == ["", 40]
        for secret in (run.id, owner_hash(ME), owner_hash(YOU), ME, YOU):
            assert not any(secret.encode() in raw for raw in raws), (what, secret)


def test_shipped_trainings_can_be_taken_too(server):
    path = WEIGHTS / "gan-ring.safetensors"
    assert server.get("/live/recordings/gan-ring/weights.safetensors").content == path.read_bytes()
    for what in ("picture.png", "film.gif", "page.html", "frames.npz", "metrics.csv"):
        answer = server.get(f"/live/recordings/gan-ring/{what}")
        assert answer.status_code == 200 and len(answer.content) > 1000
    assert server.get("/live/recordings/gan-nothing/film.gif").status_code == 404
    one, other = (
        server.get(f"/live/recordings/normalizing_flow-moons-{flow}/frames.npz") for flow in ("maf", "realnvp")
    )
    assert one.status_code == other.status_code == 200
    assert one.content != other.content  # the same family, data and steps


@pytest.mark.parametrize(
    "path, sentence",
    [
        ("/live/runs/0123456789abcdef/film.gif", "There is no run"),
        ("/live/runs/../film.gif", ""),
        ("/live/runs/%2e%2e/run.zip", ""),
        ("/live/runs/RUN/secrets.txt", "There is no such file"),
        ("/live/runs/RUN/picture.png?step=99999", "has not reached step"),
    ],
)
def test_what_there_is_not_is_said_so(server, run, path, sentence):
    answer = server.get(path.replace("RUN", run.id))
    assert answer.status_code == 404 and sentence in answer.text


def test_only_so_many_files_are_made_at_a_time(server, run):
    exports = server.live.exports
    exports.turns.taken += 16
    try:
        answer = server.get(f"/live/runs/{run.id}/film.gif")
    finally:
        exports.turns.taken -= 16
    assert answer.status_code == 503 and "Try again" in answer.text
    assert exports.turns.taken == 0


def wrong(name):
    raw = encode(trained(12), "")
    some = load(raw)
    return {
        "not safetensors": b"\x80\x04\x95hello",
        "a header that lies": (10**15).to_bytes(8, "little") + b"{}",
        "somebody else's": save({"x": np.zeros(3, np.float32)}),
        "too large": raw + b"\0" * 2_000_000,
        "another model": bombs.altered(raw, config=GanConfig(g_width=16, d_width=8, batch=16).model_dump_json()),
        "a tensor too few": save({k: v for k, v in some.items() if k != "state.g"}, bombs.about(raw)),
        "not finite": bombs.altered(raw, {"state.g": np.full_like(some["state.g"], np.nan)}),
        "finite, but huge": bombs.altered(
            raw, {name: np.full_like(some[name], 1e30) for name in ("state.g", "state.d")}
        ),
        "a wrong step": bombs.altered(raw, step="11"),
        "steps without end": bombs.altered(raw, step="999999999999"),
        "settings out of bounds": bombs.altered(raw, config='{"g_width": 100000}'),
        "settings that are none": bombs.altered(raw, config="[" * 5000),
        "another family": bombs.altered(raw, family="cats"),
        "frames of another kind": bombs.altered(raw, {"frame.3.belief": np.zeros((900, 900), np.float32)}),
        "events that may not be": bombs.altered(raw, events='[{"step": 3, "changes": {"g_width": 9}, "part": null}]'),
        "scores that are none": bombs.altered(raw, scores='{"mmd": "y"}'),
        "a curve of too many points": bombs.curve_rows(raw, 10_000),
        "a curve beyond its end": bombs.altered(raw, {"curve.step": some["curve.step"] + 10**9}),
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        "not safetensors",
        "a header that lies",
        "somebody else's",
        "too large",
        "another model",
        "a tensor too few",
        "not finite",
        "finite, but huge",
        "a wrong step",
        "steps without end",
        "settings out of bounds",
        "settings that are none",
        "another family",
        "frames of another kind",
        "events that may not be",
        "scores that are none",
        "a curve of too many points",
        "a curve beyond its end",
    ],
)
def test_wrong_weights_are_refused_with_a_sentence(server, name):
    before = set(server.live.hub.live_runs)
    answer = bring(server, wrong(name))
    assert answer.status_code == 422, answer.text
    assert len(answer.text) > 20 and answer.text.endswith((".", "?")) and "Traceback" not in answer.text
    assert ("values that are not finite" in answer.text) == (name == "finite, but huge")
    assert set(server.live.hub.live_runs) == before


def test_weights_need_an_owner_and_a_page_of_this_server(server):
    raw = encode(trained(6), "")
    assert bring(server, raw, owner="").status_code == 422
    assert bring(server, raw, origin="https://evil.example").status_code == 403
    answer = bring(server, raw, owner=YOU)
    assert server.live.hub.get(answer.json()["run"]).run.owner == owner_hash(YOU)


def test_a_weights_file_is_read_by_safetensors_itself(server, run, tmp_path):
    path = tmp_path / "w.safetensors"
    path.write_bytes(get(server, run, "weights.safetensors"))
    with safe_open(path, framework="numpy") as file:
        assert file.metadata()["family"] == "gan" and int(file.metadata()["step"]) == STEPS
