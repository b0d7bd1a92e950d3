"""Position bias on data made by hand, and closed forms that are averaged over a file."""

import asyncio

import pytest
from scipy.stats import chisquare

from playground.evaluation.mmbench.baselines.catalogue import BASELINES
from playground.evaluation.mmbench.circular import circularized
from playground.evaluation.mmbench.closed_forms import always_one_letter
from playground.evaluation.mmbench.expected_scores import FORMS, expected, prefers_letter
from playground.evaluation.mmbench.extraction import extract
from playground.evaluation.mmbench.position_bias import (
    by_key,
    choices,
    consistency,
    independent,
    pass_counts,
    patterns,
)
from playground.evaluation.mmbench.question import Benchmark, Row
from playground.evaluation.mmbench.scoring import MEASURES, score
from playground.evaluation.mmbench.wordy import FORMS as SENTENCES
from playground.evaluation.mmbench.wordy import reworded


def question(index, k, key="A"):
    options = {label: f"text {label} of {index}" for label in "ABCD"[:k]}
    return Row(index, index, 0, f"question {index}", "", options, key, "ocr", "", "dev", None)


def benchmark(*sizes, key="A"):
    return Benchmark("made", circularized(question(i, k, key) for i, k in enumerate(sizes, 1)))


def test_letters_are_compared_with_chance_within_each_number_of_options():
    made = benchmark(2, 2, 4)  # four rows of two options, four of four
    letters = {row.index: "A" for row in made.rows}
    found = choices(made, letters)
    assert found.chosen == {"A": 8, "B": 0, "C": 0, "D": 0}
    assert found.expected == {"A": 3, "B": 3, "C": 1, "D": 1}
    two, four = chisquare([4, 0]), chisquare([4, 0, 0, 0])
    assert found.chi2 == pytest.approx(two.statistic + four.statistic) and found.freedom == 4
    assert choices(benchmark(4), {row.index: "A" for row in benchmark(4).rows}).p == pytest.approx(four.pvalue)


def test_refused_and_unread_rows_are_no_choice():
    made = benchmark(2)
    found = choices(made, {1: "Z", 1_000_001: None})
    assert (found.chosen, found.freedom, found.p) == ({}, 0, 1.0)


def test_who_goes_by_content_chooses_each_letter_equally_often():
    made = benchmark(4, 3, key="B")
    found = choices(made, {row.index: row.answer for row in made.rows})
    assert found.chi2 == 0 and found.p == 1
    assert consistency(made, {row.index: row.answer for row in made.rows}).same == 2


def test_accuracy_by_the_place_of_the_key():
    made = benchmark(2, 2)
    letters = {row.index: "A" for row in made.rows[:3]}  # keys A, A, B; the fourth row has no reply
    assert [row.answer for row in made.rows] == ["A", "A", "B", "B"]
    assert by_key(made, letters) == {"A": (2, 2), "B": (0, 1)}


def test_the_same_letter_is_not_the_same_option():
    made = benchmark(2, 3)
    always = {row.index: "A" for row in made.rows}
    assert (consistency(made, always).same, consistency(made, always).n) == (0, 2)
    missing = {index: letter for index, letter in always.items() if index != 1}
    assert consistency(made, missing).n == 1


def test_patterns_of_right_passes():
    made = benchmark(2, 2, 2, 3)
    letters = {row.index: row.answer for row in made.rows}
    letters[1_000_001] = "A"  # wrong: the key has moved
    del letters[2]
    assert patterns(made, letters, 2) == {"11": 1, "10": 1, "01": 0, "00": 0}
    assert patterns(made, letters, 3)["111"] == 1 and len(patterns(made, letters, 3)) == 8
    assert pass_counts(made) == (2, 3)


def test_independent_passes():
    found = independent({"11": 2, "10": 0, "01": 0, "00": 2})
    assert found == {"11": 1, "10": 1, "01": 1, "00": 1}
    assert independent({"1": 0, "0": 0}) == {"1": 0, "0": 0}


def test_expected_scores_are_means_over_questions_and_rows():
    found = expected(benchmark(2, 4), always_one_letter)
    assert found == pytest.approx({"vanilla_0": (1 / 2 + 1 / 4) / 2, "vanilla_all": 2 / 6, "circular": 0})
    assert prefers_letter(0, 4).circular == pytest.approx(4**-4) and prefers_letter(1, 4).circular == 0
    assert expected(Benchmark("one pass", (question(1, 4),)), always_one_letter) is None
    assert expected(Benchmark("empty", ()), always_one_letter) is None


@pytest.mark.parametrize("name", FORMS)
def test_baselines_score_what_is_expected(name):
    """2,000 questions with keys at every letter: within three standard errors of the closed form."""
    rows = [question(i, 4, "ABCD"[i % 4]) for i in range(1, 2001)]
    made = Benchmark("large", circularized(rows))
    model = BASELINES[name](1)

    async def ask():
        return {row.index: (await model.answer(row, "")).text for row in made.rows}

    scores = score(made, asyncio.run(ask()))
    form = expected(made, FORMS[name])
    for measure in MEASURES:
        error = (form[measure] * (1 - form[measure]) / 2000) ** 0.5
        assert abs(scores.tally(measure).value - form[measure]) <= 3 * error + 1e-12


def test_sentences_say_the_same_and_strict_reads_them_all():
    made = benchmark(4, 4)
    letters = {row.index: row.answer for row in made.rows}
    texts = reworded(made.rows, letters)
    assert len(set(texts.values())) == len(SENTENCES) == len(made.rows)
    assert {row.index: extract(texts[row.index], row.options).letter for row in made.rows} == letters
    kit = {row.index: extract(texts[row.index], row.options, "vlmevalkit").letter for row in made.rows}
    assert kit != letters
    assert reworded(made.rows, {1: None, 2: "Z"}) == {1: "?", 2: "?"}
