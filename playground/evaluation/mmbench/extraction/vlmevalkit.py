"""What VLMEvalKit (commit e8e78f05) extracts without a judge, to the letter, its mistakes included.

First a label among the words, then "answer is" and a letter, even one that begins a word, then the text of an option
as a part of the reply, even of a word. The environment variable VERBOSE, which changes its answers, is not read.
"""

import re
from collections.abc import Mapping

from .extracted import FAILED, NONE_OF_THEM, REFUSALS, Extracted

SEPARATORS = str.maketrans(dict.fromkeys(".()[],:;!*#{}", " "))
LAST_WORDS = 4
ANSWER_IS = re.compile(r"answer\s+is\s+\**([ABCD])", re.IGNORECASE)


def extract(text: str, options: Mapping[str, str]) -> Extracted:
    """The letter that VLMEvalKit would score."""
    failed = FAILED in text
    found = None if failed else _option(text, options)
    return found or _text(text, options) or Extracted(None, "failed call" if failed else "unreadable")


def _option(text: str, options: Mapping[str, str]) -> Extracted | None:
    if any(words in text for words in REFUSALS):
        return Extracted(NONE_OF_THEM, "refusal")
    words = text.translate(SEPARATORS).split()
    named = [label for label in options if label in words]
    if len(named) == 1 and words.index(named[0]) >= len(words) - LAST_WORDS:
        return Extracted(named[0], "single label")
    if not named and NONE_OF_THEM in words:
        return Extracted(NONE_OF_THEM, "none of them")
    found = ANSWER_IS.search(text)
    if found and found[1].upper() in options:
        return Extracted(found[1].upper(), "answer is")
    return None


def _text(text: str, options: Mapping[str, str]) -> Extracted | None:
    text = text.lower()
    if len(text) > 2 * sum(map(len, options.values())):
        return None
    inside = [label for label, option in options.items() if option.lower() in text]
    return Extracted(inside[0], "text") if len(inside) == 1 else None
