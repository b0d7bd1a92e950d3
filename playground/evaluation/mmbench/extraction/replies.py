"""The letters of all replies of a run, and where the two ways to extract them disagree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..question import Row
from . import extract
from .extracted import JUDGE_FAILED, Extracted


@dataclass(frozen=True)
class Disagreement:
    """A reply that the two ways read differently."""

    row: Row
    text: str
    vlmevalkit: Extracted
    strict: Extracted


def extracted(rows: Iterable[Row], texts: Mapping[int, str], mode: str = "strict") -> dict[int, Extracted]:
    """Index -> what was extracted, for every row with a reply."""
    return {row.index: extract(texts[row.index], row.options, mode) for row in rows if row.index in texts}


def letters(found: Mapping[int, Extracted], mode: str = "strict") -> dict[int, str | None]:
    """Index -> letter, for the scores. A call that failed is no reply, so in `strict` its row has none; `vlmevalkit`
    scores it as a wrong one. Where a judge did not answer, nothing is known of the row in either."""
    left_out = {JUDGE_FAILED} if mode == "vlmevalkit" else {JUDGE_FAILED, "failed call"}
    return {index: one.letter for index, one in found.items() if one.rule not in left_out}


def disagreements(rows: Iterable[Row], texts: Mapping[int, str]) -> list[Disagreement]:
    """Every reply whose letter depends on the way."""
    both = []
    for row in rows:
        if row.index in texts:
            text = texts[row.index]
            kit, strict = (extract(text, row.options, mode) for mode in ("vlmevalkit", "strict"))
            if kit.letter != strict.letter:
                both.append(Disagreement(row, text, kit, strict))
    return both
