"""The lessons that ship: whole, the same in both languages, and about things that exist."""

import json
import re
from functools import lru_cache

import numpy as np
import pytest

from playground.arena.settings import ArenaConfig
from playground.classroom import questions as q
from playground.classroom.catalogue import ENDING, SHIPPED, listed
from playground.classroom.goals import Layer, Panel, Score, SetTo, sentence
from playground.classroom.lesson import Lesson, LessonStep, read, write
from playground.classroom.markdown import to_html
from playground.core.advance import advance, build
from playground.core.config import parse, relevant, specs
from playground.core.contract import Chunk
from playground.core.i18n import translator
from playground.core.registry import FAMILIES, family
from playground.data.dataset import dataset_of
from playground.engine.limits import Limits
from playground.engine.recording import shipped
from playground.engine.run import start
from playground.ui import lesson_player, link

NAMES = (*FAMILIES, "families", "floor")
LANGUAGES = ("en", "zh")
ARENA = "arena"
CHINESE = re.compile("[\u4e00-\u9fff]")
STEPS = 2  # of a run that shows what these settings give


@lru_cache
def lesson(name: str, lang: str) -> Lesson:
    return read((SHIPPED / f"{name}.{lang}{ENDING}").read_bytes())[0]


ALL = [pytest.param(name, at, id=f"{name}-{at + 1}") for name in NAMES for at in range(len(lesson(name, "en").steps))]


def in_both(name: str, at: int) -> tuple[LessonStep, LessonStep]:
    english, chinese = (lesson(name, lang).steps[at] for lang in LANGUAGES)
    return english, chinese


def config_of(step: LessonStep):
    """The settings of a step's page, of which none may be refused."""
    kind = ArenaConfig if step.page == ARENA else FAMILIES[step.page].Config
    raw = {k.removeprefix(f"{step.page}."): v for k, v in step.query.items() if k.startswith(f"{step.page}.")}
    good, refused = link.parse_settings(kind, raw)
    assert not refused and len(good) == len(raw)
    return parse(kind, good)


@lru_cache
def shown(page: str, settings: str):
    """A run of these settings, a few steps long, or the shipped training with them: (config, run or recording)."""
    config = FAMILIES[page].Config.model_validate_json(settings)
    for recording in shipped(page):
        if recording.config == config:
            return recording.timeline, recording.last
    chunk = Chunk("", page, config.model_dump(), 0, None, steps=STEPS, want_state=True)
    run = start(page, config, "", Limits())
    live = build(chunk, family(page).load_experiment())
    run.add(advance(chunk, live))
    run.timeline.scores.append((STEPS, dict(live.evaluate())))
    return run.timeline, run.newest


def shown_by(step: LessonStep):
    return shown(step.page, config_of(step).model_dump_json())


def test_there_are_nine_in_both_languages_and_no_other_file():
    files = {path.name for path in SHIPPED.iterdir() if path.is_file()}
    assert files == {f"{name}.{lang}{ENDING}" for name in NAMES for lang in LANGUAGES}
    for lang in LANGUAGES:
        assert {found.name for found in listed(lang, {})} == set(NAMES)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_whole_and_written_as_the_maker_writes_it(name, lang):
    raw = (SHIPPED / f"{name}.{lang}{ENDING}").read_bytes()
    found, left_out = read(raw)
    assert not left_out and found.language == lang and json.loads(raw) == json.loads(write(found))
    assert 8 <= len(found.steps) <= 15 and 10 <= found.minutes <= 30
    assert all(step.title and step.text for step in found.steps)


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_asks_in_several_ways_and_moves_the_controls(name):
    steps = lesson(name, "en").steps
    assert sum(step.question is not None for step in steps) >= 2
    assert sum(step.goal.kind != "visit" for step in steps) >= len(steps) // 2
    assert len({json.dumps(step.query) + step.page for step in steps}) >= 4
    kinds = {step.question.kind for step in steps if step.question}
    assert len(kinds) >= 2 or name == "families"


@pytest.mark.parametrize(("name", "at"), ALL)
def test_both_languages_have_the_same_steps(name, at):
    english, chinese = in_both(name, at)
    words = {"title", "text"}
    asked = {"text", "options", "why"}
    a, b = (step.model_dump(exclude={*words, "question"}) for step in (english, chinese))
    assert a == b and (english.question is None) == (chinese.question is None)
    if english.question and chinese.question:
        assert english.question.model_dump(exclude=asked) == chinese.question.model_dump(exclude=asked)
        assert len(english.question.options) == len(chinese.question.options)
        assert bool(english.question.why) == bool(chinese.question.why)
    assert CHINESE.search(chinese.text) and CHINESE.search(chinese.title)
    assert not CHINESE.search(english.text + english.title)
    assert english.text.count("$") == chinese.text.count("$")


@pytest.mark.parametrize(("name", "at"), ALL)
def test_the_texts_are_short_and_their_formulas_can_be_drawn(name, at):
    for step, most in zip(in_both(name, at), (330, 170), strict=True):
        assert len(step.text) <= most
        html = to_html(step.text) + to_html(step.question.why if step.question else "")
        assert "<math" in html or "$" not in step.text
        assert "merror" not in html and "$" not in html
    for step in in_both(name, at):
        words = f"{step.text} {step.question.text} {step.question.why}" if step.question else step.text
        assert not re.search(r"\d", re.sub(r"\$\$?[^$]*\$\$?|R1", "", words))  # scores are computed, never typed


@pytest.mark.parametrize(("name", "at"), ALL)
def test_a_goal_is_about_what_is_there(name, at):
    step = in_both(name, at)[0]
    goal = step.goal
    if step.page not in FAMILIES:
        assert goal.kind == "visit"  # nothing else is seen there
        if step.page == ARENA:
            config_of(step)
        return
    config = config_of(step)
    if isinstance(goal, SetTo):
        playing = {spec.name for spec in relevant(type(config), config.model_dump())}
        assert goal.name in playing and step.controls == [goal.name]
        other = parse(type(config), {**config.model_dump(), goal.name: goal.value})
        assert getattr(other, goal.name) == goal.value != getattr(config, goal.name)
    elif isinstance(goal, Score):
        assert goal.name in names_of(step)
    elif isinstance(goal, Panel):
        there = {panel.name: panel for panel in FAMILIES[step.page].panels(config)}
        assert there[goal.name].dials
        part, _, chosen = step.query["tab"].partition(".")
        assert part == "ask" and (chosen or next(iter(there))) == goal.name
    elif isinstance(goal, Layer):
        scene = family(step.page).scene(shown_by(step)[1], config)
        layer = next(one for one in scene.layers if one.name == goal.name and one.stage)
        now = step.query["layers"].split(",")
        assert (layer.name in now) is not goal.on and set(now) <= {one.name for one in scene.layers if one.stage}
    if isinstance(step.controls, list):
        assert set(step.controls) <= {spec.name for spec in specs(type(config))}
    for lang in LANGUAGES:
        words = sentence(goal, step.page, translator(lang), lesson_player.settings_of(step))
        assert bool(words) is (goal.kind != "visit")
        if isinstance(goal, Score | Panel):
            assert f"“{goal.name}”" not in words and f" {goal.name} " not in words.partition("“")[0]  # it has a title


def names_of(step: LessonStep) -> set[str]:
    timeline, _ = shown_by(step)
    return {name for _, point in timeline.curve() for name in point}


@pytest.mark.parametrize(("name", "at"), ALL)
def test_the_right_answer_comes_from_what_the_run_shows(name, at):
    step = in_both(name, at)[0]
    truth = step.question.truth if step.question else None
    if truth is None or isinstance(truth, q.Option | q.Number):
        return
    if isinstance(truth, q.FullestMode):
        assert np.shape(dataset_of(config_of(step)).modes)[1] == 2
        return
    assert truth.name in names_of(step)
    asked = {getattr(truth, name, None) for name in ("step", "before", "after")} - {None}
    if isinstance(truth, q.Curve):
        asked.add(step.question.steps)
    timeline, _ = shown_by(step)
    recorded = timeline.curve()[-1][0] > STEPS
    goal = getattr(step.goal, "at_least", None)
    assert recorded or (goal is not None and max(asked, default=0) <= goal), "the goal trains far enough"
    assert not recorded or max(asked, default=0) <= timeline.curve()[-1][0]
