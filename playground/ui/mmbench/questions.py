"""One question at a time: its picture, its passes as rows, and which rule read each reply."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from playground.core.foreign_text import markdown
from playground.core.i18n import N_
from playground.evaluation.mmbench.extraction import RULES
from playground.evaluation.mmbench.question import Row
from playground.evaluation.mmbench.scoring import ALL_SPLITS, Outcome

from .choice import Selection
from .names import name_of, rule_name
from .runs import Run, pictured

PLACE = "mmbench place"
NARROW = ("Pass", "Key", "Letter", "Right")
"""Columns that a phone, too, shows without scrolling; message ids."""
FILTERS: dict[str, tuple[str, Callable[[Outcome | None], bool]]] = {
    "first_only": (N_("Right at first, fails when rotated"), lambda one: one is not None and one.first_only),
    "right": (N_("Right in every pass"), lambda one: one is not None and one.circular is True),
    "wrong": (N_("Wrong at first"), lambda one: one is not None and one.first is False),
    "open": (N_("Unscored"), lambda one: one is None or one.circular is None),
    "all": (N_("All"), lambda one: True),
}


def questions(page: Selection) -> None:
    _ = page.translate
    here = _by_filter(page)
    there = [name for name in FILTERS if here[name]]
    key = f"mmbench filter {' '.join(there)}"
    chosen = st.pills(
        _(N_("Questions")),
        there,
        default=there[0],
        required=True,
        key=key,
        format_func=lambda name: f"{_(FILTERS[name][0])} ({len(here[name])})",
        label_visibility="collapsed",
        wrap=True,
        on_change=lambda: st.session_state.pop(PLACE, None),
    )
    found = here[str(chosen)]
    place = min(st.session_state.get(PLACE, 0), len(found) - 1)
    _move(page, place, len(found))
    card(page, found[place])


def _by_filter(page: Selection) -> dict[str, list[int]]:
    scores = page.judged.scores
    groups = [group for group, rows in page.run.benchmark.groups().items() if page.split in (ALL_SPLITS, rows[0].split)]
    return {name: [g for g in groups if fits(scores.outcomes.get(g))] for name, (_, fits) in FILTERS.items()}


def _move(page: Selection, place: int, count: int) -> None:
    _ = page.translate

    def go(to: int) -> None:
        st.session_state[PLACE] = to % count

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            _(N_("Previous question")), key="mmbench previous", on_click=go, args=(place - 1,), disabled=count == 1
        )
        st.button(_(N_("Next question")), key="mmbench next", on_click=go, args=(place + 1,), disabled=count == 1)
        st.caption(_(N_("{number} of {count}")).format(number=place + 1, count=count), width="content")


def card(page: Selection, group: int, runs: Sequence[Run] = ()) -> None:
    """A question of the page's run, or of several runs on the same questions, one below the other."""
    _ = page.translate
    shown = runs or (page.run,)
    rows = pictured(shown[0].benchmark).groups()[group]
    first = rows[0]
    left, right = st.columns([1, 3], gap="medium")
    with left:
        if first.image is not None:
            st.image(first.image, alt=_(N_("The picture of the question")), width=256)
        else:
            st.caption(_(N_("This question has no picture.")))
    with right:
        st.text(first.question if not first.hint else f"{first.hint}\n{first.question}")
        st.caption(
            " · ".join(
                [
                    _(N_("question {number}")).format(number=group),
                    *(markdown(name_of(one, _)) for one in (first.l2, first.category) if one),
                ]
            )
        )
        if page.lang != "en":
            st.caption(_(N_("Questions, options and replies stay as they were put to the model.")))
        narrow = {_(name): st.column_config.TextColumn(width=58) for name in NARROW}
        rules = []
        for place, run in enumerate(shown):
            if runs:
                st.markdown(markdown(_(run.title)))
            table = [_row(replace(page, run=run), row) for row in rows]
            st.dataframe(table, column_config=narrow, hide_index=True, key=f"mmbench passes {place}")
            found = run.judged(page.mode).found
            rules += [found[row.index].rule for row in rows if row.index in found]
        for rule in dict.fromkeys(rules):
            st.caption(f"**{rule_name(rule, _)}**: {_(RULES[rule])}".replace("<", "\\<").replace("$", "\\$"))


def _row(page: Selection, row: Row) -> dict[str, str]:
    """A pass: what was asked, what came, and what was made of it."""
    _ = page.translate
    found = page.judged.found.get(row.index)
    letter = found.letter if found is not None else None
    sign = "–" if found is None or row.answer is None else "✓" if letter == row.answer else "✗"
    return {
        _(N_("Pass")): str(row.number),
        _(N_("Key")): row.answer or "–",
        _(N_("Letter")): letter or "–",
        _(N_("Right")): sign,
        _(N_("Reply")): page.run.texts.get(row.index, ""),
        **dict(row.options),
        _(N_("Rule")): rule_name(found.rule, _) if found is not None else _(N_("no reply")),
    }
