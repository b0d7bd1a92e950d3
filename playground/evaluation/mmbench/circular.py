"""CircularEval (Liu et al. 2023, arXiv 2307.06281, section 4.2): a question with k options is asked k times, each time
with the options one place further, so that the right one stands once at every label.

In pass p the option that was at place j is at (j - p) mod k, and the key with it, as in the passes that VLMEvalKit
writes. Files may rotate the other way: what a pass means is read from the texts of its options.
"""

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .question import OFFSET, Benchmark, Row

LABELS = string.ascii_uppercase


def kept_single(options: Mapping[str, str], answer: str | None) -> bool:
    """Whether a question is asked in one pass only: it has no options or no key, or its options speak of labels (one
    is a label itself, or names two or more), so that they would be wrong anywhere else."""
    return not options or answer not in options or _speaks_of_labels(options)


def _speaks_of_labels(options: Mapping[str, str]) -> bool:
    def named(text: str) -> set[str]:
        words = "".join(letter if letter in string.ascii_letters else " " for letter in text).split()
        return {word for word in words if word in options}

    # an option that is a run of the alphabet ("AB") counts as a label too, as in VLMEvalKit
    return any(text in LABELS or len(named(text)) > 1 for text in options.values())


def circularized(rows: Iterable[Row]) -> tuple[Row, ...]:
    """All passes of questions of which each is given once; pass 0 of all first, then pass 1, as indexes grow."""
    rows = list(rows)
    offset = OFFSET
    while rows and max(row.index for row in rows) >= offset:
        offset *= 10
    passes = []
    for row in rows:
        first = replace(row, group=row.index, number=0)
        count = 1 if kept_single(row.options, row.answer) else len(row.options)
        passes += [first, *(rotated(first, p, offset) for p in range(1, count))]
    return tuple(sorted(passes, key=lambda row: row.number))


def rotated(row: Row, p: int, offset: int = OFFSET) -> Row:
    """Pass p of a question whose pass 0 is `row`."""
    labels = list(row.options)
    to = {label: labels[(place - p) % len(labels)] for place, label in enumerate(labels)}
    options = {to[label]: text for label, text in row.options.items()}
    return replace(
        row,
        index=row.index + offset * p,
        number=p,
        options={label: options[label] for label in labels},
        answer=to[row.answer] if row.answer is not None else None,
    )


def passes_expected(row: Row) -> int:
    """In how many passes a question is asked. A file without keys is rotated like one with them."""
    answer = row.answer or next(iter(row.options), None)
    return 1 if kept_single(row.options, answer) else len(row.options)


def one_pass(benchmark: Benchmark) -> bool:
    """Whether the file holds one pass only of questions that have several: no circular score can come of it."""
    groups = benchmark.groups().values()
    return all(len(rows) == 1 for rows in groups) and any(passes_expected(rows[0]) > 1 for rows in groups)


def aligned(rows: Sequence[Row]) -> list[dict[str, str]] | None:
    """For every pass of a question: label -> the label that the same option has in the first of `rows`.

    By the texts of the options, whichever way the file rotates them. Where two options have the same text, the
    rotation that fits is taken. None: the options are not those of the first pass.
    """
    first = list(rows[0].options)
    found = []
    for row in rows:
        texts = [text.strip() for text in row.options.values()]
        here = [text.strip() for text in rows[0].options.values()]
        if sorted(texts) != sorted(here):
            return None
        if len(set(here)) == len(here):
            found.append({label: first[here.index(text)] for label, text in zip(row.options, texts, strict=True)})
            continue
        shift = _shift(here, texts, first, rows[0].answer, row)
        if shift is None:
            return None
        found.append({label: first[(place + shift) % len(first)] for place, label in enumerate(row.options)})
    return found


def _shift(here: list[str], texts: list[str], labels: list[str], key: str | None, row: Row) -> int | None:
    """By how many places the options of a pass are rotated, the key with them; the pass's own number first."""
    count = len(here)
    for shift in sorted(range(count), key=lambda s: (s != row.number % count, s)):
        if texts == here[shift:] + here[:shift]:
            moved = None if row.answer is None else labels[(labels.index(row.answer) + shift) % count]
            if key is None or moved is None or moved == key:
                return shift
    return None
