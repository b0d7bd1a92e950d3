"""The three scores: VLMEvalKit's own on whole files, and none of its mistakes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.mmbench import benchmark, question

from playground.evaluation.mmbench.question import OFFSET, Benchmark
from playground.evaluation.mmbench.scoring import ALL_SPLITS, Tally, score

TEXTS = ["cat", "dog", "fox", "owl"]


def right(rows, but=()):
    """The right letter for every row, but Z for some indexes."""
    return {row.index: "Z" if row.index in but else row.answer for row in rows}


def three(scores):
    return tuple(round(scores.tally(measure).value, 4) for measure in ("circular", "vanilla_0", "vanilla_all"))


def test_edge_base():
    given = benchmark(question(1, TEXTS, "A"), question(2, TEXTS, "B"))
    assert three(score(given, right(given.rows, [2 + 2 * OFFSET]))) == (0.5, 1, 0.875)


def test_edge_mixed_k():
    given = benchmark(*(question(k, TEXTS[:k], "B") for k in (2, 3, 4)))
    assert three(score(given, right(given.rows, [3 + OFFSET]))) == (0.6667, 1, 0.8889)


def test_edge_always_a_of_25_questions_for_each_key():
    given = benchmark(*(question(i, TEXTS, "ABCD"[i % 4]) for i in range(100)))
    assert three(score(given, {row.index: "A" for row in given.rows})) == (0, 0.25, 0.25)


def test_selftest():
    ks = (4, 4, 4, 3, 2)
    given = benchmark(*(question(i, TEXTS[:k], "A") for i, k in enumerate(ks, start=1)))
    assert len(given.rows) == 17
    assert three(score(given, right(given.rows, [1, 1 + OFFSET, 2 + 3 * OFFSET, 4 + OFFSET]))) == (0.4, 0.8, 0.7647)


def test_a_missing_later_pass_leaves_an_interval():
    """VLMEvalKit scores 1 where a pass that would be wrong is missing, and here .5 becomes 1."""
    given = benchmark(question(1, TEXTS, "A"), question(2, TEXTS, "B"))
    letters = right(given.rows)
    del letters[2 + 2 * OFFSET]
    scores = score(given, letters)
    found = scores.tally()
    assert (found.low, found.high, found.value, scores.incomplete, scores.unscored) == (0.5, 1, None, (2,), (2,))
    cut = Benchmark("cut", tuple(row for row in given.rows if row.index != 2 + 2 * OFFSET))
    assert score(cut, right(cut.rows)).tally() == found and score(cut, right(cut.rows)).unscored == (2,)
    assert score(cut, right(cut.rows)).tally("vanilla_all") == Tally(7, 0, 1)


def test_a_missing_first_pass_keeps_the_question():
    """VLMEvalKit drops the question."""
    given = benchmark(question(1, TEXTS, "A"), question(2, TEXTS, "B"))
    cut = Benchmark("cut", given.rows[1:])
    for scores in (score(cut, right(cut.rows)), score(given, right(given.rows[1:]))):
        assert scores.tally() == scores.tally("vanilla_0") == Tally(1, 0, 1)
        assert scores.incomplete == (1,)


def test_pass_1_of_question_0_is_no_pass_0():
    """VLMEvalKit takes its index, 1,000,000, for a question of its own: vanilla_0 is .667 and not 1."""
    given = benchmark(question(0, TEXTS[:2], "A"), question(5, TEXTS[:2], "B"))
    assert score(given, right(given.rows, [OFFSET])).tally("vanilla_0") == Tally(2, 0, 0)


def test_a_category_called_as_an_l2_is_another_ability():
    """VLMEvalKit writes both into one column "AR"."""
    given = benchmark(
        question(1, TEXTS, "A", category="AR", l2="coarse_perception"),
        question(2, TEXTS, "B", category="ocr", l2="attribute_reasoning"),
    )
    scores = score(given, right(given.rows, [1]))
    assert scores.tally(level="l2", ability="attribute_reasoning").value == 1
    assert scores.tally(level="l3", ability="AR").value == 0
    assert scores.abilities("l1") == ("perception", "reasoning") and scores.tally(level="l1", ability="reasoning").n


def test_rows_that_are_there_twice_count_once():
    """VLMEvalKit counts them twice."""
    one, two = question(1, TEXTS, "A"), question(2, TEXTS, "B")
    letters = right([*one, *two], [1])
    assert score(benchmark(one, one, two), letters).tallies == score(benchmark(one, two), letters).tallies


def test_nothing_is_kept_when_predictions_change():
    """VLMEvalKit scores changed predictions by the file of results that it kept."""
    given = benchmark(question(1, TEXTS, "A"))
    assert score(given, right(given.rows)).tally().value == 1
    assert score(given, right(given.rows, [1])).tally().value == 0


def test_questions_without_a_key_are_not_wrong():
    """VLMEvalKit scores them 0."""
    given = benchmark(question(1, TEXTS, None), question(2, TEXTS, "B"))
    scores = score(given, {row.index: row.answer or "A" for row in given.rows})
    assert scores.without_key == (1,) and scores.tally() == Tally(1, 0, 0)
    alone = score(benchmark(question(1, TEXTS, None)), {1: "A"})
    assert alone.tally().value is None and alone.tally().n == 0


def test_an_unreadable_reply_is_wrong_and_no_reply_is_not():
    given = benchmark(question(1, TEXTS, "A"))
    letters = right(given.rows)
    assert score(given, letters | {1 + OFFSET: None}).tally() == Tally(0, 1, 0)
    assert score(given, {1: "A"}).tally() == Tally(0, 0, 1)
    assert score(given, {}).tally("vanilla_0") == Tally(0, 0, 1)


def test_after_a_wrong_pass_the_others_need_not_be_asked():
    given = benchmark(question(1, TEXTS, "A"), question(2, TEXTS, "B"))
    letters = {1: "B", **right(question(2, TEXTS, "B"))}
    lazy = score(given, letters)
    assert lazy.tally() == Tally(1, 1, 0) and lazy.incomplete == (1,) and lazy.unscored == ()
    assert lazy.tally("vanilla_all").value is None


def test_right_as_written_and_wrong_in_circular():
    given = benchmark(question(1, TEXTS, "A"), question(2, TEXTS, "B"))
    outcomes = score(given, right(given.rows, [1 + OFFSET])).outcomes
    assert outcomes[1].first_only and not outcomes[2].first_only and outcomes[1].rows == (True, False, True, True)


def test_splits_are_apart_and_together():
    given = benchmark(question(1, TEXTS, "A", split="dev"), question(2, TEXTS, "B", split="test"))
    scores = score(given, right(given.rows, [1]))
    assert scores.splits == ("dev", "test")
    assert [scores.tally(split=one).value for one in ("dev", "test", ALL_SPLITS)] == [0, 1, 0.5]


def test_a_file_of_one_pass_has_no_circular_score():
    given = benchmark(question(1, TEXTS, "A")[:1], question(2, TEXTS, "B")[:1])
    scores = score(given, right(given.rows))
    assert scores.one_pass and scores.tally().n == 0
    assert scores.tally("vanilla_0") == scores.tally("vanilla_all") == Tally(2, 0, 0)


def test_a_question_that_is_asked_once_is_complete():
    lone = replace(question(1, TEXTS, "A")[0], options={"A": "A and B", "B": "dog"})
    given = benchmark([lone], question(2, TEXTS, "B"))
    assert score(given, right(given.rows)).tally() == Tally(2, 0, 0)


LETTERS = st.sampled_from(["A", "B", "C", None, "missing"])


@given(st.lists(st.lists(LETTERS, min_size=3, max_size=3), min_size=1, max_size=4))
def test_the_true_score_is_in_the_interval(given_letters):
    """Whatever the missing replies turn out to be."""
    rows = benchmark(*(question(i, TEXTS[:3], "A") for i in range(len(given_letters))))
    places = {(row.group, row.number): row for row in rows.rows}
    letters = {
        places[i, p].index: letter
        for i, passes in enumerate(given_letters)
        for p, letter in enumerate(passes)
        if letter != "missing"
    }
    for measure in ("circular", "vanilla_0", "vanilla_all"):
        known = score(rows, letters).tally(measure)
        best = score(rows, {row.index: row.answer for row in rows.rows} | letters).tally(measure)
        worst = score(rows, {row.index: None for row in rows.rows} | letters).tally(measure)
        assert (known.low, known.high) == (worst.value, best.value)


@pytest.mark.parametrize("level, count", [("l1", 1), ("l2", 1), ("l3", 1)])
def test_levels_add_up(level, count):
    given = benchmark(question(1, TEXTS, "A"), question(2, TEXTS, "B"))
    scores = score(given, right(given.rows))
    assert len(scores.abilities(level)) == count
    assert scores.tally(level=level, ability=scores.abilities(level)[0]) == scores.tally()
