"""Two models on the same questions: McNemar's test, and the questions that only one of them has right."""

import streamlit as st

from playground.core.i18n import N_
from playground.evaluation.mmbench.compare import mcnemar, right
from playground.evaluation.mmbench.scoring import ALL_SPLITS

from . import charts
from .abilities import pick_rival, radar_of, shown_measure
from .choice import Selection
from .names import name_of
from .runs import Run


def comparison(page: Selection) -> None:
    left, right_side = st.columns(2, gap="large")
    with left:
        rival = pick_rival(page, "mmbench rival")
        if rival is None:
            return
        _test(page, rival)
    with right_side:
        radar_of(page, rival)


def _of_split(page: Selection, run: Run) -> dict[int, bool | None]:
    scores = run.judged(page.mode).scores
    measure = shown_measure(page.judged.scores)
    return {
        group: value
        for group, value in right(scores, measure).items()
        if page.split in (ALL_SPLITS, scores.outcomes[group].split)
    }


def _test(page: Selection, rival: Run) -> None:
    _ = page.translate
    mine, other = _of_split(page, page.run), _of_split(page, rival)
    found = mcnemar(mine, other)
    st.markdown(f"**{charts.score_title(shown_measure(page.judged.scores), _)}**")
    st.dataframe(
        [
            {
                "": _(N_("{name} right")).format(name=_(page.run.title)),
                _(N_("{name} right")).format(name=_(rival.title)): str(found.both),
                _(N_("{name} wrong")).format(name=_(rival.title)): str(found.only_first),
            },
            {
                "": _(N_("{name} wrong")).format(name=_(page.run.title)),
                _(N_("{name} right")).format(name=_(rival.title)): str(found.only_second),
                _(N_("{name} wrong")).format(name=_(rival.title)): str(found.neither),
            },
        ],
        hide_index=True,
        key="mmbench mcnemar",
    )
    chance = f"{found.p:.3f}" if found.p >= 0.001 else _(N_("below {value}")).format(value="0.001")
    st.markdown(_(N_("McNemar's exact test of the questions that only one has right: p: {p}.")).format(p=chance))
    st.caption(
        _(
            N_(
                "Both answer the same questions, so that only those on which they differ say which is better. p: how "
                "likely so uneven a split would be if both were equally good."
            )
        )
    )
    if found.left_out:
        st.caption(_(N_("Left out, since one of them is unscored: {count}.")).format(count=found.left_out))
    differ = [group for group, value in mine.items() if {value, other.get(group)} == {True, False}]
    groups = page.run.benchmark.groups()
    if differ:
        rows = [
            {
                _(N_("Question")): str(group),
                _(N_("Only right")): _((page.run if mine[group] else rival).title),
                _(N_("Ability")): name_of(groups[group][0].category, _),
                _(N_("Text")): groups[group][0].question,
            }
            for group in differ
        ]
        st.dataframe(rows, hide_index=True, height=240, key="mmbench differ")
