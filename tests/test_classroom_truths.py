"""The right answers to questions, against runs whose past is written by hand or trained here."""

import numpy as np
import pytest

from playground.classroom import questions as q
from playground.classroom.truths import Past, is_right, right_answer, sketch_error
from playground.core.advance import advance, build
from playground.core.contract import Chunk
from playground.core.errors import UserError
from playground.core.registry import family
from playground.data.dataset import dataset_of
from playground.engine.limits import Limits
from playground.engine.run import start

CONFIG = family("gan").Config


def past(points, step=None, **settings) -> Past:
    return Past("gan", CONFIG(**settings), points[-1][0] if step is None else step, points, None)


RISING = [(step, {"modes": step // 100, "loss": 1 / (1 + step)}) for step in range(0, 1001, 50)]


def choice(truth) -> q.Question:
    return q.Question(kind="choice", text="?", options=["a", "b", "c"], truth=truth)


def number(truth) -> q.Question:
    return q.Question(kind="number", text="?", low=0, high=10_000, truth=truth)


def test_a_score_at_a_step_and_the_first_step_that_reaches_it():
    assert right_answer(number(q.ScoreAt(kind="score", name="modes", step=420)), past(RISING)) == 4
    assert right_answer(number(q.ScoreAt(kind="score", name="modes")), past(RISING)) == 10
    assert right_answer(number(q.FirstStep(kind="first", name="modes", at_least=7)), past(RISING)) == 700
    assert right_answer(number(q.FirstStep(kind="first", name="loss", at_most=0.01)), past(RISING)) == 100


def test_what_a_run_has_not_shown_is_not_guessed():
    for truth in (
        q.ScoreAt(kind="score", name="modes", step=2000),
        q.ScoreAt(kind="score", name="nothing"),
        q.FirstStep(kind="first", name="modes", at_least=99),
    ):
        with pytest.raises(UserError, match="has not shown"):
            right_answer(number(truth), past(RISING))


@pytest.mark.parametrize(("name", "expected"), [("modes", 0), ("loss", 1)])
def test_up_down_or_the_same(name, expected):
    truth = q.Compared(kind="compared", name=name, before=100, after=900)
    assert right_answer(choice(truth), past(RISING)) == expected
    flat = [(step, {name: 2.0}) for step in range(0, 1000, 50)]
    assert right_answer(choice(truth), past(flat)) == 2


def test_which_run_is_first_and_which_is_best():
    slow = past([(s, {"modes": s // 200}) for s in range(0, 1001, 50)], r1=0.0)
    fast = past(RISING, r1=0.1)
    first = choice(q.BestOf(kind="best", setting="r1", values=[0.0, 0.1], name="modes", by="first", at_least=4))
    assert right_answer(first, slow, [fast]) == 1
    most = choice(q.BestOf(kind="best", setting="r1", values=[0.1, 0.0], name="modes", by="highest"))
    assert right_answer(most, slow, [fast]) == 0
    with pytest.raises(UserError, match="no run with r1"):
        right_answer(most, slow)
    short = past(RISING[:5], r1=0.0)  # it may still be the first
    with pytest.raises(UserError, match="has not shown"):
        right_answer(first, past(RISING, r1=0.1), [short])


def test_the_fullest_mode_is_that_of_the_samples_drawn():
    config = CONFIG(data="8gaussians", g_lr=5e-3, beta1=0.9, r1=0.0, ema=0.0, batch=64)
    chunk = Chunk("", "gan", config.model_dump(), 0, None, steps=150, want_state=True)
    progress = advance(chunk, build(chunk, family("gan").load_experiment()))
    run = start("gan", config, "", Limits())
    run.add(progress)
    shown = Past("gan", config, run.step, run.timeline.curve(), run.newest)
    question = q.Question(kind="place", text="?", truth=q.FullestMode(kind="fullest_mode"))
    place = right_answer(question, shown)
    modes = dataset_of(config).modes
    samples = run.newest.arrays["fake"]
    nearest = np.argmin(((samples[:, None] - modes) ** 2).sum(-1), 1)
    assert np.bincount(nearest, minlength=8).max() == sum(nearest == np.argmin(((modes - place) ** 2).sum(1)))
    assert is_right(question, place, [place[0] + 0.3, place[1]])
    assert not is_right(question, place, [-place[0], -place[1]])


def test_a_sketch_is_measured_against_the_curve():
    question = q.Question(
        kind="sketch", text="?", low=0, high=10, steps=1000, truth=q.Curve(kind="curve", name="modes")
    )
    right = right_answer(question, past(RISING))
    assert len(right) == q.SKETCH_POINTS and right[0] == 0 and right[-1] == 10
    assert sketch_error(question, right, [0, 5, 10]) < 0.05
    assert is_right(question, right, [0, 5, 10]) and not is_right(question, right, [10, 5, 0])
    with pytest.raises(UserError, match="Train to step 1,000"):
        right_answer(question, past(RISING[:5]))


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("choice", [0, 2], [3, -1, 0.5, [0, 0], True]),
        ("number", [3, 2.5], [11_000, -1, [1, 2]]),
        ("place", [[0.0, 1.0]], [1, [1.0], [1.0, 2.0, 3.0]]),
        ("sketch", [[0.0, 0.5, 1.0]], [1, [0.0, 0.5], [0.0, 0.5, 7.0]]),
    ],
)
def test_answers_are_checked_against_their_question(kind, good, bad):
    more = {"choice": {"options": ["a", "b", "c"]}, "number": {"low": 0, "high": 10_000}}.get(kind, {})
    question = q.Question(kind=kind, text="?", **more)
    assert all(q.checked(question, answer) is not None for answer in good)
    assert all(q.checked(question, answer) is None for answer in bad)
