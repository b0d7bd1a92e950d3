"""Why vanilla accuracy flatters: closed forms as lines, the baselines as dots on them."""

from functools import lru_cache
from textwrap import wrap

import numpy as np
import streamlit as st

from playground.core.foreign_text import html
from playground.core.i18n import N_
from playground.evaluation.mmbench.closed_forms import knows_passes, knows_questions, prefers_texts
from playground.evaluation.mmbench.expected_scores import Form, expected
from playground.evaluation.mmbench.scoring import Tally

from . import charts
from .choice import Selection
from .runs import TITLES, built_in, built_in_run

FORMULAS = (
    (N_("Always the same letter"), r"\text{vanilla} = \frac1k, \qquad \text{circular} = 0"),
    (N_("A letter at random"), r"\text{vanilla} = \frac1k, \qquad \text{circular} = k^{-k}"),
    (
        N_("Knows the share p of the questions, says A to the others"),
        r"\text{vanilla} = p + \frac{1-p}{k}, \qquad \text{circular} = p",
    ),
    (
        N_("Knows each pass with probability p, independently, and else says A"),
        r"\text{vanilla} = p + \frac{1-p}{k}, \qquad \text{circular} = p^{\,k-1}",
    ),
    (N_("Chooses by the texts of the options, without the picture"), r"\text{circular} = \text{vanilla}"),
)
SHOWN = ("always-a", "random", "position-biased", "knows-questions", "knows-passes", "text-prior")
LABELS = {
    "always-a": (0.1, 0.0),
    "random": (0.47, 0.0),
    "position-biased": (0.7, 0.05),
    "knows-questions": (0.42, 0.78),
    "knows-passes": (0.88, 0.2),
    "text-prior": (0.17, 0.54),
    "cnn": (0.62, 0.95),
    "oracle": (0.78, 1.0),
}
"""Where the name of a model stands, as (vanilla, circular): where no line and no other name is, on a phone too."""
LABEL_WIDTH = 16
"""Characters of a line of a name."""
BEHIND = {"position-biased": 20}
"""Sizes of dots that lie under others: they scatter about the same scores as the random model."""
POINTS = [float(p) for p in np.linspace(0, 1, 41)]


def lesson(page: Selection) -> None:
    _ = page.translate
    left, right = st.columns(2, gap="large")
    with left:
        charts.show(
            _chart(page),
            "mmbench lines",
            _(N_("Lines: the circular score that theory expects for each vanilla score; dots: the baselines")),
        )
        st.caption(
            _(
                N_(
                    "Each dot is a model on PlotBench, with Wilson's interval of its circular score; each line is a "
                    "closed form, averaged over its questions. The further below the diagonal, the more of the "
                    "vanilla score is luck or a preference for a letter."
                )
            )
        )
    with right:
        st.markdown(
            _(
                N_(
                    "A question with k options can be guessed. CircularEval asks it k times, with the options one "
                    "place further each time, and counts it only if every pass is right."
                )
            )
        )
        for title, latex in FORMULAS:
            st.markdown(f"**{_(title)}**\n\n${latex}$")
        st.markdown(
            _(
                N_(
                    "CircularEval takes away what guessing and a favourite letter gain. It does **not** take away what "
                    "the texts of the options give away: a model that never looks at the picture keeps its score. So "
                    "put a run without pictures beside every score."
                )
            )
        )


def _chart(page: Selection) -> charts.Chart:
    _ = page.translate
    colours = charts.palette()
    kinds = (
        (N_("goes by texts"), colours["neutral"], "dot"),
        (N_("knows questions"), colours["data"], "solid"),
        (N_("knows passes"), colours["generated"], "solid"),
    )
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": _(name),
            "line": {"color": colour, "dash": dash},
            "x": xs,
            "y": ys,
        }
        for (name, colour, dash), (xs, ys) in zip(kinds, _lines(), strict=True)
    ]
    names = [name for name in SHOWN if name != page.run.baseline]
    traces.append(_dots(page, names, colours["truth"], _(N_("baselines"))))
    if page.run.benchmark is built_in() and page.run.baseline:
        traces.append(_dots(page, [page.run.baseline], colours["gradient"], html(page.title)))
        names.append(page.run.baseline)
    axis = {**charts.PERCENT, "range": [-0.03, 1.03]}
    return {
        "data": traces,
        "layout": charts.layout(
            440,
            annotations=[_label(page, name) for name in names],
            xaxis={**axis, "title": {"text": charts.score_title("vanilla_all", _)}},
            yaxis={**axis, "title": {"text": charts.score_title("circular", _)}},
        ),
    }


def _forms(p: float) -> tuple[Form, ...]:
    """What is drawn as lines, at one share p."""
    return lambda k: prefers_texts(p), lambda k: knows_questions(p, k), lambda k: knows_passes(p, k)


@lru_cache(maxsize=1)
def _lines() -> tuple[tuple[list[float], list[float]], ...]:
    """Vanilla and circular scores on PlotBench, for p from 0 to 1."""
    found = []
    for forms in zip(*map(_forms, POINTS), strict=True):
        each = [one for form in forms if (one := expected(built_in(), form)) is not None]
        found.append(([one["vanilla_all"] for one in each], [one["circular"] for one in each]))
    return tuple(found)


def _scores(page: Selection, name: str) -> tuple[Tally, Tally]:
    """Vanilla over all passes, circular."""
    scores = built_in_run(name).judged(page.mode).scores
    return scores.tally("vanilla_all"), scores.tally("circular")


def _label(page: Selection, name: str) -> dict[str, object]:
    """The name of a model, with a thin line to its dot."""
    vanilla, circular = _scores(page, name)
    across, up = LABELS[name]
    colours = charts.palette()
    return {
        "text": "<br>".join(wrap(page.translate(TITLES[name]), LABEL_WIDTH)),
        "font": {"size": 11, "color": colours.ink},
        "x": vanilla.low,
        "y": circular.low,
        "axref": "x",
        "ayref": "y",
        "ax": across,
        "ay": up,
        "arrowhead": 0,
        "arrowwidth": 1,
        "arrowcolor": colours.ink,
        "standoff": 6,
    }


def _dots(page: Selection, names: list[str], colour: str, title: str) -> dict[str, object]:
    tallies = [_scores(page, name) for name in names]
    counts = [(circular.right, circular.n) for _, circular in tallies]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": title,
        "x": [vanilla.low for vanilla, _ in tallies],
        "y": [circular.low for _, circular in tallies],
        "text": [page.translate(TITLES[name]) for name in names],
        "error_y": charts.whiskers(counts),
        "marker": {
            "color": colour,
            "opacity": 1,
            "size": [BEHIND.get(name, 10) for name in names],
            "symbol": ["circle-open" if name in BEHIND else "circle" for name in names],
            "line": {"width": 2, "color": colour},
        },
        "hovertemplate": "%{text}: %{x:.1%} → %{y:.1%}<extra></extra>",
    }
