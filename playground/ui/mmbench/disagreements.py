"""Where the two ways to read replies disagree, and what that does to the score."""

import streamlit as st

from playground.core.i18n import N_
from playground.evaluation.mmbench.extraction import RULES, extract
from playground.evaluation.mmbench.extraction.replies import disagreements as all_disagreements
from playground.evaluation.mmbench.scoring import MEASURES
from playground.evaluation.mmbench.wordy import reworded

from ..figures import MINUS
from . import allowed, charts
from .charts import percent_of, score_title
from .choice import MODES, Selection
from .names import rule_name
from .runs import Run

OPTIONS = {"A": "cat", "B": "dog", "C": "fox", "D": "fox cub"}
TRAPS = (
    "The answer is a dog",
    "The answer is dog",
    "A dog",
    "A or B",
    "B?",
    "选B",
    "<answer>B</answer>",
    "B is right here now",
    "fox cub",
    "hotdog stand",
)
"""Replies that are read differently, or wrongly, by one of the ways."""
MOST = 200


def disagreements(page: Selection) -> None:
    _ = page.translate
    left, right = st.columns([3, 2], gap="large")
    with left:
        talks = st.toggle(
            _(N_("Say the same answers in sentences")),
            value=bool(page.run.baseline),  # these say the letter and no word more
            key="mmbench talks" if page.run.baseline else "mmbench own talks",
            help=_(
                N_(
                    "Every letter is put into one of several sentences that models use. What the model knows stays "
                    "the same: the scores change by the extraction alone."
                )
            ),
        )
        _run(page, _talkative(page) if talks else page.run)
        room = st.container()
    with right:
        _try(page)
    if not page.run.baseline and allowed.is_offered():
        from .judging import judging  # with the libraries that call services: other visitors need not wait for them

        with room:
            judging(page)  # last: it may have the page drawn again, and widgets that are not reached lose their values


def _talkative(page: Selection) -> Run:
    run = page.run
    kept = st.session_state.get("mmbench talkative")
    if kept is None or kept[0] is not run:
        texts = reworded(run.rows, run.strict.letters)
        kept = st.session_state["mmbench talkative"] = (run, Run(run.title, run.benchmark, texts))
    return kept[1]


def _run(page: Selection, run: Run) -> None:
    _ = page.translate
    found = all_disagreements(run.rows, run.texts)
    table = []
    for measure in MEASURES:
        both = [run.judged(mode).scores.tally(measure, page.split) for mode in MODES]
        if all(tally.n for tally in both):
            values = [tally.low for tally in both]
            table.append(
                {
                    _(N_("Score")): score_title(measure, _),
                    **{_(title): percent_of(value) for title, value in zip(MODES.values(), values, strict=True)},
                    _(N_("Difference")): _(N_("{points} points")).format(
                        points=f"{100 * (values[1] - values[0]):+.1f}".replace("-", MINUS)
                    ),
                }
            )
    st.table(table, hide_index=True, alt=_(N_("The scores, as each way to read replies gives them")))
    unread = {
        title: sum(one.letter is None for one in run.judged(mode).found.values()) for mode, title in MODES.items()
    }
    st.markdown(
        _(N_("Replies that are read differently: {count} of {all}.")).format(count=len(found), all=len(run.texts))
        + " "
        + " ".join(
            _(N_("Unreadable, {mode}: {count}.")).format(mode=_(title), count=count) for title, count in unread.items()
        )
    )
    if found:
        rows = [
            {
                _(N_("Question")): str(one.row.group),
                _(N_("Pass")): str(one.row.number),
                _(N_("Reply")): one.text,
                _(N_("Key")): one.row.answer or "–",
                _(MODES["strict"]): f"{one.strict.letter or '–'} ({rule_name(one.strict.rule, _)})",
                _(MODES["vlmevalkit"]): f"{one.vlmevalkit.letter or '–'} ({rule_name(one.vlmevalkit.rule, _)})",
            }
            for one in found[:MOST]
        ]
        st.dataframe(rows, hide_index=True, height=260, key="mmbench disagreements")


def _try(page: Selection) -> None:
    """A reply of one's own, read in both ways."""
    _ = page.translate
    charts.heading(_(N_("Read a reply")))
    st.caption(" · ".join(f"{label}. {text}" for label, text in OPTIONS.items()))

    def take() -> None:
        if picked := st.session_state["mmbench trap"]:
            st.session_state["mmbench reply"] = picked

    st.session_state.setdefault("mmbench reply", TRAPS[0])
    reply = st.text_input(_(N_("What the model wrote")), key="mmbench reply", max_chars=500)
    st.pills(
        _(N_("Examples")),
        TRAPS,
        key="mmbench trap",
        on_change=take,
        format_func=lambda one: one.replace("<", "\\<"),
        wrap=True,
        label_visibility="collapsed",
    )
    for mode, title in MODES.items():
        one = extract(reply, OPTIONS, mode)
        words = _(RULES[one.rule]).replace("<", "\\<").replace("$", "\\$")
        st.markdown(f"{_(title)}: **{one.letter or '–'}**. {words}")
