"""What the page shows: a benchmark with a model's replies, scored in either way to extract letters."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from playground.core.i18n import N_
from playground.evaluation.mmbench.baselines.catalogue import BASELINES
from playground.evaluation.mmbench.circular import circularized
from playground.evaluation.mmbench.expected_scores import FORMS, expected
from playground.evaluation.mmbench.extraction.extracted import Extracted
from playground.evaluation.mmbench.extraction.replies import extracted, letters
from playground.evaluation.mmbench.plotbench.benchmark import plotbench
from playground.evaluation.mmbench.prompt import prompt
from playground.evaluation.mmbench.question import Benchmark, Row
from playground.evaluation.mmbench.scoring import Scores, score

from .once import once

TITLES = {
    "knows-questions": N_("Knows 60 % of the questions"),
    "knows-passes": N_("Knows 80 % of the passes, independently"),
    "always-a": N_("Always A"),
    "random": N_("Random"),
    "position-biased": N_("Prefers the letter B"),
    "text-prior": N_("Text prior: the longest option"),
    "cnn": N_("Small CNN"),
    "oracle": N_("Oracle"),
}
"""The offline models, the one that the page opens with first."""
NEEDS_PLOTBENCH = {"cnn"}
BY_CONTENT = {"text-prior", "cnn"}
"""Models that choose by the option, wherever it stands: their circular score is that of the first pass."""


@dataclass(frozen=True)
class Judged:
    """Replies, read in one way."""

    found: Mapping[int, Extracted]
    letters: Mapping[int, str | None]
    scores: Scores


@dataclass(frozen=True, eq=False)
class Run:
    """A model's replies to a benchmark."""

    title: str
    """A message id, or the name of a file."""
    benchmark: Benchmark
    texts: Mapping[int, str]
    """Index of a row -> the raw reply."""
    baseline: str = ""
    """Its name in the catalogue; "" for replies from elsewhere."""
    asked: bool = False
    """Whether a service wrote the replies at this page's asking."""
    judge: Mapping[int, Extracted] = field(default_factory=dict)
    """By the index of the row: what a judge made of replies that no rule could read."""

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for rows in self.benchmark.groups().values() for row in rows)

    @cached_property
    def strict(self) -> Judged:
        return self._judged("strict")

    @cached_property
    def vlmevalkit(self) -> Judged:
        return self._judged("vlmevalkit")

    def judged(self, mode: str) -> Judged:
        """The replies as one of the extraction modes reads them; read once."""
        return self.vlmevalkit if mode == "vlmevalkit" else self.strict

    def _judged(self, mode: str) -> Judged:
        found = extracted(self.rows, self.texts, mode)
        found |= {index: one for index, one in self.judge.items() if found[index].letter is None}
        chosen = letters(found, mode)
        return Judged(found, chosen, score(self.benchmark, chosen))

    @cached_property
    def expected(self) -> dict[str, float] | None:
        """Measure -> the closed form; None where there is none."""
        return expected(self.benchmark, FORMS[self.baseline]) if self.baseline in FORMS else None


@once
def built_in() -> Benchmark:
    """PlotBench in all its passes, without its pictures: drawing them takes a second or two, scores need none."""
    questions = plotbench(pictures=False)
    return Benchmark(questions.name, circularized(questions.rows))


@once
def _built_in_pictured() -> Benchmark:
    questions = plotbench()
    return Benchmark(questions.name, circularized(questions.rows))


def pictured(benchmark: Benchmark) -> Benchmark:
    """The same benchmark with its pictures."""
    return _built_in_pictured() if benchmark is built_in() else benchmark


@once
def built_in_run(name: str) -> Run:
    """A baseline on PlotBench, answered once for all visitors."""
    return baseline_run(name, built_in())


def baseline_run(name: str, benchmark: Benchmark) -> Run:
    """A baseline's replies, with seed 0. `UserError` where it cannot answer such questions."""
    model = BASELINES[name](0)
    asked = pictured(benchmark) if name in NEEDS_PLOTBENCH else benchmark

    async def ask() -> dict[int, str]:
        return {row.index: (await model.answer(row, prompt(row))).text for row in asked.rows}

    return Run(TITLES[name], benchmark, asyncio.run(ask()), name)


def run_on(name: str, benchmark: Benchmark) -> Run:
    """A baseline on any benchmark. `UserError` where it cannot answer such questions."""
    return built_in_run(name) if benchmark is built_in() else baseline_run(name, benchmark)
