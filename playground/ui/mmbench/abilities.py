"""Scores by ability: a sunburst of all levels, bars of the middle one, and two models on one radar."""

from collections.abc import Sequence

import streamlit as st

from playground.core.foreign_text import html
from playground.core.i18n import N_
from playground.evaluation.mmbench.scoring import ALL_SPLITS, Outcome, Scores, Tally
from playground.evaluation.mmbench.taxonomy import L1_OF_L2

from . import charts
from .choice import Selection
from .names import name_of
from .runs import Run


def abilities(page: Selection) -> None:
    _ = page.translate
    measure = shown_measure(page.judged.scores)
    left, right = st.columns(2, gap="large")
    with left:
        charts.heading(_(N_("From perception and reasoning to single abilities")))
        charts.show(
            _sunburst(page, measure),
            "mmbench sunburst",
            _(N_("Sunburst: the size says how many questions there are, the colour how many are right")),
        )
        st.caption(
            _(
                N_(
                    "Size: number of questions. Colour: the share that is right, from orange over pale to blue. "
                    "Click a part to enlarge it."
                )
            )
        )
    with right:
        charts.heading(_(N_("By ability, with Wilson intervals")))
        _bars(page, measure)


def shown_measure(scores: Scores) -> str:
    """Circular, or, of files of one pass, the only pass."""
    return "vanilla_0" if scores.one_pass else "circular"


def _of(outcome: Outcome, measure: str) -> bool | None:
    return outcome.first if measure == "vanilla_0" else outcome.circular


def _sunburst(page: Selection, measure: str) -> charts.Chart:
    _ = page.translate
    counts: dict[tuple[str, ...], Tally] = {}
    for outcome in page.judged.scores.outcomes.values():
        if page.split in (ALL_SPLITS, outcome.split):
            for depth in range(4):
                path = outcome.abilities[:depth]
                counts[path] = counts.get(path, Tally()).plus(_of(outcome, measure))
    colours = charts.palette()
    low, middle, high = colours.diverging()
    trace = {
        "type": "sunburst",
        "branchvalues": "total",
        "ids": ["/".join(("all", *path)) for path in counts],
        "labels": [_in_lines(html(name_of(path[-1], _))) if path else _(N_("All")) for path in counts],
        "parents": ["/".join(("all", *path[:-1])) if path else "" for path in counts],
        "values": [tally.n for tally in counts.values()],
        "customdata": [[tally.right, tally.n, 100 * tally.low] for tally in counts.values()],
        "hovertemplate": "%{label}: %{customdata[2]:.1f} % (%{customdata[0]}/%{customdata[1]})<extra></extra>",
        "marker": {
            "colors": [tally.low for tally in counts.values()],
            "colorscale": [[0, low], [0.5, middle], [1, high]],
            "cmin": 0,
            "cmax": 1,
            "line": {"color": colours.line, "width": 1},
            "showscale": True,
            "colorbar": {
                "orientation": "h",
                "x": 0.5,
                "y": -0.02,
                "yanchor": "top",
                "len": 0.6,
                "thickness": 8,
                "outlinewidth": 0,
                "tickformat": ".0%",
                "tickvals": [0, 0.5, 1],
            },
        },
        "insidetextfont": {"color": colours.ink},
    }
    return {"data": [trace], "layout": charts.layout(400, uniformtext={"minsize": 8, "mode": "hide"})}


def _in_lines(name: str) -> str:
    """A name as narrow as the ring's outer parts: broken behind a comma, or at the space nearest to the middle."""
    if ", " in name or len(name) <= 14 or " " not in name:
        return name.replace(", ", ",<br>")
    at = min((place for place, sign in enumerate(name) if sign == " "), key=lambda place: abs(2 * place - len(name)))
    return f"{name[:at]}<br>{name[at + 1 :]}"


def _l2(scores: Scores, split: str) -> Sequence[str]:
    """As the taxonomy orders them; others behind."""
    known = list(L1_OF_L2)
    return sorted(scores.abilities("l2", split), key=lambda name: known.index(name) if name in known else len(known))


def _counts(scores: Scores, measure: str, split: str, names: Sequence[str]) -> list[tuple[int, int]]:
    tallies = [scores.tally(measure, split, "l2", name) for name in names]
    return [(tally.right, tally.n) for tally in tallies]


def _bars(page: Selection, measure: str) -> None:
    _ = page.translate
    scores = page.judged.scores
    names = _l2(scores, page.split)
    if not names:
        st.caption(_(N_("The file names no abilities.")))
        return
    measures = ["vanilla_0"] if measure == "vanilla_0" else ["vanilla_0", "circular"]
    counts = {charts.score_title(one, _): _counts(scores, one, page.split, names) for one in measures}
    charts.show(
        charts.bars([html(name_of(name, _)).replace(", ", ",<br>") for name in names], counts, 370),
        "mmbench bars",
        _(N_("Bars: the share of right questions of each ability, with intervals")),
    )


def radar_of(page: Selection, rival: Run) -> None:
    """Two models, ability by ability."""
    _ = page.translate
    measure = shown_measure(page.judged.scores)
    names = _l2(page.judged.scores, page.split)
    if len(names) < 3:
        st.caption(_(N_("A radar needs at least three abilities.")))
        return
    colours = charts.palette()
    traces = []
    for run, role, dash in ((page.run, "data", "solid"), (rival, "generated", "dash")):
        values = charts.shares(_counts(run.judged(page.mode).scores, measure, page.split, names))
        labels = [html(name_of(name, _)).replace(" ", "<br>") for name in names]  # narrow enough for a phone
        traces.append(
            {
                "type": "scatterpolar",
                "name": html(_(run.title)),
                "r": [*values, values[0]],
                "theta": [*labels, labels[0]],
                "fill": "toself",
                "opacity": 0.75,
                "line": {"color": colours.roles[role], "dash": dash},
                "hovertemplate": "%{theta}: %{r:.1%}<extra></extra>",
            }
        )
    polar = {
        "bgcolor": "rgba(0,0,0,0)",
        "radialaxis": {**charts.PERCENT, "gridcolor": colours.line, "angle": 90, "tickangle": 90},
        "angularaxis": {"gridcolor": colours.line},
    }
    margin = {"l": 80, "r": 80, "t": 60, "b": 90}
    legend = {"orientation": "h", "x": 0.5, "xanchor": "center", "y": -0.25, "yanchor": "top"}  # clear of the names
    charts.show(
        {"data": traces, "layout": charts.layout(430, polar=polar, margin=margin, legend=legend)},
        "mmbench radar",
        _(N_("Radar: the share of right questions of both models, ability by ability")),
    )
