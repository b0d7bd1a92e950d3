"""Tasks on tokens of every kind, and the entropy of counts."""

import numpy as np

from playground.data.tokens.arithmetic import Addition, ModularAddition, Subtraction
from playground.data.tokens.automata import Brackets, Parity
from playground.data.tokens.copying import Copy, Reverse, Sort
from playground.data.tokens.number_words import NumberWords
from playground.data.tokens.recall import Queues, Recall

GENERATED = [
    Copy(gap=7),
    Copy(gap=1, length=3, kinds=2),
    Reverse(length=5),
    Sort(length=6),
    Recall(pairs=5),
    Queues(pairs=7),
    Addition(digits=2),
    Addition(digits=4, least_first=False),
    Subtraction(digits=2),
    Subtraction(digits=3, least_first=False),
    ModularAddition(modulus=13),
    Parity(length=6),
    Parity(length=6, running=True),
    Brackets(length=11),
    Brackets(length=30, deepest=3),
    NumberWords(digits=3),
    NumberWords(digits=6),
    NumberWords(digits=6, to="english"),
]


def draw(task, n=200, seed=0):
    return task.sample(n, np.random.default_rng(seed))


def entropy(counts):
    p = np.array([*counts], np.float64)
    p = p[p > 0] / p.sum()
    return float(-(p @ np.log(p)))
