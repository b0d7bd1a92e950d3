"""From replies to letters: VLMEvalKit's own, vector by vector, and the strict reading of the same."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.mmbench import benchmark, question

from playground.evaluation.mmbench.extraction import MODES, RULES, extract
from playground.evaluation.mmbench.extraction.extracted import REFUSALS
from playground.evaluation.mmbench.extraction.fallback import filled
from playground.evaluation.mmbench.extraction.replies import disagreements, extracted, letters

FILE = Path(__file__).parent / "support" / "mmbench_extraction_vectors.json"
VECTORS = json.loads(FILE.read_text("utf-8"))["vectors"]
CAT, RGB = {"A": "cat", "B": "dog", "C": "fox"}, {"A": "red", "B": "green", "C": "blue"}
FOUR, CUB = {**CAT, "D": "owl"}, {"A": "fox", "B": "fox cub", "C": "dog"}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["prediction"] or "empty")
def test_vlmevalkit_to_the_letter(vector):
    options = {label: str(text) for label, text in vector["choices"].items()}
    found = extract(vector["prediction"], options, "vlmevalkit")
    assert found.letter == vector["letter"] and found.rule in RULES


@pytest.mark.parametrize("text", REFUSALS)
@pytest.mark.parametrize("mode", MODES)
def test_refusals(text, mode):
    assert extract(f"Well. {text} B", CAT, mode) == extract(text, CAT, mode)
    assert (extract(text, CAT, mode).letter, extract(text, CAT, mode).rule) == ("Z", "refusal")


def test_vlmevalkit_reads_no_environment(monkeypatch):
    monkeypatch.setenv("VERBOSE", "1")
    assert extract("I would pick option A", CAT, "vlmevalkit").letter == "A"


STRICT = [
    ("The answer is a dog", CAT, "B", "text"),
    ("The answer is A dog", CAT, "B", "text"),
    ("The answer is dog", FOUR, "B", "text"),
    ("The correct answer is blue.", RGB, "C", "text"),
    ("A dog", CAT, "B", "text"),
    ("fox cub", CUB, "B", "text"),
    ("hotdog stand", CAT, None, "unreadable"),
    ("nan", {"A": "an", "B": "dog"}, None, "unreadable"),
    ("14", {"A": "4", "B": "14", "C": "24"}, "B", "text"),
    ("It costs 1.5", {"A": "5", "B": "1", "C": "1.5"}, "C", "text"),
    ("-5", {"A": "5", "B": "-5"}, "B", "text"),
    ("dog or fox", CAT, None, "several"),
    ("It is not a cat but a dog", CAT, "B", "text"),
    ("b", CAT, "B", "letter alone"),
    ("B?", CAT, "B", "letter alone"),
    ("`B`", CAT, "B", "letter alone"),
    ("**B**", CAT, "B", "letter alone"),
    ("(B)", CAT, "B", "letter alone"),
    ("Z", CAT, "Z", "none of them"),
    ("A or B", CAT, None, "several"),
    ("The answer is A or B", CAT, None, "several"),
    ("A. B. C.", CAT, None, "several"),
    ("选B", CAT, "B", "stated"),
    ("答案是 B。", {"A": "猫", "B": "狗"}, "B", "stated"),
    ("答案：B", {"A": "猫", "B": "狗"}, "B", "stated"),
    ("图中是一只狗", {"A": "猫", "B": "狗"}, "B", "text"),
    ("<answer>B</answer>", CAT, "B", "tag"),
    ("Option A fails. <answer> b. dog </answer>", CAT, "B", "tag"),
    ("So A is wrong: \\boxed{\\text{B}}", CAT, "B", "boxed"),
    ("B is right here now", CAT, "B", "first"),
    ("B because it barks and it has a tail", CAT, "B", "first"),
    ("B. dog", CAT, "B", "first"),
    ("(B) dog", CAT, "B", "first"),
    ("Option B: dog", CAT, "B", "stated"),
    ("The answer is: **(B)**", CAT, "B", "stated"),
    ("the ANSWER IS ***b***", CAT, "B", "stated"),
    ("The correct answer is c", CAT, "C", "stated"),
    ("I would pick option A", CAT, "A", "stated"),
    ("I would not choose A", CAT, None, "unreadable"),
    ("The answer is A because it barks", CAT, "A", "stated"),
    ("A dog is B here", CAT, "B", "single label"),
    ("A dog is C here", CAT, None, "several"),
    ("The answer is not B", CAT, None, "unreadable"),
    ("It isn't a dog, it is the fox", CAT, "C", "text"),
    ("不选A，选B", CAT, "B", "stated"),
    ("It must be B then", CAT, "B", "single label"),
    ("Vitamin B is made in the leaves of a plant that grows far away in the hills", CAT, None, "unreadable"),
    ("Failed to obtain answer via API. B", CAT, None, "failed call"),
    ("", CAT, None, "unreadable"),
    ("The answer is 'B'.", CAT, "B", "stated"),
    ("**Answer:** B", CAT, "B", "stated"),
    ("A\nThe picture shows it", CAT, "A", "first"),
    ("Ｂ", CAT, "B", "letter alone"),
    ("None of the above.", CAT, "Z", "none of them"),
    ("None of them", {"A": "None of them", "B": "dog"}, "A", "text"),
    ("It's a fox", CAT, "C", "text"),
    ("cats", CAT, None, "unreadable"),
]


@pytest.mark.parametrize("text, options, letter, rule", STRICT, ids=[one[0] or "empty" for one in STRICT])
def test_strict(text, options, letter, rule):
    found = extract(text, options, "strict")
    assert (found.letter, found.rule) == (letter, rule)


@pytest.mark.parametrize("label", "ABCD")
@pytest.mark.parametrize("form", ["{}", "{}.", "({})", "The answer is {}.", "Answer: {}", "\\boxed{{{}}}", "**{}**"])
def test_strict_reads_plain_forms_of_every_letter(label, form):
    assert extract(form.format(label), FOUR, "strict").letter == label


@given(
    st.text(), st.dictionaries(st.sampled_from("ABCDEF"), st.text(min_size=1), max_size=6), st.sampled_from([*MODES])
)
def test_any_reply_is_read_without_an_error(text, options, mode):
    found = extract(text, options, mode)
    assert found.rule in RULES and (found.letter is None or found.letter in {*options, "Z"})


@pytest.mark.parametrize(
    "part", ["answer is ", "not ", "B or ", "**", "\\boxed{", "<answer>", "a", " ", "the ", "答案"]
)
@pytest.mark.parametrize("mode", MODES)
def test_a_long_reply_takes_no_longer_than_its_length(part, mode):
    """A model that repeats itself holds nothing up."""
    began = time.process_time()
    extract(part * 20_000, FOUR, mode)
    assert time.process_time() - began < 1


def test_the_two_ways_disagree_where_one_is_wrong():
    rows = benchmark(question(1, ["cat", "dog", "fox"], "B")).rows
    texts = {1: "The answer is a dog", 1_000_001: "B", 2_000_001: "Failed to obtain answer via API"}
    (one,) = disagreements(rows, texts)
    assert (one.row.index, one.vlmevalkit.letter, one.strict.letter) == (1, "A", "B")
    assert letters(extracted(rows, texts)) == {1: "B", 1_000_001: "B"}
    assert letters(extracted(rows, texts, "vlmevalkit"), "vlmevalkit") == {1: "A", 1_000_001: "B", 2_000_001: None}


def test_letters_at_random_are_counted_and_the_same_again():
    rows = benchmark(*(question(i, ["cat", "dog", "fox"], "A") for i in range(2000))).rows
    given = {row.index: None if row.number else "B" for row in rows if row.index != 5}
    one = filled(rows, given, seed=1)
    assert one == filled(list(reversed(rows)), given, seed=1) and one.letters != filled(rows, given, seed=2).letters
    assert one.drawn == {row.index for row in rows if row.number} and one.letters.keys() == given.keys()
    counts = [sum(one.letters[index] == label for index in one.drawn) for label in "ABCZ"]
    assert sum(counts) == 4000 and max(abs(count - 1000) for count in counts) < 5 * (4000 * 3 / 16) ** 0.5
