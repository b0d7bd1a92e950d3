"""The passes of CircularEval, what they ask, and what the options of one pass are in another."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.mmbench import benchmark, question

from playground.evaluation.mmbench.circular import aligned, circularized, kept_single, one_pass, passes_expected
from playground.evaluation.mmbench.files import read_benchmark, write_benchmark
from playground.evaluation.mmbench.prompt import prompt
from playground.evaluation.mmbench.taxonomy import L1_OF_L2, L2_OF_L3, SHORT, TREE, abilities

TEXTS = ["cat", "dog", "fox", "owl"]


def base(index=1, texts=TEXTS, answer="B", **more):
    return question(index, texts, answer, **more)[0]


def test_passes_as_vlmevalkit_writes_them():
    rows = circularized([base()])
    assert [row.index for row in rows] == [1, 1_000_001, 2_000_001, 3_000_001]
    assert [row.answer for row in rows] == ["B", "A", "D", "C"]  # B -> A, A -> last
    assert ["".join(text[0] for text in row.options.values()) for row in rows] == ["cdfo", "dfoc", "focd", "ocdf"]
    assert rows == tuple(question(1, TEXTS, "B"))


def test_the_passes_of_many_questions_stand_pass_by_pass():
    rows = circularized([base(3, TEXTS[:2]), base(4)])
    assert [row.index for row in rows] == [3, 4, 1_000_003, 1_000_004, 2_000_004, 3_000_004]


def test_a_large_index_moves_the_offset_for_all():
    rows = circularized([base(1, TEXTS[:2]), base(1_000_000, TEXTS[:2])])
    assert [(row.index, row.group, row.number) for row in rows] == [
        (1, 1, 0),
        (1_000_000, 1_000_000, 0),
        (10_000_001, 1, 1),
        (11_000_000, 1_000_000, 1),
    ]
    assert read_benchmark(write_benchmark(benchmark(rows)), "a.tsv").rows == rows


@pytest.mark.parametrize(
    "texts, answer, single",
    [
        (["cat", "dog"], "A", False),
        (["cat", "dog"], None, True),
        (["cat", "dog"], "C", True),
        ([], None, True),
        (["A", "dog"], "A", True),  # a label itself
        (["BC", "dog"], "A", True),  # a run of the alphabet, by VLMEvalKit's test
        (["A and B", "dog"], "A", True),
        (["both A, B.", "dog"], "A", True),
        (["A cat", "B-flat"], "A", False),  # one label each
        (["A and C", "dog"], "A", False),  # C is no label of this question
    ],
)
def test_what_is_asked_once(texts, answer, single):
    row = replace(base(), options=dict(zip("ABCD", texts, strict=False)), answer=answer)
    assert kept_single(row.options, answer) is single
    assert len(circularized([row])) == (1 if single else len(texts))


def test_passes_that_a_question_should_have():
    assert passes_expected(base()) == passes_expected(base(answer=None)) == 4
    assert passes_expected(base(texts=["A and B", "dog"])) == 1
    assert passes_expected(replace(base(), options={}, answer=None)) == 1


def test_files_of_one_pass_are_known():
    assert one_pass(benchmark([base(1)], [base(2)]))
    assert not one_pass(benchmark([base(1)], question(2, TEXTS, "A")))
    assert not one_pass(benchmark([base(1, ["A", "dog"])]))


@given(st.integers(2, 6), st.integers(0, 5), st.booleans())
def test_options_are_aligned_by_their_texts_whichever_way_a_file_rotates(k, key, backwards):
    texts = [f"t{i}" for i in range(k)]
    passes = question(1, texts, "ABCDEF"[key % k])
    if backwards:
        passes = [passes[0], *reversed(passes[1:])]
    for row, to in zip(passes, aligned(passes) or [], strict=True):
        assert {label: passes[0].options[to[label]] for label in row.options} == row.options
        assert to[row.answer or ""] == passes[0].answer


def test_equal_texts_are_aligned_by_the_rotation_and_the_key():
    passes = question(1, ["cat", "dog", "cat", "dog"], "C")
    found = aligned(passes)
    assert found is not None and [to[row.answer] for row, to in zip(passes, found, strict=True)] == ["C"] * 4
    assert [to["A"] for to in found] == ["A", "B", "C", "D"]


def test_other_options_are_not_aligned():
    first, second = base(), replace(base(), options={**base().options, "A": "cow"})
    assert aligned([first, second]) is None


def test_prompts():
    assert prompt(base(hint="Look.")) == (
        "Hint: Look.\nQuestion: What is in picture 1?\nOptions:\nA. cat\nB. dog\nC. fox\nD. owl\n"
        "Please select the correct answer from the options above. \n"
    )
    assert prompt(replace(base(), options={})) == "Question: What is in picture 1?\n"


def test_abilities_are_2_6_and_20():
    assert len(TREE) == 2 and L1_OF_L2.keys() == SHORT.keys() and len(SHORT) == 6 and len(L2_OF_L3) == 20
    assert abilities("ocr", "") == ("perception", "finegrained_perception (instance-level)", "ocr")
    assert abilities("AR", "own") == ("", "own", "AR")
