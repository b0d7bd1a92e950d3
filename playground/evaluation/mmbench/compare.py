"""Two runs on the same questions: McNemar's exact test of the questions that only one of them has right."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb

from .scoring import Scores


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
    def difference(self) -> float:
        """The second run's score minus the first's, on the questions that both have scored; nan without any."""
        n = self.both + self.only_first + self.only_second + self.neither
        return (self.only_second - self.only_first) / n if n else float("nan")


def compare(first: Scores, second: Scores, measure: str = "circular") -> Comparison:
    """Two runs by "circular" or "vanilla_0"."""
    return mcnemar(right(first, measure), right(second, measure))


def right(scores: Scores, measure: str) -> dict[int, bool | None]:
    """Group -> whether the question is right; None: unscored."""
    return {
        group: outcome.first if measure == "vanilla_0" else outcome.circular
        for group, outcome in scores.outcomes.items()
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
