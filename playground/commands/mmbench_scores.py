"""Scores of MMBench as a command prints them."""

from collections.abc import Iterator, Mapping
from typing import Any

from playground.evaluation.mmbench.extraction.extracted import JUDGE_DRAWN, JUDGE_FAILED, JUDGE_MATCHED
from playground.evaluation.mmbench.extraction.fallback import filled
from playground.evaluation.mmbench.extraction.replies import extracted, letters
from playground.evaluation.mmbench.judge import Judged
from playground.evaluation.mmbench.question import Benchmark, Row
from playground.evaluation.mmbench.scoring import ALL_SPLITS, LEVELS, MEASURES, Scores, Tally, score

OVERALL = "Overall"


def report(
    benchmark: Benchmark,
    texts: Mapping[int, str],
    mode: str,
    fallback: int | None = None,
    passes: bool = True,
    judge: Judged | None = None,
) -> dict[str, Any]:
    """`{measure: {split: {"Overall": score, ability: score, ...}}, "unscored": [...], "per_question": [...], ...}`.

    A score is a share from 0 to 1, or [low, high] as long as questions are unscored: those without a key, or with a
    pass or a reply missing, unless another pass has decided them. `fallback`: the seed of letters that are drawn for
    replies that cannot be read; "drawn" counts them. `judge`: what a judge made of such replies; "judge" counts those
    that it matched, those whose letter was drawn after it named none, and those that it did not answer.
    """
    rows = rows_of(benchmark)
    found = extracted(rows, texts, mode) | dict(judge.found if judge is not None else {})
    chosen: Mapping[int, str | None] = letters(found, mode)
    drawn: frozenset[int] = frozenset()
    if fallback is not None:
        whole = filled(rows, chosen, fallback)
        chosen, drawn = whole.letters, whole.drawn
    scores = score(benchmark, chosen)
    told: dict[str, Any] = {measure: _splits(scores, measure) for measure in MEASURES}
    told |= {
        "extraction": mode,
        "questions": len(benchmark.groups()),
        "rows": len(rows),
        "replies": len(found),
        "unreadable": sum(one.letter is None for one in found.values()),
        "drawn": len(drawn) + (judge.count(JUDGE_DRAWN) if judge is not None else 0),
        "unscored": sorted({*scores.unscored, *scores.without_key}),
    }
    if judge is not None:
        rules = {"matched": JUDGE_MATCHED, "drawn": JUDGE_DRAWN, "failed": JUDGE_FAILED}
        told["judge"] = {"model": judge.judge, **{name: judge.count(rule) for name, rule in rules.items()}}
    if not passes:
        return told
    told["per_question"] = [
        {
            "group": group,
            "split": of_group[0].split,
            "category": of_group[0].category,
            "circular": outcome.circular if (outcome := scores.outcomes.get(group)) else None,
            "vanilla_0": outcome.first if outcome else None,
            "passes": [
                {
                    "index": row.index,
                    "answer": row.answer,
                    "letter": chosen.get(row.index),
                    "rule": found[row.index].rule if row.index in found else None,
                    "drawn": row.index in drawn or (row.index in found and found[row.index].rule == JUDGE_DRAWN),
                }
                for row in of_group
            ],
        }
        for group, of_group in benchmark.groups().items()
    ]
    return told


def rows_of(benchmark: Benchmark) -> list[Row]:
    """Every row once, question by question."""
    return [row for group in benchmark.groups().values() for row in group]


def _splits(scores: Scores, measure: str) -> dict[str, dict[str, Any]]:
    """By split; all of them together, too, where there are several."""
    names = [*scores.splits, *([ALL_SPLITS] if len(scores.splits) > 1 else [])]
    found = {}
    for split in names:
        overall = scores.tally(measure, split)
        if not overall.n:
            continue
        shares: dict[str, Any] = {OVERALL: _share(overall)}
        for level in LEVELS[1:]:
            for ability in scores.abilities(level, split):
                # two levels may share a name; neither takes the other's place
                name = ability if ability not in shares else f"{ability} ({level.upper()})"
                shares[name] = _share(scores.tally(measure, split, level, ability))
        found[split] = shares
    return found


def _share(tally: Tally) -> float | list[float]:
    return tally.value if tally.value is not None else [tally.low, tally.high]


def lines_of(told: Mapping[str, Any]) -> Iterator[str]:
    """The same as text: a table for each split, and what the scores leave open."""
    for split in dict.fromkeys(name for measure in MEASURES for name in told[measure]):
        tables = [told[measure].get(split, {}) for measure in MEASURES]
        names = list(dict.fromkeys(name for table in tables for name in table))
        width = max(map(len, [*names, split]))
        yield "  ".join([split.ljust(width), *(f"{measure:>15}" for measure in MEASURES)])
        for name in names:
            yield "  ".join([name.ljust(width), *(f"{_percent(table.get(name)):>15}" for table in tables)])
    yield f"{told['replies']} of {told['rows']} rows have a reply, {told['unreadable']} of them cannot be read."
    if "judge" in told:
        yield "Judge {model}: {matched} matched, {drawn} drawn at random, {failed} not answered.".format(
            **told["judge"]
        )
    if told["unscored"]:
        yield f"Unscored questions: {len(told['unscored'])}."
    if told["drawn"]:
        yield f"Letters drawn at random: {told['drawn']}."


def _percent(share: float | list[float] | None) -> str:
    if share is None:
        return "-"
    return f"{share[0]:.1%} - {share[1]:.1%}" if isinstance(share, list) else f"{share:.1%}"
