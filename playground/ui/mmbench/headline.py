"""The three scores side by side, each with its interval and what theory expects."""

import numpy as np
import streamlit as st

from playground.core.i18n import N_
from playground.evaluation.mmbench.intervals import bootstrap, wilson
from playground.evaluation.mmbench.scoring import ALL_SPLITS, MEASURES, Tally

from .charts import MEASURE_HELP, figure_of, percent_of, score_title
from .choice import Selection
from .runs import BY_CONTENT
from .style import SCORES


def headline(page: Selection) -> None:
    with st.container(key=SCORES):
        for place, measure in zip(st.columns(3, gap="small"), MEASURES, strict=True):
            with place:
                _figure(page, measure)
    open_ones = len(page.judged.scores.unscored)
    if open_ones:
        st.caption(
            page.translate(
                N_(
                    "Questions that still lack a pass or a reply: {count}. A score is a range, as if all of them were "
                    "wrong, or right."
                )
            ).format(count=open_ones)
        )


def _figure(page: Selection, measure: str) -> None:
    _ = page.translate
    tally = page.judged.scores.tally(measure, page.split)
    if not tally.n:
        value = "–"
    elif tally.value is None:
        value = f"{figure_of(tally.low)} – {figure_of(tally.high)} %"
    else:
        value = f"{figure_of(tally.value)} %"
    with st.container(border=True, gap=None):
        st.metric(score_title(measure, _), value, help=_(MEASURE_HELP[measure]))
        words = _interval(page, measure, tally)
        theory = _theory(page, measure)
        st.caption(" · ".join(part for part in (words, theory) if part) or "–")


def _interval(page: Selection, measure: str, tally: Tally) -> str:
    """95 %: Wilson's for questions; rows of one question depend on each other, so whole questions are drawn there."""
    if tally.value is None:
        return ""
    if measure == "vanilla_all":
        outcomes = [one for one in page.judged.scores.outcomes.values() if page.split in (ALL_SPLITS, one.split)]
        low, high = bootstrap(
            [sum(map(bool, one.rows)) for one in outcomes],
            [len(one.rows) for one in outcomes],
            rng=np.random.default_rng(0),
        )
        return page.translate(N_("bootstrap by question, 95 %: {low} to {high}")).format(
            low=figure_of(low), high=figure_of(high)
        )
    low, high = wilson(tally.right, tally.n)
    return page.translate(N_("Wilson interval, 95 %: {low} to {high}")).format(low=figure_of(low), high=figure_of(high))


def _theory(page: Selection, measure: str) -> str:
    if page.run.expected is not None:
        return page.translate(N_("closed form: {value}")).format(value=percent_of(page.run.expected[measure]))
    if page.run.baseline in BY_CONTENT and measure == "circular":
        return page.translate(N_("closed form: as in the first pass"))
    return ""
