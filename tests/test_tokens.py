"""Tasks on tokens: every answer by a slow implementation of its own, losses to compare with by enumeration, seeds,
settings."""

from collections import Counter, deque
from dataclasses import replace
from itertools import product
from math import log

import numpy as np
import pytest

from playground.core.config import parse, specs
from playground.core.errors import UserError
from playground.data.in_words import value_text
from playground.data.settings import DATA, TOKEN_DATA
from playground.data.token_settings import TokenConfig
from playground.data.tokens.arithmetic import Addition, ModularAddition, Subtraction
from playground.data.tokens.automata import CLOSING, Brackets, Parity
from playground.data.tokens.catalogue import dots
from playground.data.tokens.copying import Copy, Reverse, Sort
from playground.data.tokens.number_words import NumberWords
from playground.data.tokens.numerals import LIMIT, chinese, english, read_chinese, read_english
from playground.data.tokens.recall import Queues, Recall
from playground.data.tokens.task import BEGIN, BLANK, END, FIRST, OTHER, SEP, SPECIAL

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


def said_in_english(n):
    """By recursion, from the largest unit down."""
    low = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    names = [*low.split(), "seventeen", "eighteen", "nineteen"]
    if n < 20:
        return names[n]
    if n < 100:
        tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"][n // 10 - 2]
        return tens + (f" {said_in_english(n % 10)}" if n % 10 else "")
    unit, name = (100, "hundred") if n < 1000 else (1000, "thousand")
    rest = n % unit
    joint = " and " if 0 < rest < 100 else " "
    return f"{said_in_english(n // unit)} {name}" + (f"{joint}{said_in_english(rest)}" if rest else "")


def said_in_chinese(n, first=True):
    """By recursion, from the largest unit down; a gap of zeros is one 零."""
    if n < 10:
        return "零一二三四五六七八九"[n]
    unit, name = next((u, c) for u, c in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十")) if n >= u)
    head, rest = divmod(n, unit)
    said = ("" if unit == 10 and head == 1 and first else said_in_chinese(head, first)) + name
    if rest:
        said += ("零" if rest < unit // 10 else "") + said_in_chinese(rest, False)
    return said


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


# ---- losses to compare with ------------------------------------------------------------------------


def entropy(counts):
    p = np.array([*counts], np.float64)
    p = p[p > 0] / p.sum()
    return float(-(p @ np.log(p)))


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


SAID = {
    0: ("zero", "零"),
    10: ("ten", "十"),
    11: ("eleven", "十一"),
    20: ("twenty", "二十"),
    100: ("one hundred", "一百"),
    101: ("one hundred and one", "一百零一"),
    110: ("one hundred and ten", "一百一十"),
    111: ("one hundred and eleven", "一百一十一"),
    305: ("three hundred and five", "三百零五"),
    1000: ("one thousand", "一千"),
    1001: ("one thousand and one", "一千零一"),
    1010: ("one thousand and ten", "一千零一十"),
    1100: ("one thousand one hundred", "一千一百"),
    10_000: ("ten thousand", "一万"),
    10_010: ("ten thousand and ten", "一万零一十"),
    10_100: ("ten thousand one hundred", "一万零一百"),
    11_000: ("eleven thousand", "一万一千"),
    20_002: ("twenty thousand and two", "二万零二"),
    100_000: ("one hundred thousand", "十万"),
    100_010: ("one hundred thousand and ten", "十万零一十"),
    101_000: ("one hundred and one thousand", "十万一千"),
    110_000: ("one hundred and ten thousand", "十一万"),
    200_500: ("two hundred thousand five hundred", "二十万零五百"),
    999_999: (
        "nine hundred and ninety nine thousand nine hundred and ninety nine",
        "九十九万九千九百九十九",
    ),
}


@pytest.mark.parametrize("number", SAID)
def test_numbers_as_they_are_said(number):
    assert (" ".join(english(number)), chinese(number)) == SAID[number]


def test_numbers_in_words_and_back():
    """Every number to 20,000, and a prime's multiples to the end; both ways, and as the recursion says it."""
    for number in [*range(20_000), *range(20_000, LIMIT, 397)]:
        assert read_english(english(number)) == number == read_chinese(chinese(number))
        assert " ".join(english(number)) == said_in_english(number) and chinese(number) == said_in_chinese(number)


@pytest.mark.parametrize(
    "task", [NumberWords(digits=d, to=to) for d in (1, 2, 3, 4, 5, 6) for to in ("chinese", "english")]
)
def test_rows_of_numbers_are_as_wide_as_the_longest(task):
    """All numbers up to 10,000, and the largest: the words are those of the rules, and none wants more room."""
    numbers = np.unique(
        np.append(np.arange(min(10**task.digits, 10_000)), 10**task.digits - 1 - np.arange(1000) % 10**task.digits)
    )
    rows = task.rows(numbers)
    widest = 0
    for number, row in zip(numbers.tolist(), rows, strict=True):
        source, answer = (
            [token for token in task.show(part) if token not in SPECIAL]
            for part in (row[: task.source_length], row[task.source_length :])
        )
        said = english(number), [*chinese(number)]
        assert (source, answer) == (said if task.to == "chinese" else said[::-1])
        widest = max(widest, len(answer))
    assert widest == task.answer_length - 1


@pytest.mark.parametrize(
    "words", ["", "and", "one one", "hundred", "ten one", "one hundred five", "cat", "zero hundred"]
)
def test_what_is_no_number_is_refused(words):
    with pytest.raises(ValueError, match="is no number"):
        read_english(words.split())


@pytest.mark.parametrize("text", ["", "一十", "两百", "一百一", "一零一", "万", "十零", "零零", "一万十", "百"])
def test_what_is_no_chinese_number_is_refused(text):
    with pytest.raises(ValueError, match="is no number"):
        read_chinese(text)


# ---- settings --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TOKEN_DATA)
def test_settings_choose_the_task(name):
    config = parse(TokenConfig, {"data": name})
    task = config.task
    assert (task.name, task.title) == (name, DATA[name].title) and config.domain == "tokens" == DATA[name].domain
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
