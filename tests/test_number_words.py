"""Numbers in English and Chinese words: as they are said, and back; what is no number is refused."""

import numpy as np
import pytest
from support.number_words import said_in_chinese, said_in_english

from playground.data.tokens.number_words import NumberWords
from playground.data.tokens.numerals import LIMIT, chinese, english, read_chinese, read_english
from playground.data.tokens.task import SPECIAL

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
