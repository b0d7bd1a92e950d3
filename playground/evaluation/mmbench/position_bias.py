"""Whether a model goes by where an option stands. After rotation every option stands at every label once, so that a
model that goes by content chooses each letter equally often (Liu et al. 2023, arXiv 2307.06281, section 4.2)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scipy.special import chdtrc

from .circular import LABELS, aligned
from .question import Benchmark, Row

Letters = Mapping[int, str | None]
"""Index of a row -> letter that was extracted; rows without a reply are not in it."""


@dataclass(frozen=True)
class Choices:
    """How often each letter was chosen, and how often it would be if each option of a row were as likely."""

    chosen: Mapping[str, int]
    expected: Mapping[str, float]
    chi2: float
    """Pearson's statistic, summed over the numbers of options."""
    freedom: int
    p: float
    """P(chi2 is at least so large) if every row were answered by chance; 1 without a row that counts."""


def choices(benchmark: Benchmark, letters: Letters) -> Choices:
    """Rows of k options are expected to give each of their k letters equally often; rows of which no option was
    chosen do not count."""
    tables: dict[int, Counter[str]] = {}
    for row in _rows(benchmark):
        letter = letters.get(row.index)
        if letter in row.options:
            tables.setdefault(len(row.options), Counter())[str(letter)] += 1
    chosen: Counter[str] = Counter()
    expected: dict[str, float] = {}
    statistic, freedom = 0.0, 0
    for k, counts in tables.items():
        each = counts.total() / k
        chosen.update(counts)
        for label in LABELS[:k]:
            expected[label] = expected.get(label, 0.0) + each
            statistic += (counts[label] - each) ** 2 / each
        freedom += k - 1
    p = float(chdtrc(freedom, statistic)) if freedom else 1.0
    labels = sorted(expected)
    return Choices(
        {label: chosen[label] for label in labels}, {label: expected[label] for label in labels}, statistic, freedom, p
    )


def by_key(benchmark: Benchmark, letters: Letters) -> dict[str, tuple[int, int]]:
    """Label -> (rows that are right, rows with a reply), of the rows whose key stands at this label."""
    found: dict[str, tuple[int, int]] = {}
    for row in _rows(benchmark):
        if row.answer is not None and row.index in letters:
            right, n = found.get(row.answer, (0, 0))
            found[row.answer] = (right + (letters[row.index] == row.answer), n + 1)
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class Consistency:
    """Of the questions with several passes, all of them read, in how many the same option was chosen every time."""

    same: int
    n: int


def consistency(benchmark: Benchmark, letters: Letters) -> Consistency:
    """By the texts of the options. Questions with an unread pass, or whose passes have other options, do not count."""
    same = n = 0
    for rows in benchmark.groups().values():
        places = aligned(rows) if len(rows) > 1 else None
        chosen = [letters.get(row.index) for row in rows]
        if places is None or any(letter not in row.options for letter, row in zip(chosen, rows, strict=True)):
            continue
        n += 1
        same += len({place[str(letter)] for place, letter in zip(places, chosen, strict=True)}) == 1
    return Consistency(same, n)


def patterns(benchmark: Benchmark, letters: Letters, k: int) -> dict[str, int]:
    """How often each row of right (1) and wrong (0) passes occurs, such as "1011", among the questions of k passes with
    a key and all replies; every possible one is named."""
    counts = {f"{number:0{k}b}": 0 for number in reversed(range(2**k))}
    for rows in benchmark.groups().values():
        if len(rows) == k and all(row.answer is not None and row.index in letters for row in rows):
            counts["".join(str(int(letters[row.index] == row.answer)) for row in rows)] += 1
    return counts


def independent(counts: Mapping[str, int]) -> dict[str, float]:
    """How often each pattern would occur were the passes independent, each right with the share that is right."""
    n = sum(counts.values())
    k = len(next(iter(counts)))
    ones = sum(pattern.count("1") * count for pattern, count in counts.items())
    share = ones / (n * k) if n else 0.0
    return {pattern: n * share ** pattern.count("1") * (1 - share) ** pattern.count("0") for pattern in counts}


def pass_counts(benchmark: Benchmark) -> tuple[int, ...]:
    """The numbers of passes, several each, that questions have."""
    return tuple(sorted({len(rows) for rows in benchmark.groups().values()} - {1}))


def _rows(benchmark: Benchmark) -> Iterator[Row]:
    for rows in benchmark.groups().values():
        yield from rows
