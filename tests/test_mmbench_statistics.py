"""Intervals, the comparison of two runs, and what simple ways to answer score: against other libraries and draws."""

from functools import cache

import numpy as np
import pytest
from scipy import stats
from support.mmbench import benchmark, question

from playground.evaluation.mmbench import closed_forms
from playground.evaluation.mmbench.compare import by_ability, compare, mcnemar, right
from playground.evaluation.mmbench.intervals import bootstrap, paired_difference, wilson
from playground.evaluation.mmbench.scoring import score

TEXTS = ["cat", "dog", "fox", "owl"]


@pytest.mark.parametrize("right, n", [(0, 10), (10, 10), (3, 7), (743, 1164)])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_wilson_is_scipys(right, n, level):
    expected = stats.binomtest(right, n).proportion_ci(level, "wilson")
    assert wilson(right, n, level) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_nothing_says_nothing():
    assert wilson(0, 0) == bootstrap([], rng=np.random.default_rng(0)) == (0, 1)
    assert paired_difference(0, 0, 0) == (-1, 1)


def test_the_bootstrap_of_single_rows_is_the_binomial():
    hits = np.arange(400) < 100
    low, high = bootstrap(hits, draws=20_000, rng=np.random.default_rng(0))
    assert (low, high) == pytest.approx(stats.binom(400, 0.25).ppf([0.025, 0.975]) / 400, abs=0.0026)


def test_the_bootstrap_draws_whole_questions():
    """Four passes that are right together tell as much as one: the interval is twice that of the rows apart."""
    rng = np.random.default_rng(0)
    together = bootstrap(4 * (np.arange(100) < 50), np.full(100, 4), draws=20_000, rng=rng)
    apart = bootstrap(np.arange(400) < 200, draws=20_000, rng=rng)
    assert (together[1] - together[0]) / (apart[1] - apart[0]) == pytest.approx(2, rel=0.06)


@pytest.mark.parametrize("only_first, only_second", [(0, 0), (5, 5), (1, 9), (30, 12), (400, 480)])
def test_mcnemar_is_the_sign_test(only_first, only_second):
    n = only_first + only_second
    first = {i: i < only_first for i in range(n)} | {-1: True, -2: False, -3: None}
    second = {i: i >= only_first for i in range(n)} | {-1: True, -2: False, -3: True, -4: True}
    found = mcnemar(first, second)
    expected = stats.binomtest(only_first, n).pvalue if n else 1.0
    assert found.p == pytest.approx(expected, rel=1e-9)
    assert (found.only_first, found.only_second, found.both, found.neither) == (only_first, only_second, 1, 1)
    assert found.left_out == 2 and found.difference == (only_second - only_first) / (n + 2)


def test_runs_are_compared_by_either_measure():
    given = benchmark(question(1, TEXTS, "A"), question(2, TEXTS, "B"))
    letters = {row.index: row.answer for row in given.rows}
    one, two = score(given, letters), score(given, letters | {1_000_001: "Z"})
    assert compare(one, two).only_first == 1 and compare(one, two).difference == -0.5
    assert compare(one, two, "vanilla_0").both == 2


@pytest.mark.parametrize("cells", [(0.3, 0.05, 0.1, 0.55), (0.9, 0.02, 0.02, 0.06), (0.2, 0.3, 0.3, 0.2)])
@pytest.mark.parametrize("n", [20, 100, 1164])
def test_the_interval_of_a_difference_holds_it_as_often_as_it_says(cells, n):
    """Of 95 in 100 draws of n pairs, and of more where hardly any pair differs."""
    drawn = np.random.default_rng(0).multinomial(n, cells, size=4000)
    held = 0
    for _both, only_first, only_second, _neither in drawn:
        low, high = paired_difference(int(only_first), int(only_second), n)
        held += low <= cells[2] - cells[1] <= high
    assert 0.935 <= held / len(drawn) <= (1 if n * (cells[1] + cells[2]) < 5 else 0.975)


def test_the_interval_of_a_difference_is_that_of_the_bootstrap_where_there_are_many():
    differences = np.repeat([1.0, -1.0, 0.0], [480, 400, 2120])
    drawn = bootstrap(differences, draws=20_000, rng=np.random.default_rng(0))
    assert paired_difference(400, 480, 3000) == pytest.approx(drawn, abs=0.001)


def test_abilities_are_compared_one_by_one():
    given = benchmark(
        question(1, TEXTS, "A", l2="attribute_reasoning"),
        question(2, TEXTS, "B", l2="logic_reasoning"),
        question(3, TEXTS, "B", l2="attribute_reasoning"),
    )
    letters = {row.index: row.answer for row in given.rows}
    one = score(given, letters | {2_000_001: "Z"})
    two = score(given, {index: letter for index, letter in letters.items() if index != 3})
    found = by_ability(one, right(one, "circular"), right(two, "circular"))
    assert list(found) == ["attribute_reasoning", "logic_reasoning"]
    counts = [(part.both, part.only_first, part.only_second, part.left_out) for part in found.values()]
    assert counts == [(0, 0, 1, 1), (1, 0, 0, 0)]


KEYS, P, N = "ABCD", 0.7, 2000


@cache
def balanced(k):
    """Questions with k options whose keys are balanced over the letters."""
    return benchmark(*(question(i, TEXTS[:k], KEYS[i % k], image=None) for i in range(N)))


def by_text(row, right):
    """The letter of the right option's text, or of another text that is the same in every pass."""
    label_of = {text: label for label, text in row.options.items()}
    key = row.options[row.answer]
    return label_of[key if right else next(text for text in TEXTS if text != key)]


@pytest.mark.parametrize("k", [2, 3, 4])
@pytest.mark.parametrize("way", ["at_random", "always_one_letter", "knows_questions", "knows_passes", "prefers_texts"])
def test_closed_forms_are_what_is_scored(way, k):
    rng = np.random.default_rng(k)
    known = rng.random(N) < P
    choose, expected = {
        "at_random": (lambda row: KEYS[rng.integers(k)], closed_forms.at_random(k)),
        "always_one_letter": (lambda row: "B", closed_forms.always_one_letter(k)),
        "knows_questions": (lambda row: row.answer if known[row.group] else "A", closed_forms.knows_questions(P, k)),
        "knows_passes": (lambda row: row.answer if rng.random() < P else "A", closed_forms.knows_passes(P, k)),
        "prefers_texts": (lambda row: by_text(row, known[row.group]), closed_forms.prefers_texts(P)),
    }[way]
    scores = score(balanced(k), {row.index: choose(row) for row in balanced(k).rows})
    for measure in ("circular", "vanilla_0", "vanilla_all"):
        share = expected.circular if measure == "circular" else expected.vanilla
        error = (share * (1 - share) / N) ** 0.5  # of vanilla_all at most
        assert abs(scores.tally(measure).low - share) <= 4 * error


def test_guesses_in_every_pass():
    assert [round(closed_forms.at_random(k).circular, 4) for k in (2, 3, 4)] == [0.25, 0.037, 0.0039]
