"""Any two runs on the same questions: McNemar's test, the difference, and the questions only one of them has right."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_
from playground.evaluation.mmbench.compare import Comparison, by_ability, mcnemar, right

from ..figures import MINUS
from . import charts
from .abilities import radar_of, shown_measure
from .choice import Selection
from .kept import kept
from .names import name_of
from .questions import card
from .runs import TITLES, Run, run_on

SHOWN = "shown"
"""The id of the run that the page shows where it is neither offline nor kept: a service that is still asked."""
PAIR, ANSWERED = "mmbench pair", "mmbench answered baselines"
FIRST_RIVAL = "random"
Pair = tuple[Run, Run]


def comparison(page: Selection) -> None:
    _ = page.translate
    pair = _pair(page)
    if pair is None:
        return
    first, second = pair
    if first.benchmark.asked_key != second.benchmark.asked_key:
        st.info(
            _(N_("{first} and {second} answer different questions, so they cannot be compared.")).format(
                first=markdown(_(first.title)), second=markdown(_(second.title))
            )
        )
        return
    scores = [run.judged(page.mode).scores for run in pair]
    measure = shown_measure(scores[0])
    mine = right(scores[0], measure, page.split)
    every = right(scores[1], measure)
    other = {group: every.get(group) for group in mine}
    left, beside = st.columns(2, gap="large")
    with left:
        charts.heading(charts.score_title(measure, _))
        _test(page, pair, mcnemar(mine, other))
    with beside:
        radar_of(replace(page, run=first), second)
    charts.heading(_(N_("By ability")))
    _abilities(page, pair, by_ability(scores[0], mine, other))
    _differ(page, pair, mine, other)


def _pair(page: Selection) -> Pair | None:
    """Two pickers; the page's run comes first. None, and a sentence, where a model cannot answer such questions."""
    _ = page.translate
    brought = kept()
    shown = page.run.baseline or next((one for one, run in brought.items() if run is page.run), SHOWN)
    titles = {**TITLES, **{one: run.title for one, run in brought.items()}}
    if shown == SHOWN:
        titles[SHOWN] = page.run.title
    before = st.session_state.get(PAIR, {})
    left, beside = st.columns(2, gap="large")
    with left:
        names = list(titles)
        picked = before.get("first") if before.get("shown") == shown else shown
        first = str(
            st.selectbox(
                _(N_("First run")),
                names,
                index=names.index(picked if picked in titles else shown),
                key=f"mmbench first {shown} {' '.join(names)}",
                format_func=lambda one: _(titles[one]),
            )
        )
    with beside:
        names = [one for one in titles if one != first]
        rival = next(one for one in (before.get("second"), FIRST_RIVAL, names[0]) if one in names)
        second = str(
            st.selectbox(
                _(N_("Second run")),
                names,
                index=names.index(rival),
                key=f"mmbench second {' '.join(names)}",
                format_func=lambda one: _(titles[one]),
            )
        )
    st.session_state[PAIR] = {"shown": shown, "first": first, "second": second}
    runs = {**brought, SHOWN: page.run}
    own = next((runs[one] for one in (first, second) if one in runs), page.run)
    try:
        return tuple(runs[one] if one in runs else _answered(one, own) for one in (first, second))  # type: ignore[return-value]
    except UserError as refusal:
        st.error(refusal.sentence(_, markdown))
        return None


def _answered(name: str, beside: Run) -> Run:
    """An offline model on the questions of another run, asked once a visit."""
    last: list[Run] = st.session_state.setdefault(ANSWERED, [])
    for run in last:
        if run.baseline == name and run.benchmark is beside.benchmark:
            return run
    run = run_on(name, beside.benchmark)
    st.session_state[ANSWERED] = [run, *last][:3]
    return run


def _points(share: float) -> str:
    """A difference of shares, in points."""
    return f"{100 * share:+.1f}".replace("-", MINUS)


def _chance(page: Selection, p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else page.translate(N_("below {value}")).format(value="0.001")


def _test(page: Selection, pair: Pair, found: Comparison) -> None:
    _ = page.translate
    first, second = (_(run.title) for run in pair)
    if not found.n:
        st.caption(_(N_("There is no question that both have scored.")))
        return
    low, high = found.interval
    st.markdown(
        _(N_("{second} minus {first}: **{points} points** (95 %: {low} to {high}).")).format(
            first=markdown(first),
            second=markdown(second),
            points=_points(found.difference),
            low=_points(low),
            high=_points(high),
        )
    )
    is_right, is_wrong = _(N_("{name} right")), _(N_("{name} wrong"))
    st.dataframe(
        [
            {
                "": is_right.format(name=first),
                is_right.format(name=second): str(found.both),
                is_wrong.format(name=second): str(found.only_first),
            },
            {
                "": is_wrong.format(name=first),
                is_right.format(name=second): str(found.only_second),
                is_wrong.format(name=second): str(found.neither),
            },
        ],
        hide_index=True,
        key="mmbench mcnemar",
    )
    st.markdown(
        _(N_("McNemar's exact test of the questions that only one has right: p: {p}.")).format(p=_chance(page, found.p))
    )
    st.caption(
        _(
            N_(
                "Both answer the same questions, so that only those on which they differ say which is better. p: how "
                "likely so uneven a split would be if both were equally good. The interval of the difference is that "
                "of Agresti and Min for pairs."
            )
        )
    )
    if found.left_out:
        st.caption(_(N_("Left out, since one of them is unscored: {count}.")).format(count=found.left_out))


def _abilities(page: Selection, pair: Pair, found: Mapping[str, Comparison]) -> None:
    """A row for each ability: both scores, and the difference with its interval."""
    _ = page.translate
    first, second = (_(run.title) for run in pair)
    rows = []
    for ability, one in found.items():
        if one.n:
            low, high = one.interval
            rows.append(
                {
                    _(N_("Ability")): name_of(ability, _),
                    _(N_("Questions")): str(one.n),
                    first: f"{charts.figure_of((one.both + one.only_first) / one.n)} %",
                    second: f"{charts.figure_of((one.both + one.only_second) / one.n)} %",
                    _(N_("Difference in points, and 95 %")): (
                        f"{_points(one.difference)} ({_points(low)} … {_points(high)})"
                    ),
                    "p": _chance(page, one.p),
                }
            )
    st.dataframe(rows, hide_index=True, key="mmbench by ability")


def _differ(page: Selection, pair: Pair, mine: Mapping[int, bool | None], other: Mapping[int, bool | None]) -> None:
    """The questions that only one run has right, and the card of the one that is selected."""
    _ = page.translate
    only = _(N_("Only {name} is right"))
    sides = {
        "first": (only.format(name=_(pair[0].title)), [g for g in mine if (mine[g], other[g]) == (True, False)]),
        "second": (only.format(name=_(pair[1].title)), [g for g in mine if (mine[g], other[g]) == (False, True)]),
    }
    sides = {side: (title, groups) for side, (title, groups) in sides.items() if groups}
    charts.heading(_(N_("Questions on which they differ")))
    if not sides:
        st.caption(_(N_("Both have the same questions right.")))
        return
    side = st.pills(
        _(N_("Questions on which they differ")),
        list(sides),
        default=next(iter(sides)),
        required=True,
        key=f"mmbench side {' '.join(sides)} {pair[0].title} {pair[1].title}",
        format_func=lambda one: f"{markdown(sides[one][0])} ({len(sides[one][1])})",
        label_visibility="collapsed",
        wrap=True,
    )
    groups = sides[str(side)][1]
    of = pair[0].benchmark.groups()
    chosen = st.dataframe(
        [
            {
                _(N_("Question")): str(group),
                _(N_("Ability")): name_of(of[group][0].category, _),
                _(N_("Text")): of[group][0].question,
            }
            for group in groups
        ],
        hide_index=True,
        height=240,
        key=f"mmbench differ {side} {pair[0].title} {pair[1].title}",
        on_select="rerun",
        selection_mode="single-row-required",
    )
    rows = chosen.selection.rows
    st.caption(_(N_("Select a row to open its question.")))
    card(page, groups[rows[0] if rows and rows[0] < len(groups) else 0], pair)
