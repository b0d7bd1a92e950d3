"""Losses that tasks on tokens are compared with: by enumeration, and by what frequencies reach."""

from collections import Counter
from itertools import product
from math import log

import numpy as np
import pytest
from support.token_tasks import GENERATED, draw, entropy

from playground.data.tokens.arithmetic import Addition, Subtraction
from playground.data.tokens.automata import Brackets
from playground.data.tokens.copying import Copy, Sort
from playground.data.tokens.number_words import NumberWords
from playground.data.tokens.numerals import chinese, english


def test_copying_without_memory_is_the_line_of_the_paper():
    """Arjovsky et al. 2016, section 5.1: 10 ln 8 / (T + 20)."""
    for gap in (30, 100):
        task = Copy(gap=gap)
        assert task.dim == gap + 20 and task.memoryless == log(8)
        assert task.memoryless_of_all == pytest.approx(10 * log(8) / (gap + 20))


def all_pairs(task):
    """Every answer of a task on two numbers below 10^digits."""
    a, b = (x.ravel() for x in np.meshgrid(*[np.arange(10**task.digits)] * 2))
    return task.answer(a, b)


ENUMERATED = {
    "sort 3 of 4": (
        Sort(length=3, kinds=4),
        lambda task: (entropy(Counter(tuple(sorted(w)) for w in product(range(4), repeat=3)).values()), 3),
    ),
    "sort 5 of 2": (
        Sort(length=5, kinds=2),
        lambda task: (entropy(Counter(tuple(sorted(w)) for w in product(range(2), repeat=5)).values()), 5),
    ),
    "addition": (Addition(digits=2), lambda task: (entropy(Counter(map(tuple, all_pairs(task))).values()), 3)),
    "subtraction": (Subtraction(digits=2), lambda task: (entropy(Counter(map(tuple, all_pairs(task))).values()), 3)),
    "one digit": (Addition(digits=1), lambda task: (entropy(Counter(map(tuple, all_pairs(task))).values()), 2)),
}


@pytest.mark.parametrize("name", ENUMERATED)
def test_losses_without_the_source_by_enumeration(name):
    task, count = ENUMERATED[name]
    nats, tokens = count(task)
    assert task.memoryless == pytest.approx(nats / tokens, abs=2e-7)


def test_brackets_without_the_source_by_enumeration():
    """Over all ways to open and close, each weighed by its probability, and all kinds of what stays open."""
    task, answers, words = Brackets(length=5, deepest=3), Counter(), 0.0
    for coins in product((0, 1), repeat=5):
        depth = 0
        for coin in coins:
            depth += 1 if depth == 0 or coin and depth < 3 else -1
        for kinds in product(range(3), repeat=depth):
            answers[kinds] += 3.0**-depth / 32
        words += (depth + 1) / 32
    assert sum(answers.values()) == pytest.approx(1) and task.depths.sum() == pytest.approx(1)
    assert task.memoryless == pytest.approx(entropy(answers.values()) / words)
    longer = Brackets(length=21)
    rows = draw(longer, 40_000)
    depth = longer.counted(rows).sum(1) - 1
    assert np.bincount(depth, minlength=9) / 40_000 == pytest.approx(longer.depths, abs=0.01)


@pytest.mark.parametrize("to", ["chinese", "english"])
def test_number_words_without_the_source_by_enumeration(to):
    answers, words = {}, 0.0
    for digits in (1, 2, 3):
        numbers = range(0 if digits == 1 else 10 ** (digits - 1), 10**digits)
        for number in numbers:
            said = tuple(chinese(number)) if to == "chinese" else tuple(english(number))
            answers[said] = 1 / 3 / len(numbers)
            words += (len(said) + 1) / 3 / len(numbers)
    assert len(answers) == 1000
    assert NumberWords(digits=3, to=to).memoryless == pytest.approx(entropy(answers.values()) / words)


@pytest.mark.parametrize(
    "task", [t for t in GENERATED if t.name != "modular" and (t.dim < 12 or t.name in ("recall", "parity"))], ids=repr
)
def test_losses_without_the_source_bound_what_frequencies_reach(task):
    """No source-free predictor beats it: that of the frequencies at each place, measured, does not; and where the
    answer is one token, it is this one."""
    rows = draw(task, 60_000)
    answers, counted = rows[:, task.source_length :].astype(int), task.counted(rows)
    nats = 0.0
    for place in range(task.answer_length):
        seen = np.bincount(answers[counted[:, place], place])
        nats += entropy(seen) * seen.sum()
    by_place = nats / counted.sum()
    assert by_place >= task.memoryless - 0.01
    if task.answer_length == 1:
        assert by_place == pytest.approx(task.memoryless, abs=0.01)
