"""Whether the model goes by the place of an option: what it chooses, where it is right, which passes it gets right."""

import streamlit as st

from playground.core.i18n import N_, fill
from playground.evaluation.mmbench.position_bias import (
    by_key,
    choices,
    consistency,
    independent,
    pass_counts,
    patterns,
)
from playground.evaluation.mmbench.question import Benchmark
from playground.evaluation.mmbench.scoring import ALL_SPLITS

from . import charts
from .choice import Selection


def bias(page: Selection) -> None:
    benchmark = of_split(page)
    first, second, third = st.columns(3, gap="large")
    with first:
        _chosen(page, benchmark)
    with second:
        _by_place(page, benchmark)
    with third:
        _patterns(page, benchmark)


def of_split(page: Selection) -> Benchmark:
    """The benchmark's rows of the split that is shown."""
    if page.split == ALL_SPLITS:
        return page.run.benchmark
    rows = tuple(row for row in page.run.benchmark.rows if row.split == page.split)
    return Benchmark(page.run.benchmark.name, rows)


def _chosen(page: Selection, benchmark: Benchmark) -> None:
    _ = page.translate
    found = choices(benchmark, page.judged.letters)
    labels = list(found.expected)
    colours = charts.palette()
    charts.heading(_(N_("Letters that it chooses")))
    if not labels:
        st.caption(_(N_("No reply could be read.")))
        return
    bars = {
        "type": "bar",
        "name": _(N_("chosen")),
        "x": labels,
        "y": [found.chosen[label] for label in labels],
        "marker": {"color": colours["data"]},
    }
    lines = {
        "type": "scatter",
        "mode": "markers",
        "name": _(N_("by chance or by content")),
        "x": labels,
        "y": [found.expected[label] for label in labels],
        "marker": {"symbol": "line-ew", "size": 42, "line": {"width": 3, "color": colours.ink}},
    }
    charts.show(
        {"data": [bars, lines], "layout": charts.layout(280, xaxis=charts.CATEGORIES)},
        "mmbench letters",
        _(N_("Bars: how often each letter is chosen; lines: how often without a preference")),
    )
    chance = f"{found.p:.3f}" if found.p >= 0.001 else fill(_(N_("below {value}")), value="0.001")
    st.markdown(
        fill(
            _(N_("χ² = {value} with {freedom:degree of freedom|degrees of freedom}, p: {p}.")),
            value=f"{found.chi2:.1f}",
            freedom=found.freedom,
            p=chance,
        )
    )
    st.caption(
        _(
            N_(
                "The keys stand at every letter equally often, and so does every option. A model without a preference "
                "for a letter chooses each of k letters in 1/k of the rows."
            )
        )
    )


def _by_place(page: Selection, benchmark: Benchmark) -> None:
    _ = page.translate
    charts.heading(_(N_("Right answers by the place of the key")))
    found = by_key(benchmark, page.judged.letters)
    if not found:
        st.caption(_(N_("No question has a key and a reply.")))
        return
    pairs = list(found.values())
    colours = charts.palette()
    right, n = (sum(pair[i] for pair in pairs) for i in (0, 1))
    bars = {
        "type": "bar",
        "name": _(N_("share that is right")),
        "x": list(found),
        "y": charts.shares(pairs),
        "error_y": charts.whiskers(pairs),
        "marker": {"color": colours["data"]},
    }
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": _(N_("all rows")),
        "x": list(found),
        "y": [right / n] * len(found),
        "line": {"color": colours.ink, "dash": "dash"},
    }
    charts.show(
        {"data": [bars, line], "layout": charts.layout(280, yaxis=charts.PERCENT, xaxis=charts.CATEGORIES)},
        "mmbench places",
        _(N_("Bars: the share of right rows for each letter of the key")),
    )
    same = consistency(benchmark, page.judged.letters)
    if same.n:
        st.markdown(
            fill(
                _(N_("The same option in every pass: {same} of {n:question|questions} ({percent}).")),
                same=same.same,
                n=same.n,
                percent=charts.percent_of(same.same / same.n),
            )
        )
    _drop(page)


def _drop(page: Selection) -> None:
    """How much of the vanilla score does not survive rotation."""
    _ = page.translate
    scores = page.judged.scores
    vanilla = scores.tally("vanilla_all", page.split).value
    circular = scores.tally("circular", page.split).value
    if vanilla is None or circular is None:
        return
    st.markdown(
        fill(
            _(N_("Vanilla over all passes minus CircularEval: {points} points.")),
            points=charts.figure_of(vanilla - circular),
        )
    )
    if page.run.expected is not None:
        drop = page.run.expected["vanilla_all"] - page.run.expected["circular"]
        st.caption(fill(_(N_("Closed form: {points} points.")), points=charts.figure_of(drop)))


def _patterns(page: Selection, benchmark: Benchmark) -> None:
    _ = page.translate
    charts.heading(_(N_("Which passes are right")))
    sizes = [k for k in pass_counts(benchmark) if k <= 5]
    if not sizes:
        st.caption(_(N_("No question is asked in several passes.")))
        return
    k = st.segmented_control(
        _(N_("Options")),
        sizes,
        default=sizes[-1],
        required=True,
        key=f"mmbench options {sizes}",
        format_func=lambda one: fill(_(N_("{k} options")), k=one),
        label_visibility="collapsed",
    )
    counts = patterns(benchmark, page.judged.letters, int(k or sizes[-1]))
    by_chance = independent(counts)
    colours = charts.palette()
    signs = ["<br>".join("✗✓"[int(one)] for one in pattern) for pattern in counts]
    bars = {
        "type": "bar",
        "name": _(N_("questions")),
        "x": signs,
        "y": list(counts.values()),
        "marker": {"color": colours["data"]},
    }
    marks = {
        "type": "scatter",
        "mode": "markers",
        "name": _(N_("if passes were independent")),
        "x": signs,
        "y": list(by_chance.values()),
        "marker": {"color": colours["generated"], "symbol": "diamond", "size": 8},
    }
    charts.show(
        {"data": [bars, marks], "layout": charts.layout(280, xaxis={**charts.CATEGORIES, "tickangle": 0})},
        "mmbench patterns",
        _(N_("Bars: how many questions have each pattern of right and wrong passes")),
    )
    st.caption(
        _(
            N_(
                "A question that is known is right in every pass. A single right pass is what one favourite letter "
                "gives."
            )
        )
    )
