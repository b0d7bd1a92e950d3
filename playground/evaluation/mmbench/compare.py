"""Two runs on the same questions: McNemar's exact test of the questions that only one of them has right."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb

from .intervals import paired_difference
from .scoring import ALL_SPLITS, Scores


@dataclass(frozen=True)
class Comparison:
    """Of the questions that both runs have scored, how many each has right."""

    both: int
    only_first: int
    only_second: int
    neither: int
    left_out: int
    """Questions that one of the runs has not scored."""
    p: float
    """How likely so uneven a split of the questions that only one has right would be, were both runs equally good
    (two-sided, exact)."""

    @property
    def n(self) -> int:
        """The questions that both runs have scored."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def difference(self) -> float:
        """The second run's score minus the first's, on the questions that both have scored; nan without any."""
        return (self.only_second - self.only_first) / self.n if self.n else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Of the difference, at 95 %."""
        return paired_difference(self.only_first, self.only_second, self.n)


def compare(first: Scores, second: Scores, measure: str = "circular") -> Comparison:
    """Two runs by "circular" or "vanilla_0"."""
    return mcnemar(right(first, measure), right(second, measure))


def right(scores: Scores, measure: str, split: str = ALL_SPLITS) -> dict[int, bool | None]:
    """Group -> whether the question is right; None: unscored."""
    return {
        group: outcome.first if measure == "vanilla_0" else outcome.circular
        for group, outcome in scores.outcomes.items()
        if split in (ALL_SPLITS, outcome.split)
    }


def by_ability(
    scores: Scores, first: Mapping[int, bool | None], second: Mapping[int, bool | None]
) -> dict[str, Comparison]:
    """L2 ability -> the comparison on its questions; `scores` says which those are, in the order of its questions."""
    groups: dict[str, list[int]] = {}
    for group in first:
        groups.setdefault(scores.outcomes[group].abilities[1], []).append(group)
    return {
        ability: mcnemar({group: first[group] for group in of_it}, {group: second.get(group) for group in of_it})
        for ability, of_it in groups.items()
    }


def mcnemar(first: Mapping[int, bool | None], second: Mapping[int, bool | None]) -> Comparison:
    """McNemar's test (1947) in its exact form: given their number, the questions that only one run has right are those
    of the first as often as heads fall."""
    counts = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
    left_out = 0
    for group in first.keys() | second.keys():
        one, other = first.get(group), second.get(group)
        if one is None or other is None:
            left_out += 1
        else:
            counts[one, other] += 1
    only_first, only_second = counts[True, False], counts[False, True]
    p = _two_sided(min(only_first, only_second), only_first + only_second)
    return Comparison(counts[True, True], only_first, only_second, counts[False, False], left_out, p)


def _two_sided(k: int, n: int) -> float:
    """P(a fair coin falls as unevenly as k of n, or more)."""
    tail = sum(comb(n, i) for i in range(k + 1))  # whole numbers: no rounding however many questions
    return min(1.0, 2 * tail / 2**n)
