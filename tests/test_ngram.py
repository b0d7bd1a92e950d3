"""The n-gram to compare with: it is the formulas, and a longer context helps."""

import time
from collections import Counter, defaultdict
from math import log

import numpy as np
import pytest
from support.texts import ENGLISH, SHORT

from playground.data.tokens.ngram import NGram, kneser_ney_discounts
from playground.data.tokens.task import BEGIN, FIRST, OTHER
from playground.data.tokens.text import SHIPPED, TextTask, shipped_task


class Slow:
    """Interpolated Kneser-Ney by dictionaries, from the formulas of Chen and Goodman 1999 (equations 16 to 18)."""

    def __init__(self, runs, alphabet, order):
        self.alphabet, self.order, self.tables = alphabet, order, {}
        seen = Counter()
        for run in runs:
            padded = [BEGIN] * (order - 1) + [*run]
            for i in range(len(run)):
                seen[tuple(padded[i : i + order])] += 1
        self.tables[order] = seen
        for length in range(order - 1, 0, -1):
            before = defaultdict(set)
            for gram in self.tables[length + 1]:
                before[gram[1:]].add(gram[0])
            self.tables[length] = Counter({gram: len(tokens) for gram, tokens in before.items()})

    def discount(self, table, count):
        n = Counter(min(c, 5) for c in table.values())
        if not n[1] or not n[2]:
            return 0.5
        share, k = n[1] / (n[1] + 2 * n[2]), min(count, 3)
        return min(max(k - (k + 1) * share * n[k + 1] / max(n[k], 1), 0.1), k - 0.1)

    def p(self, context, token, length=None):
        length = self.order if length is None else length
        if length == 0:
            return 1 / len(self.alphabet)
        table, before = self.tables[length], tuple(context[len(context) - length + 1 :])
        followers = {gram: count for gram, count in table.items() if gram[:-1] == before}
        shorter = self.p(context, token, length - 1)
        if not followers:
            return shorter
        total = sum(followers.values())
        reserved = sum(self.discount(table, count) for count in followers.values()) / total
        own = followers.get((*before, token), 0)
        return (own - self.discount(table, own) if own else 0) / total + reserved * shorter


def test_the_ngram_is_the_formulas():
    generator = np.random.default_rng(0)
    runs = tuple(generator.choice(np.arange(5, 9), length, p=[0.5, 0.3, 0.15, 0.05]) for length in (60, 1, 25))
    fast = NGram(runs, 10, (OTHER, *range(5, 10)), 3)
    slow = Slow(runs, fast.alphabet, 3)
    for context in ([0, 0], [0, 5], [5, 6], [8, 8], [9, 9], [9, 5]):
        found = fast.distribution(np.array(context))
        assert found[list(fast.alphabet)] == pytest.approx([slow.p(context, t) for t in fast.alphabet], abs=1e-12)


@pytest.mark.parametrize("order", [1, 2, 5])
def test_probabilities_of_the_ngram_sum_to_one(order):
    for name, task in {name: shipped_task(name) for name in SHIPPED}.items():
        model = task.ngram(order)
        for start in ("", "the ", "zzqx", "孟子曰", "\U0001f600", "Alice was"):
            p = model.distribution(task.read(start))
            assert p.sum() == pytest.approx(1, abs=1e-12) and p.shape == (len(task.vocabulary),), name
            assert (p[[OTHER, *range(FIRST, len(p))]] > 0).all() and p[[0, 1, 2, 3]].sum() == 0


def test_its_log_probabilities_are_those_of_its_distributions():
    task = shipped_task("alice")
    run = task.runs("test")[0][:30]
    said = task.ngram().log_prob(run)
    for place in (0, 1, 4, 17):
        assert said[place] == pytest.approx(log(task.ngram().distribution(run[:place])[run[place]]))


def loss_of_ngram(task, order=5):
    return task.ngram(order).nats(task.runs("test"))


def test_a_longer_context_helps_and_text_that_repeats_is_foreseen():
    """In bits for a character, on what was held out; the 5-gram is ready in three seconds for 300 KB."""
    for name in SHIPPED:
        task = shipped_task(name)
        nats = [loss_of_ngram(task, order) for order in (1, 2, 3, 5)]
        assert nats == sorted(nats, reverse=True) and nats[0] < log(len(task.vocabulary))
        assert nats[0] == pytest.approx(task.memoryless, rel=0.03)
    assert loss_of_ngram(shipped_task("alice")) / log(2) < 2.3
    assert loss_of_ngram(TextTask.of(SHORT, 16)) < 0.1
    text = (ENGLISH * 3)[:300_000]
    before = time.perf_counter()
    loss_of_ngram(TextTask.of(text))
    assert time.perf_counter() - before < 3


def test_discounts_are_estimated_or_half():
    """Chen and Goodman's equation 17: n1 = 10, n2 = 5, n3 = 3, n4 = 2 give Y = 1/2."""
    counts = np.repeat([1, 2, 3, 4, 9], [10, 5, 3, 2, 7])
    assert kneser_ney_discounts(counts) == pytest.approx([0, 1 - 2 * 0.5 * 0.5, 2 - 3 * 0.5 * 0.6, 3 - 4 * 0.5 * 2 / 3])
    assert kneser_ney_discounts(np.array([3, 3, 7])).tolist() == [0, 0.5, 0.5, 0.5]


def test_a_vocabulary_too_large_to_number_is_an_error():
    with pytest.raises(ValueError, match="cannot be numbered"):
        NGram((np.arange(5, 9),), 1000, (5, 6), 7).distribution(np.array([5]))
