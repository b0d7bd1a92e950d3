"""Whole numbers below a million in English and Chinese words, and back. Written here, so that every answer is known.

English is British: "three hundred and five". Chinese says 二 (not 两) before 百, 千, 万, and 十 alone at the beginning:
十, 一百一十, 十万零一十.
"""

import re

import numpy as np

ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
ONES += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ENGLISH = (*ONES, *TENS, "hundred", "thousand", "and")
CHINESE_DIGITS = "零一二三四五六七八九"
PLACES = ("千", "百", "十", "")
CHINESE = (*CHINESE_DIGITS, "十", "百", "千", "万")
LIMIT = 1_000_000
UNREADABLE = "{} is no number below a million"


def english(number: int) -> list[str]:
    """The words of a number."""
    if not 0 <= number < LIMIT:
        raise ValueError(UNREADABLE.format(number))
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _english_below_1000(rest)
    joint = ["and"] if 0 < rest < 100 else []
    return [*_english_below_1000(thousands), "thousand", *joint, *(_english_below_1000(rest) if rest else [])]


def _english_below_1000(number: int) -> list[str]:
    hundreds, rest = divmod(number, 100)
    words = [ONES[hundreds], "hundred"] if hundreds else []
    if words and rest:
        words.append("and")
    if rest >= 20:
        words += [TENS[rest // 10 - 2], *([ONES[rest % 10]] if rest % 10 else [])]
    elif rest or not words:
        words.append(ONES[rest])
    return words


def read_english(words: list[str]) -> int:
    """The number that words mean. ValueError where they are not how it is said."""
    total = group = 0
    for word in words:
        if word == "hundred":
            group *= 100
        elif word == "thousand":
            total, group = group * 1000, 0
        elif word in ONES:
            group += ONES.index(word)
        elif word in TENS:
            group += 10 * (TENS.index(word) + 2)
        elif word != "and":
            raise ValueError(UNREADABLE.format(" ".join(words)))
    number = total + group
    if not words or number >= LIMIT or english(number) != words:
        raise ValueError(UNREADABLE.format(" ".join(words)))
    return number


def chinese(number: int) -> str:
    """The characters of a number."""
    if not 0 <= number < LIMIT:
        raise ValueError(UNREADABLE.format(number))
    if number == 0:
        return "零"
    high, low = divmod(number, 10_000)
    text = (_chinese_below_10000(high) + "万" if high else "") + ("零" if high and 0 < low < 1000 else "")
    return re.sub("^一十", "十", text + _chinese_below_10000(low))


def _chinese_below_10000(number: int) -> str:
    """Nothing for 0; one 零 for any number of zeros between two digits."""
    digits = [int(digit) for digit in f"{number:04d}"]
    said = "".join(CHINESE_DIGITS[d] + place if d else "零" for d, place in zip(digits, PLACES, strict=True))
    return re.sub("零+", "零", said).strip("零")


def read_chinese(text: str) -> int:
    """The number that characters mean. ValueError where they are not how it is written."""
    high, wan, low = text.rpartition("万")
    number = (10_000 * _section(high) if wan else 0) + _section(low)
    if not text or number >= LIMIT or chinese(number) != text:
        raise ValueError(UNREADABLE.format(text))
    return number


def _section(text: str) -> int:
    number, digit = 0, 0
    for character in text:
        if character in CHINESE_DIGITS:
            digit = CHINESE_DIGITS.index(character)
        elif character in PLACES[:3]:
            number += (digit or 1) * 10 ** (3 - PLACES.index(character))
            digit = 0
        else:
            raise ValueError(UNREADABLE.format(text))
    return number + digit


def compact(tokens: np.ndarray, width: int) -> np.ndarray:
    """Rows (n, w) without their places below 0, which follow at the end as -1: (n, width)."""
    there = tokens >= 0
    found = np.full((len(tokens), width), -1, tokens.dtype)
    row, column = np.nonzero(there)
    found[row, (there.cumsum(1) - 1)[row, column]] = tokens[row, column]
    return found
