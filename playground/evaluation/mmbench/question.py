"""A benchmark: questions about pictures, each in one or more passes, between which the options change places.

Plain data. A *row* is one question in one pass; a *group* is all passes of one question. MMBench (Liu et al. 2023,
arXiv 2307.06281, section 4.2) calls a question right only if it is right in every pass.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from playground.core.strict_json import dumps

OFFSET = 1_000_000
"""Pass p of question q has index q + OFFSET p, in every official file."""
OFFICIAL = {(1164, 4329): "MMBench_DEV_EN", (1784, 6666): "MMBench_TEST_EN"}
"""Which official file has so many questions and rows: the two are easily confused."""


@dataclass(frozen=True)
class Row:
    """One question in one pass."""

    index: int
    """Unique in its benchmark."""
    group: int
    """The question: the same in all its passes."""
    number: int
    """Of the pass; 0 is the question as it was written."""
    question: str
    hint: str
    """"" where there is none."""
    options: Mapping[str, str]
    """Label -> text; the labels are A, B, ... without a gap."""
    answer: str | None
    """The label of the right option; None: the file has no key."""
    category: str
    """The finest ability (L3), such as "ocr"."""
    l2: str
    split: str
    image: bytes | None
    """The picture's file: PNG, JPEG, GIF or WebP; None: the question has none."""
    source: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Benchmark:
    """Questions in all their passes, in the order of the file."""

    name: str
    rows: tuple[Row, ...]

    def groups(self) -> dict[int, tuple[Row, ...]]:
        """The passes of every question, in order; the questions in the order of the file."""
        return dict(self._groups)

    @cached_property
    def _groups(self) -> dict[int, tuple[Row, ...]]:
        found: dict[int, dict[int, Row]] = {}
        for row in self.rows:
            found.setdefault(row.group, {}).setdefault(row.index, row)  # a row that is there twice counts once
        return {
            group: tuple(sorted(rows.values(), key=lambda row: (row.number, row.index)))
            for group, rows in found.items()
        }

    @cached_property
    def key(self) -> str:
        """A hash of the content: equal for the same questions, whatever the file is called."""
        whole = hashlib.sha256()
        for row in sorted(self.rows, key=lambda row: row.index):
            image = hashlib.sha256(row.image).hexdigest() if row.image is not None else None
            words = (row.question, row.hint, list(row.options.items()), row.answer, row.category, row.l2, row.split)
            whole.update(dumps([row.index, row.group, row.number, *words, image]).encode() + b"\n")
        return whole.hexdigest()

    @cached_property
    def asked_key(self) -> str:
        """A hash of the questions, their options and keys alone: equal for a file of replies, which holds no pictures
        and may name no abilities."""
        whole = hashlib.sha256()
        for row in sorted(self.rows, key=lambda row: row.index):
            options = [[label, text.strip()] for label, text in row.options.items()]
            words = [row.index, row.group, row.question.strip(), options, row.answer]
            whole.update(dumps(words).encode() + b"\n")
        return whole.hexdigest()

    @property
    def official(self) -> str | None:
        """The official file that has as many questions and rows, if one has."""
        return OFFICIAL.get((len(self._groups), len(self.rows)))
