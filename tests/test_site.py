"""The static edition: complete, small enough, as true as the app's own frames, and asking nobody else for anything."""

import base64
import gzip
import json
import re
from pathlib import Path

import pytest
from support.site import APP, files

from playground.__main__ import main
from playground.classroom import catalogue
from playground.classroom.truths import Past, is_right, right_answer
from playground.core.i18n import LANGUAGES, translator
from playground.core.registry import FAMILIES
from playground.live.protocol import encode_frame
from playground.site import build, lessons, pages, recordings

FIRST_LOAD = 1_500_000
"""Bytes of a lesson and of all that it needs to show its first step, without compression by a server."""
NAMES = [path.name.split(".")[0] for path in catalogue.SHIPPED.glob("*.en.lesson.json")]


@pytest.fixture
def made():
    return files()


def steps_of(lang="en"):
    for listed in catalogue.listed(lang, {}):
        prepared = lessons.prepare(listed, lang, APP)
        yield from (
            (prepared, number, step, shown)
            for number, (step, shown) in enumerate(
                zip(listed.lesson.steps, prepared.data["lesson"]["steps"], strict=True), 1
            )
        )


def unpacked(raw: bytes) -> bytes:
    return gzip.decompress(base64.b64decode(json.loads(raw.partition(b"=\n")[2].strip(b";\n"))))


def test_every_lesson_is_there_in_every_language_and_the_first_page_leads_to_it(made):
    assert len(NAMES) == 9
    for lang in LANGUAGES:
        home = made[pages.HOMES[lang]].decode()
        for name in NAMES:
            assert f"lessons/{name}.{lang}.html" in made
            assert f'href="lessons/{name}.{lang}.html"' in home


def test_what_a_page_names_is_in_the_folder(made):
    for path in [path for path in made if path.endswith(".html")]:
        named = re.findall(r'(?:src|href|srcset)="([^"]+)"', made[path].decode().partition('<script type="app')[0])
        named += re.findall(r'<script defer src="([^"]+)"', made[path].decode())
        assert named
        for one in named:
            if one not in ("data:,", APP):
                there = (Path("/") / path).parent / one
                assert str(there.resolve().relative_to("/")) in made, (path, one)
    for path in [path for path in made if path.startswith("lessons/")]:
        for name in re.findall(r'"recording":"([\w-]+)"', made[path].decode()):
            lang = path.split(".")[1]
            assert {f"recordings/{name}.js", f"recordings/{name}.{lang}.js"} <= made.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_first_load_of_a_lesson_is_small(made, name, lang):
    page = made[f"lessons/{name}.{lang}.html"]
    loaded = re.findall(r'<script defer src="\.\./([^"]+)"', page.decode())
    assert {"playground.js", f"words.{lang}.js"} <= set(loaded)
    assert len(page) + sum(len(made[path]) for path in [*loaded, "playground.css"]) <= FIRST_LOAD


def test_it_asks_nobody_else_for_anything(made):
    """Addresses of the web stand only in links to the app, and in names of XML."""
    for path, raw in made.items():
        if path.endswith((".html", ".js", ".css")):
            found = set(re.findall(r"(?:https?:)?//[a-z][\w.-]+\.[a-z]{2,}[^\s\"'`)\\]*", raw.decode()))
            found = {one for one in found if not one.startswith((APP, "http://www.w3.org/"))}
            assert not found, path
        assert b"plotly.min.js" not in raw or path == build.MARK  # a stage that has another plotter never loads it


def test_a_script_is_no_module_since_a_disk_forbids_them(made):
    text = made[build.MARK].decode()
    assert not re.search(r"^\s*(import|export)\b", text, re.M) and "import.meta" not in text
    assert all('type="module"' not in raw.decode() for path, raw in made.items() if path.endswith(".html"))


@pytest.mark.parametrize("name", ["gan-ring", "transformer-copy", "vae-digits"])
def test_the_frames_are_those_of_the_socket(made, name):
    recording = next(r for r in recordings._shipped(name.split("-")[0]) if r.name == name)
    told = json.loads(unpacked(made[f"recordings/{name}.zh.js"]))
    arrays, at, translate = unpacked(made[f"recordings/{name}.js"]), 0, translator("zh")
    assert told["steps"] == sorted(recording.timeline.frames.items) and told["head"] == recording.step
    for header, size, step in zip(told["frames"], told["sizes"], told["steps"], strict=True):
        scene = FAMILIES[recording.family].scene(recording.timeline.frames.items[step], recording.config)
        wanted = encode_frame({"run": None, "step": step, "points": [], "scores": header["scores"]}, scene, translate)
        start = 8 + int.from_bytes(wanted[4:8], "little")
        assert json.loads(wanted[8:start]) == header
        assert wanted[start:] == arrays[at : at + size]
        at += size
    assert at == len(arrays)
    assert {name: score[0] for name, score in header["scores"].items()} == {
        name: pytest.approx(score.value, abs=1e-6) for name, score in recording.scores.items()
    }


def test_a_step_shows_a_recording_or_says_why_not():
    shown_steps = recorded = 0
    for prepared, number, step, shown in steps_of():
        where = f"{prepared.name} {number}"
        shown_steps += 1
        recorded += shown["recording"] is not None
        assert shown["recording"] or shown["needs"]["text"] or step.page == "home", where
        assert shown["needs"]["href"].startswith(f"{APP}/?lesson={prepared.name}&at={number}&lang=en"), where
        if step.goal.kind in (*lessons.BY_GOAL, "fork"):
            assert shown["goal"]["kind"] == "visit" and shown["needs"]["text"], where
    assert recorded >= 0.75 * shown_steps  # the lessons are mostly what it can show


def test_a_step_switches_on_layers_that_its_picture_has():
    for prepared, number, _step, shown in steps_of():
        wanted, name = shown["link"]["layers"], shown["recording"]
        if wanted and name:
            recording = prepared.recordings[name]
            scene = FAMILIES[recording.family].scene(recording.last, recording.config)
            assert set(wanted) <= {layer.name for layer in scene.layers}, f"{prepared.name} {number}"


def test_an_answer_is_that_of_the_recording():
    known = 0
    for prepared, number, step, shown in steps_of():
        if not (shown["question"] and "right" in shown["question"]):
            continue
        known += 1
        assert step.question is not None
        r = prepared.recordings[shown["recording"]]
        right = right_answer(step.question, Past(r.family, r.config, r.step, r.timeline.curve(2000), r.last))
        assert right is not None and shown["question"]["right"] == right, f"{prepared.name} {number}"
        assert is_right(step.question, right, shown["question"]["right"])
    assert known >= 20


def test_a_question_that_nothing_here_answers_is_left_to_the_app():
    left = [(one.name, number) for one, number, step, shown in steps_of() if step.question and not shown["question"]]
    assert ("gan", 7) in left  # where the samples of a training go that is not recorded
    for prepared, number, _step, shown in steps_of():
        if (prepared.name, number) in left:
            assert shown["needs"]["text"] == lessons.TRAINING


def test_the_command_writes_a_folder_for_a_static_space_and_replaces_only_its_own(tmp_path, capsys, monkeypatch):
    wanted = {"index.html": b"<p>", build.MARK: b"1", "README.md": build.README.encode(), "lessons/a.html": b"a"}
    monkeypatch.setattr(build, "site", lambda environ, app: dict(wanted))
    out = tmp_path / "new" / "site"
    assert main(["site", str(out)]) == 0
    assert {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()} == set(wanted)
    front = (out / "README.md").read_text().split("---")[1]
    assert "\nsdk: static\n" in front and "\napp_file: index.html\n" in front
    del wanted["lessons/a.html"]
    assert main(["site", str(out)]) == 0
    assert not (out / "lessons").exists() and list(out.parent.iterdir()) == [out]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear")
    assert main(["site", str(tmp_path / "mine")]) == 2
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "dear"
    assert main(["site", str(tmp_path / "mine" / "thesis.txt")]) == 2
    assert main(["site", str(tmp_path / "other"), "--app", "javascript:alert(1)"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3 and all(line.startswith("playground: ") for line in said)


def test_without_an_address_nothing_is_linked():
    listed = catalogue.named("gan", "en", {})
    told = lessons.prepare(listed, "en", "").data["lesson"]["steps"]
    assert all("href" not in step["needs"] for step in told)
    assert "python -m playground serve" in pages.home("en", [], "", {})
