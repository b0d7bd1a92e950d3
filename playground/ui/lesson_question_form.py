"""The form of a step's question, and of where its right answer comes from."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.classroom import questions as q
from playground.classroom.lesson import LessonStep
from playground.core.i18n import N_, Translate
from playground.core.registry import FAMILIES

QUESTIONS = {
    "": N_("no question"),
    "choice": N_("a choice"),
    "number": N_("a number"),
    "place": N_("a place in the picture"),
    "sketch": N_("a sketch of a curve"),
}
TRUTHS = {
    "option": N_("this option"),
    "compared": N_("whether a curve went up, went down or stayed"),
    "number": N_("this number"),
    "score": N_("the value of a curve at a step"),
    "first": N_("the step at which a curve first is at least so high"),
    "fullest_mode": N_("the mode with most samples"),
    "curve": N_("the curve itself"),
    "": N_("nobody knows: only the class answers"),
}


def question_form(step: LessonStep, key: str, translate: Translate) -> Any:
    """The step's question as the form has it; None: the step asks none."""
    _ = translate
    now = step.question
    kind = st.selectbox(
        _(N_("Question")),
        list(QUESTIONS),
        list(QUESTIONS).index(now.kind if now else ""),
        format_func=lambda name: _(QUESTIONS[name]),
        key=f"question {key}",
    )
    if not kind:
        return None
    same = now if now and now.kind == kind else None
    given: dict[str, Any] = {"kind": kind}
    given["text"] = st.text_input(
        _(N_("What is asked")), same.text if same else "", max_chars=400, key=f"question text {key}"
    )
    if kind == "choice":
        lines = st.text_area(
            _(N_("Options, a line each")), "\n".join(same.options if same else []), height=90, key=f"options {key}"
        )
        given["options"] = [line.strip() for line in lines.splitlines() if line.strip()][:6]
    if kind in ("number", "sketch"):
        low, high, third = st.columns(3)
        given["low"] = low.number_input(_(N_("Lowest")), value=same.low if same else 0.0, key=f"low {key}")
        given["high"] = high.number_input(_(N_("Highest")), value=same.high if same else 1.0, key=f"high {key}")
        if kind == "number":
            given["unit"] = third.text_input(_(N_("Unit")), same.unit if same else "", max_chars=20, key=f"unit {key}")
        else:
            steps = same.steps if same else 500
            given["steps"] = third.number_input(_(N_("Steps")), 1, 1_000_000, steps, key=f"steps {key}")
    given["truth"] = _truth(step, given, same, key, translate)
    why = same.why if same else ""
    given["why"] = st.text_input(_(N_("Why (shown with the answer)")), why, max_chars=1000, key=f"why {key}")
    return given


def _truth(step: LessonStep, given: Mapping[str, Any], now: q.Question | None, key: str, translate: Translate) -> Any:
    _ = translate
    kinds = [kind for kind in TRUTHS if not kind or kind in q.ANSWERED_BY[given["kind"]]]
    if step.page not in FAMILIES:
        kinds = [kind for kind in kinds if kind in ("option", "number", "")]
    truth = now.truth if now else None
    kind = st.selectbox(
        _(N_("The right answer is")),
        kinds,
        kinds.index(truth.kind) if truth and truth.kind in kinds else 0,
        format_func=lambda name: _(TRUTHS[name]),
        key=f"truth {key}",
    )
    if not kind:
        return None
    found: dict[str, Any] = truth.model_dump() if truth and truth.kind == kind else {"kind": kind}
    if kind == "option" and given["options"]:
        places = dict(enumerate(given["options"]))
        found["index"] = pick(_(N_("Option")), places, found.get("index", 0), f"right {key}")
    if kind == "number":
        found["value"] = st.number_input(_(N_("Value")), value=float(found.get("value", 0.0)), key=f"value {key}")
    if kind in ("compared", "score", "first", "curve"):
        found["name"] = pick(_(N_("Curve")), curves(step, translate), found.get("name", ""), f"curve {key}")
    if kind == "compared":
        found["before"] = st.number_input(_(N_("From step")), 0, 1_000_000, found.get("before", 0), key=f"from {key}")
        found["after"] = st.number_input(_(N_("To step")), 0, 1_000_000, found.get("after", 500), key=f"to {key}")
    if kind == "score":
        found["step"] = st.number_input(_(N_("Step")), 0, 1_000_000, found.get("step") or 500, key=f"at {key}")
    if kind == "first":
        found["at_least"] = st.number_input(
            _(N_("At least")), value=float(found.get("at_least") or 1.0), key=f"least {key}"
        )
    return found


def pick(label: str, titles: Mapping[Any, str], now: Any, key: str) -> Any:
    """One of some values by their titles; what stands there now, where there are none."""
    known = list(titles)
    at = known.index(now) if now in known else 0
    return st.selectbox(label, known, at, format_func=titles.__getitem__, key=key) if known else now


def curves(step: LessonStep, translate: Translate) -> dict[str, str]:
    """The curves that the page draws with these settings."""
    family = FAMILIES[step.page]
    charts = family.charts(family.Config())
    return {series.metric: translate(series.title) for chart in charts for series in chart.series}
