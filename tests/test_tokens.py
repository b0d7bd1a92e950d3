"""Tasks on tokens: every answer by a slow implementation of its own, what single tasks promise, seeds, settings."""

from collections import Counter, deque
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from support.number_words import said_in_chinese, said_in_english
from support.token_tasks import GENERATED, draw, entropy

from playground.core.config import parse, specs
from playground.core.errors import UserError
from playground.data.in_words import value_text
from playground.data.settings import DATA, TOKEN_DATA
from playground.data.token_settings import TokenConfig
from playground.data.tokens.arithmetic import Addition, ModularAddition, Subtraction
from playground.data.tokens.automata import CLOSING
from playground.data.tokens.catalogue import dots
from playground.data.tokens.copying import Copy, Reverse
from playground.data.tokens.numerals import read_chinese
from playground.data.tokens.recall import Queues, Recall
from playground.data.tokens.task import BEGIN, BLANK, END, FIRST, OTHER, SEP, SPECIAL, SplitTask

# ---- answers by slow implementations ---------------------------------------------------------------


def closing(source):
    stack = []
    for bracket in source:
        if bracket in CLOSING:
            stack.append(CLOSING[bracket])
        else:
            assert stack.pop() == bracket
    return [*reversed(stack), "■"]


def first_out(source):
    count = len(source) // 3
    queues = {}
    for key, value in zip(source[: 2 * count : 2], source[1 : 2 * count : 2], strict=True):
        queues.setdefault(key, deque()).append(value)
    return [queues[key].popleft() for key in source[2 * count :]]


def calculated(task, source):
    text = "".join(source).replace("−", "-")
    at = next(i for i, character in enumerate(text) if character in "+-")
    a, b = int(text[:at]), int(text[at + 1 :])
    if isinstance(task, Subtraction):
        written = f"{abs(a - b):0{task.digits}d}"
        return ["−" if a < b else "+", *(written[::-1] if task.least_first else written)]
    written = f"{a + b:0{task.digits + 1}d}"
    return [*(written[::-1] if task.least_first else written)]


def translated(task, source):
    words = [word for word in source if word != "·"]
    if task.to == "chinese":
        return [*said_in_chinese(int_of(words)), "■"]
    return [*said_in_english(read_chinese("".join(words))).split(), "■"]


SMALL = {}


def int_of(words):
    if not SMALL:
        SMALL.update({said_in_english(n): n for n in range(1000)})
    text = " ".join(words)
    if "thousand" not in text:
        return SMALL[text]
    thousands, _, rest = text.partition(" thousand")
    return 1000 * SMALL[thousands] + (SMALL[rest.removeprefix(" and").strip()] if rest else 0)


SLOW = {
    "copy": lambda task, source: [letter for letter in source if letter != "·"],
    "reverse": lambda task, source: [*reversed(source)],
    "sort": lambda task, source: sorted(source),
    "queues": lambda task, source: first_out(source),
    "addition": calculated,
    "subtraction": calculated,
    "modular": lambda task, source: [str((int(source[0]) + int(source[2])) % task.modulus)],
    "parity": lambda task, source: [str(source[: i + 1].count("1") % 2) for i in range(len(source))][
        -task.answer_length :
    ],
    "brackets": lambda task, source: closing(source),
    "number_words": translated,
    "recall": lambda task, source: [source[source.index(source[-1]) + 1]],
}


@pytest.mark.parametrize("task", GENERATED, ids=repr)
def test_every_answer_is_the_right_one(task):
    rows = draw(task)
    assert rows.shape == (200, task.dim) and rows.dtype == np.float32
    assert set(np.unique(rows)) <= set(range(len(task.vocabulary))) - {BEGIN, OTHER}
    counted = task.counted(rows)
    for row, judged in zip(rows, counted, strict=True):
        shown = task.show(row)
        source, answer = shown[: task.source_length], shown[task.source_length :]
        source.remove(SPECIAL[SEP])
        assert source.count(SPECIAL[SEP]) == 0
        assert [token for token, one in zip(answer, judged, strict=True) if one] == SLOW[task.name](task, source)
        assert {token for token, one in zip(answer, judged, strict=True) if not one} <= {SPECIAL[BLANK]}


@pytest.mark.parametrize("task", GENERATED, ids=repr)
def test_seeds_decide_and_nothing_else(task):
    assert np.array_equal(draw(task), draw(task)) and not np.array_equal(draw(task), draw(task, seed=1))
    again = replace(task)
    assert again is not task and again == task and hash(again) == hash(task)


@pytest.mark.parametrize("task", GENERATED, ids=repr)
def test_right_answers_are_told_from_wrong_ones(task):
    rows = draw(task)
    answers, counted = rows[:, task.source_length :].copy(), task.counted(rows)
    assert task.right(rows, answers).all()
    answers[:, 0] += 1
    assert not task.right(rows, answers)[:, 0].any() and task.right(rows, answers)[:, 1:].all()
    answers[~counted] = 999
    assert task.right(rows, answers)[~counted].all()


@pytest.mark.parametrize("task", GENERATED, ids=repr)
def test_longer_is_the_same_task_with_the_same_tokens(task):
    if not task.grows:
        with pytest.raises(UserError, match="cannot be made that long"):
            task.longer(2)
        return
    if getattr(task, task.grows) * 2 <= task.longest:
        longer = task.longer(2)
        assert longer.dim > task.dim and longer.vocabulary == task.vocabulary and type(longer) is type(task)
        assert draw(longer).shape == (200, longer.dim)
    with pytest.raises(UserError, match="cannot be made that long"):
        task.longer(10_000)


def test_the_tokens_that_all_tasks_share():
    assert (BEGIN, SEP, BLANK, END, OTHER) == (0, 1, 2, 3, 4) and FIRST == len(SPECIAL) == 5
    for task in GENERATED:
        assert task.vocabulary[:FIRST] == SPECIAL and len(set(task.vocabulary)) == len(task.vocabulary)
        assert (task.BEGIN, task.SEP, task.BLANK, task.END, task.OTHER) == (0, 1, 2, 3, 4)
        assert task.domain == "tokens" and task.classes == 0 and task.floor == 0.0


# ---- what single tasks promise ---------------------------------------------------------------------


@pytest.mark.parametrize("task", [Copy(gap=9), Reverse(length=6), Recall(pairs=9), Queues(pairs=9)], ids=repr)
def test_the_distance_leads_to_the_token_that_is_repeated(task):
    rows = draw(task)
    place = task.source_length + np.arange(task.answer_length)
    distance = task.distance(rows)
    assert distance.shape == (200, task.answer_length) and distance.min() > 0
    assert np.array_equal(np.take_along_axis(rows, place - distance, 1), rows[:, task.source_length :])


def test_recall_asks_for_every_pair_alike_and_its_keys_are_different():
    task = Recall(pairs=6)
    rows = draw(task, 6000)
    assert np.bincount(task.distance(rows)[:, 0])[3::2] / 6000 == pytest.approx(np.full(6, 1 / 6), abs=0.02)
    assert all(len(set(row)) == 6 for row in rows[:, :12:2].tolist())


def test_numbers_to_add_fill_their_range():
    for task in (Addition(digits=1), Subtraction(digits=1)):
        seen = Counter(map(tuple, draw(task, 20_000).tolist()))
        assert len(seen) == 100 and max(seen.values()) < 300
    top = Addition(digits=12, least_first=False)
    nines = np.array([10**12 - 1])
    assert "".join(top.show(top.answer(nines, nines)[0])) == "1999999999998"


@pytest.mark.parametrize(("modulus", "share"), [(97, 0.5), (13, 0.3), (5, 0.9)])
def test_the_parts_of_modular_addition_are_the_whole_table_once(modulus, share):
    task = ModularAddition(modulus=modulus, train_share=share)
    train, valid = ({*map(tuple, task.part(name).tolist())} for name in task.split)
    assert len(train) == round(share * modulus**2) and not train & valid
    assert {(row[0] - FIRST, row[2] - FIRST) for row in train | valid} == {*product(range(modulus), repeat=2)}
    assert {*map(tuple, draw(task, 1000).tolist())} <= train
    answers = np.concatenate([task.part(name)[:, -1] for name in task.split]).astype(int)
    assert entropy(np.bincount(answers)) == pytest.approx(task.memoryless)
    assert np.array_equal(task.part("train"), ModularAddition(modulus=modulus, train_share=share).part("train"))


# ---- settings --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TOKEN_DATA)
def test_settings_choose_the_task(name):
    config = parse(TokenConfig, {"data": name})
    task = config.task
    assert (task.name, task.title) == (name, DATA[name].title) and config.domain == "tokens" == DATA[name].domain
    assert isinstance(task, SplitTask) == bool(task.split)
    assert task.sample(3, np.random.default_rng(0)).shape == (3, task.dim) and task.description
    sign = dots(name)
    assert sign.shape[1] == 2 and len(sign) >= 40 and sign.min() >= 0 and sign.max() <= 1


@pytest.mark.parametrize(
    "spec", [s for s in specs(TokenConfig) if s.group == "data" and s.name != "data"], ids=lambda s: s.name
)
def test_every_setting_changes_the_tasks_that_it_is_shown_for_and_no_other(spec):
    own = "eNo"  # of no text
    for name in TOKEN_DATA:
        plain = parse(TokenConfig, {"data": name})
        if spec.kind == "text":
            with pytest.raises(UserError):
                plain.changed(**{spec.name: own})
            continue
        other = (
            not spec.default
            if spec.kind == "bool"
            else next(value for value in spec.choices or spec.bounds if value != spec.default)
        )
        if (name in spec.when["data"]) != (plain.changed(**{spec.name: other}).task != plain.task):
            pytest.fail(f"{spec.name} of {name}")


def test_the_largest_settings_are_drawn():
    for spec in specs(TokenConfig):
        if spec.group == "data" and spec.kind in ("int", "float"):
            for value, name in product(spec.bounds, spec.when["data"]):
                task = parse(TokenConfig, {"data": name, spec.name: value}).task
                assert len(task.sample(2, np.random.default_rng(0))) == 2 and np.isfinite(task.memoryless)


def test_own_text_is_told_by_its_size():
    spec = next(s for s in specs(TokenConfig) if s.name == "own_text")
    assert value_text(spec, "", str) == "143,032 characters" and value_text(spec, "broken", str) == "0 characters"
