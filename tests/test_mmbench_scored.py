"""From question to score: PlotBench in all passes, answered by the offline models, read and scored, gives the closed
forms within three standard errors (0.3 percent of fresh seeds would fall outside of each; the seeds here are fixed)."""

import asyncio

import numpy as np
import pytest

from playground.evaluation.mmbench import closed_forms
from playground.evaluation.mmbench.baselines.blind import Always, TextPrior
from playground.evaluation.mmbench.baselines.catalogue import BASELINES
from playground.evaluation.mmbench.baselines.chance import Uniform
from playground.evaluation.mmbench.baselines.knowing import KnowsPasses, KnowsQuestions, Oracle
from playground.evaluation.mmbench.circular import circularized
from playground.evaluation.mmbench.extraction import MODES, extract
from playground.evaluation.mmbench.extraction.replies import extracted, letters
from playground.evaluation.mmbench.model import Model
from playground.evaluation.mmbench.plotbench.benchmark import plotbench
from playground.evaluation.mmbench.plotbench.kinds import KINDS
from playground.evaluation.mmbench.plotbench.lettered import lettered
from playground.evaluation.mmbench.prompt import prompt
from playground.evaluation.mmbench.question import Benchmark, Row
from playground.evaluation.mmbench.scoring import Scores, score

SEEDS = range(12)


@pytest.fixture(scope="module")
def texts() -> Benchmark:
    """The questions of many seeds in all passes; without pictures, at which only the CNN looks."""
    every = [one for seed in SEEDS for one in lettered(seed)]
    first = [
        Row(k, k, 0, one.item.question, "", one.options, one.answer, one.kind, KINDS[one.kind].l2, "dev", None)
        for k, one in enumerate(every, 1)
    ]
    return Benchmark("many seeds", circularized(first))


def scored(model: Model, benchmark: Benchmark, mode: str = "strict") -> Scores:
    async def replies() -> dict[int, str]:
        return {row.index: (await model.answer(row, prompt(row))).text for row in benchmark.rows}

    return score(benchmark, letters(extracted(benchmark.rows, asyncio.run(replies()), mode), mode))


def share(scores: Scores, measure: str) -> float:
    value = scores.tally(measure).value
    assert value is not None
    return value


@pytest.mark.parametrize(
    "model, expected",
    [
        (Uniform(2), closed_forms.at_random),
        (Always(), closed_forms.always_one_letter),
        (Always("B"), closed_forms.always_one_letter),
        (TextPrior(2), lambda k: closed_forms.prefers_texts(1 / k)),
        (Oracle(), lambda k: closed_forms.knows_questions(1, k)),
        (KnowsQuestions(2, 0.6), lambda k: closed_forms.knows_questions(0.6, k)),
        (KnowsPasses(2, 0.8), lambda k: closed_forms.knows_passes(0.8, k)),
    ],
)
def test_scores_are_the_closed_forms(texts, model, expected):
    scores = scored(model, texts)
    forms = [expected(len(rows[0].options)) for rows in texts.groups().values()]
    for measure, field in (("vanilla_0", "vanilla"), ("circular", "circular")):
        p = np.array([getattr(form, field) for form in forms])
        error = np.sqrt((p * (1 - p)).sum()) / len(p)
        assert share(scores, measure) == pytest.approx(p.mean(), abs=3 * error + 1e-12)
    assert not scores.unscored and not scores.without_key


def test_a_fixed_letter_scores_exactly_one_row_of_each_question(texts):
    assert share(scored(Always(), texts), "vanilla_all") == len(texts.groups()) / len(texts.rows)


def test_circular_eval_takes_nothing_from_what_goes_by_texts(texts):
    scores = scored(TextPrior(1), texts)
    assert share(scores, "circular") == share(scores, "vanilla_0")


@pytest.mark.parametrize("mode", MODES)
def test_every_option_is_read_from_its_own_words(mode):
    for row in circularized(plotbench().rows):
        assert all(extract(text, row.options, mode).letter == label for label, text in row.options.items())


def test_every_question_is_asked_once_at_every_letter():
    passes = Benchmark("all passes", circularized(plotbench().rows))
    assert len(passes.rows) == 4 * 64 + 3 * 36 + 2 * 20
    for rows in passes.groups().values():
        assert sorted(row.answer or "" for row in rows) == list(rows[0].options)


def test_the_cnn_is_far_better_than_guessing_and_does_not_care_for_letters():
    passes = Benchmark("all passes", circularized(plotbench().rows))
    scores = scored(BASELINES["cnn"](0), passes)
    assert share(scores, "circular") == share(scores, "vanilla_0") > 0.7
    assert scores.abilities("l1") == ("perception", "reasoning")
