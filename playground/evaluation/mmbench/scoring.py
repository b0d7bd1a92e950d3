"""Scores of MMBench (Liu et al. 2023, arXiv 2307.06281, section 4.2): right in pass 0, over all rows, in every pass.

A question with a wrong pass is wrong, whatever its other passes hold; one with every pass right is right; any other is
unscored, so that a circular score is an interval until all replies are there. An unreadable reply is wrong. Questions
without a key have no score at all. Replies are taken as they come in: nothing is kept between calls.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .circular import one_pass, passes_expected
from .question import Benchmark, Row
from .taxonomy import abilities

MEASURES = ("vanilla_0", "vanilla_all", "circular")
"""Right in pass 0; the share of all rows that are right; right in every pass."""
LEVELS = ("overall", "l1", "l2", "l3")
ALL_SPLITS = "all splits"
"""In place of a split: every question of the file."""


@dataclass(frozen=True)
class Tally:
    """How many questions (rows for vanilla_all) are right, wrong and unscored."""

    right: int = 0
    wrong: int = 0
    unscored: int = 0

    @property
    def n(self) -> int:
        return self.right + self.wrong + self.unscored

    @property
    def low(self) -> float:
        """The share that is right if everything unscored turns out wrong, from 0 to 1; nan of nothing."""
        return self.right / self.n if self.n else float("nan")

    @property
    def high(self) -> float:
        """The share that is right if everything unscored turns out right."""
        return (self.right + self.unscored) / self.n if self.n else float("nan")

    @property
    def value(self) -> float | None:
        """The score; None while something is unscored."""
        return self.low if self.n and not self.unscored else None

    def plus(self, right: bool | None) -> "Tally":
        return Tally(self.right + (right is True), self.wrong + (right is False), self.unscored + (right is None))


@dataclass(frozen=True)
class Outcome:
    """What became of one question."""

    group: int
    split: str
    abilities: tuple[str, str, str]
    """L1, L2, L3."""
    rows: tuple[bool | None, ...]
    """Of every pass that the file holds: right, wrong, or None: no reply."""
    missing: int
    """Passes that the file does not hold, but a question with so many options has."""
    first: bool | None
    """Whether pass 0 is right; None: no reply, or no such pass."""

    @property
    def circular(self) -> bool | None:
        if False in self.rows:
            return False
        return None if self.missing or None in self.rows else True

    @property
    def complete(self) -> bool:
        return not self.missing and None not in self.rows

    @property
    def first_only(self) -> bool:
        """Right as it was written, wrong with its options in other places."""
        return self.first is True and self.circular is False


@dataclass(frozen=True)
class Scores:
    """The outcome of every question with a key, and what is counted of them."""

    outcomes: Mapping[int, Outcome]
    """By group, in the order of the file."""
    without_key: tuple[int, ...]
    """Groups that no key says how to score."""
    one_pass: bool
    """The file holds one pass only: there is no circular score."""
    tallies: Mapping[tuple[str, str, str, str], Tally] = field(repr=False)
    """(measure, split, level, ability) -> tally; for the level "overall" the ability is ""."""

    def tally(
        self, measure: str = "circular", split: str = ALL_SPLITS, level: str = "overall", ability: str = ""
    ) -> Tally:
        """The tally of a measure; without questions an empty one."""
        return self.tallies.get((measure, split, level, ability), Tally())

    def abilities(self, level: str, split: str = ALL_SPLITS) -> tuple[str, ...]:
        """The abilities of a level that the file asks about, in alphabetical order."""
        return tuple(sorted({key[3] for key in self.tallies if key[0] == MEASURES[0] and key[1:3] == (split, level)}))

    @cached_property
    def splits(self) -> tuple[str, ...]:
        return tuple(sorted({outcome.split for outcome in self.outcomes.values()}))

    @cached_property
    def incomplete(self) -> tuple[int, ...]:
        """Groups of which a pass or a reply is missing."""
        return tuple(group for group, outcome in self.outcomes.items() if not outcome.complete)

    @cached_property
    def unscored(self) -> tuple[int, ...]:
        """Incomplete groups that may still be right in every pass."""
        return tuple(group for group, outcome in self.outcomes.items() if outcome.circular is None)


def score(benchmark: Benchmark, letters: Mapping[int, str | None]) -> Scores:
    """The scores of the letters that were extracted; `letters`: index of a row -> letter, None if the reply is
    unreadable. A row that is not in it has no reply."""
    outcomes, without_key = {}, []
    for group, rows in benchmark.groups().items():
        if any(row.answer is None for row in rows):
            without_key.append(group)
        else:
            outcomes[group] = _outcome(group, rows, letters)
    single = one_pass(benchmark)
    return Scores(outcomes, tuple(without_key), single, _tallies(outcomes.values(), single))


def _outcome(group: int, rows: tuple[Row, ...], letters: Mapping[int, str | None]) -> Outcome:
    right = tuple(letters[row.index] == row.answer if row.index in letters else None for row in rows)
    return Outcome(
        group=group,
        split=rows[0].split,
        abilities=abilities(rows[0].category, rows[0].l2),
        rows=right,
        missing=max(0, passes_expected(rows[0]) - len(rows)),
        first=right[0] if rows[0].number == 0 else None,
    )


def _tallies(outcomes: Iterable[Outcome], single: bool) -> dict[tuple[str, str, str, str], Tally]:
    counts: dict[tuple[str, str, str, str], Tally] = {}
    for outcome in outcomes:
        judged = {
            "vanilla_0": [outcome.first],
            "vanilla_all": [*outcome.rows, *([] if single else [None] * outcome.missing)],
            "circular": [] if single else [outcome.circular],
        }
        names = [("overall", ""), *zip(LEVELS[1:], outcome.abilities, strict=True)]
        for measure, found in judged.items():
            for split in (ALL_SPLITS, outcome.split):
                for level, ability in names:
                    if ability or level == "overall":
                        key = (measure, split, level, ability)
                        for one in found:
                            counts[key] = counts.get(key, Tally()).plus(one)
    return counts
