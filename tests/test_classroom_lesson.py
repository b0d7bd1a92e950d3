"""Lessons as files and links: what goes in comes out, it fits, and what cannot be read costs no more than itself."""

import base64
import json
import os
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.classroom import catalogue, goals, link
from playground.classroom.lesson import MAX_BYTES, Lesson, LessonStep, read, write
from playground.classroom.questions import Compared, Question
from playground.core.errors import UserError
from playground.core.i18n import translator
from playground.data.plane import user_data
from playground.engine.text_store import in_short

WORDS = [
    "the",
    "generator",
    "follows",
    "gradient",
    "discriminator",
    "samples",
    "mode",
    "curve",
    "floor",
    "score",
    "noise",
    "real",
    "density",
    "watch",
    "press",
    "play",
    "drag",
    "timeline",
    "lower",
    "learning",
    "rate",
    "now",
    "compare",
    "predict",
    "before",
    "after",
    "why",
    "where",
    "which",
    "step",
    "half",
    "batch",
    "seed",
]


def drawing(points: int = 400) -> str:
    rng = np.random.default_rng(0)
    t = rng.uniform(0, 2 * np.pi, points)
    outline = np.stack([2 * np.cos(t) * (1 + 0.2 * np.sin(5 * t)), 2 * np.sin(t)], 1)
    return user_data.encode(outline + 0.05 * rng.normal(size=outline.shape))


def lesson_of(steps: int = 12, words: int = 40) -> Lesson:
    """Steps with texts of random words, which pack worse than sentences, on drawn data."""
    rng, code = np.random.default_rng(1), drawing()
    question = Question(
        kind="choice",
        text="What becomes of the modes?",
        options=["more", "fewer", "as many"],
        truth=Compared(kind="compared", name="modes_covered", before=0, after=500),
    )
    return Lesson(
        title="What a GAN learns",
        steps=[
            LessonStep(
                title=f"Step {i}",
                text=" ".join(rng.choice(WORDS, words)),
                page="gan",
                query={"gan.data": "own", "gan.own": in_short(code), "gan.seed": str(i), "step": str(100 * i)},
                goal=goals.ReachStep(kind="step", at_least=100 * (i + 1)),
                question=question if i % 3 == 0 else None,
            )
            for i in range(steps)
        ],
        texts={in_short(code)[1:]: code} if in_short(code) != code else {},
    )


def test_a_lesson_comes_back_from_its_file_and_its_link():
    lesson = lesson_of()
    assert read(write(lesson)) == (lesson, [])
    assert link.decode(link.encode(lesson)) == (lesson, [])


def test_twelve_steps_and_a_drawing_fit_into_four_kilobytes():
    assert len(link.encode(lesson_of(steps=12))) <= 4096


def test_what_is_too_long_for_a_link_is_offered_as_a_file():
    long = Lesson(title="long", steps=[LessonStep(page="gan", text=base64.b64encode(os.urandom(2900)).decode())] * 3)
    with pytest.raises(UserError, match="Send it as a file"):
        link.encode(long.model_copy(update={"texts": {"a": base64.b64encode(os.urandom(9000)).decode()}}))


def test_a_link_that_stands_for_gigabytes_is_refused_without_unpacking_them():
    bomb = "z" + base64.urlsafe_b64encode(zlib.compress(b" " * 2_000_000, 9)).decode().rstrip("=")
    assert len(bomb) < 4096
    with pytest.raises(UserError, match="damaged"):
        link.decode(bomb)


@pytest.mark.parametrize("code", ["", "z", "zzzz", "z!", "a" * 90, "z" + "A" * 5000])
def test_damaged_links_are_refused_in_a_sentence(code):
    with pytest.raises(UserError):
        link.decode(code)


def changed(**parts) -> bytes:
    return json.dumps({**json.loads(write(lesson_of(steps=3))), **parts}).encode()


def test_a_newer_file_is_shown_as_far_as_it_is_understood():
    steps = json.loads(write(lesson_of(steps=3)))["steps"]
    steps[1] |= {"goal": {"kind": "dance"}, "music": "loud"}
    lesson, left_out = read(changed(version=7, colour="red", steps=steps))
    assert len(lesson.steps) == 3
    assert lesson.steps[1].goal.kind == "visit" and lesson.steps[0].goal.kind == "step"
    sentences = [refusal.sentence(translator("en")) for refusal in left_out]
    assert len(sentences) == 2 and "newer" in sentences[0] and "step 2" in sentences[1]


def test_a_damaged_step_costs_only_itself():
    steps = json.loads(write(lesson_of(steps=3)))["steps"]
    lesson, left_out = read(changed(steps=[steps[0], {"page": "nowhere"}, 7, steps[2]], minutes="many"))
    assert [step.title for step in lesson.steps] == ["Step 0", "Step 2"]
    assert len(left_out) == 3 and lesson.minutes == 15


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b"{}", b'{"steps": []}', b"[" * 100_000, b" " * (MAX_BYTES + 1)])
def test_what_is_no_lesson_is_refused_in_a_sentence(raw):
    with pytest.raises(UserError):
        read(raw)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(["version", "title", "language", "minutes", "steps", "texts"]), json_values),
    st.lists(st.dictionaries(st.sampled_from(list(LessonStep.model_fields)), json_values), max_size=3),
)
@settings(max_examples=200, deadline=None)
def test_nothing_that_comes_as_a_lesson_is_more_than_a_sentence(head, steps):
    try:
        lesson, _ = read(json.dumps({"steps": [{"page": "gan"}, *steps], **head}).encode())
    except UserError:
        return
    assert isinstance(lesson, Lesson)


def test_a_step_has_only_parameters_of_an_address():
    with pytest.raises(ValueError, match="no parameter 'lesson'"):
        LessonStep(page="gan", query={"lesson": "other"})


def test_lessons_of_a_folder_are_listed_and_damaged_ones_are_not(tmp_path):
    (tmp_path / "mine.en.lesson.json").write_bytes(write(lesson_of(steps=2)))
    (tmp_path / "broken.lesson.json").write_bytes(b"{")
    environ = {catalogue.VARIABLE: str(tmp_path)}
    assert [found.name for found in catalogue.listed("zh", environ)][-1] == "mine"  # there is no Chinese one
    assert catalogue.named("mine", "en", environ).lesson.title == "What a GAN learns"
    for name in ("broken", "../mine", "nothing", "z" * 80):
        with pytest.raises(UserError):
            catalogue.named(name, "en", environ)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("goal", "words"),
    [
        (goals.ReachStep(kind="step", at_least=1500), "1,500"),
        (goals.SetTo(kind="setting", name="r1", value=0.0), "0"),
        (goals.Score(kind="score", name="modes_covered", at_least=8), "8"),
        (goals.Layer(kind="layer", name="field"), "field"),
        (goals.Play(kind="play"), ""),
    ],
)
def test_every_goal_says_what_to_do(goal, words, lang):
    said = goals.sentence(goal, "gan", translator(lang))
    assert said and words in said and "{" not in said


def test_a_goal_is_at_least_or_at_most():
    with pytest.raises(ValueError):
        goals.Score(kind="score", name="x", at_least=1, at_most=2)
