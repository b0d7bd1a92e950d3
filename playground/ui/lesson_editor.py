"""The form of a lesson in the making: its title, and each step's words, task and question."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from pydantic import ValidationError

from playground.classroom.goals import Goal
from playground.classroom.lesson import Lesson, LessonStep
from playground.core import foreign_text
from playground.core.config import specs
from playground.core.i18n import LANGUAGES, N_, Translate
from playground.core.registry import FAMILIES

from .lesson_draft import change
from .lesson_question_form import curves, pick, question_form

GOALS = {
    "visit": N_("read and look"),
    "play": N_("press play"),
    "seek": N_("drag the timeline back"),
    "fork": N_("change a setting in the past"),
    "step": N_("train to a step"),
    "setting": N_("set a setting"),
    "score": N_("reach a score"),
    "panel": N_("turn a dial of a panel"),
}
CONTROLS = {"all": N_("all settings"), "none": N_("none"), "some": N_("some settings")}
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "step": {"at_least": 500},
    "setting": {"name": "", "value": ""},
    "score": {"name": "", "at_least": 1.0},
    "panel": {"name": ""},
}


def editor(lesson: Lesson, translate: Translate) -> None:
    """All of the lesson; every change is taken over at once."""
    _ = translate
    left, middle, right = st.columns([4, 1, 1])
    title = left.text_input(_(N_("Title of the lesson")), lesson.title, max_chars=120, key="lesson title")
    minutes = middle.number_input(_(N_("Minutes")), 1, 240, lesson.minutes, key="lesson minutes")
    language = right.selectbox(
        _(N_("Language")),
        list(LANGUAGES),
        list(LANGUAGES).index(lesson.language),
        format_func=LANGUAGES.__getitem__,
        key="lesson language",
    )
    change(title=title or "?", minutes=minutes, language=language)
    for number, step in enumerate(lesson.steps):
        with st.expander(
            f"{number + 1}. {foreign_text.markdown(step.title)} · {step.page}", key=f"lesson step {number} {_stamp()}"
        ):
            _edit(number, step, lesson, translate)


def _stamp() -> int:
    """Steps that were moved are other steps: their widgets begin anew."""
    return st.session_state.get("lesson order", 0)


def _edit(number: int, step: LessonStep, lesson: Lesson, translate: Translate) -> None:
    _, key = translate, f"{number} {_stamp()}"
    words, task = st.columns([3, 2], gap="medium")
    with words:
        title = st.text_input(_(N_("Title")), step.title, max_chars=120, key=f"title {key}")
        text = st.text_area(
            _(N_("Text")),
            step.text,
            max_chars=4000,
            height=140,
            key=f"text {key}",
            help=_(N_("Markdown; formulas stand between $ signs. HTML and pictures are not shown.")),
        )
        controls = _controls(step, key, translate)
    with task:
        goal = _goal(step, key, translate)
        question = question_form(step, key, translate)
    parts = {"title": title, "text": text, "controls": controls, "goal": goal, "question": question}
    try:
        fresh = LessonStep.model_validate({**step.model_dump(), **parts})
    except ValidationError as error:
        words = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        st.warning(_(N_("Not complete yet: {why}. The step keeps its last form.")).format(why=words))
    else:
        if fresh != step:
            change(steps=[fresh if i == number else other for i, other in enumerate(lesson.steps)])
    _order(number, lesson, translate)


def _controls(step: LessonStep, key: str, translate: Translate) -> Any:
    _ = translate
    if step.page not in FAMILIES:
        return "all"
    now = step.controls if isinstance(step.controls, str) else "some"
    chosen = st.segmented_control(
        _(N_("Students may change")),
        list(CONTROLS),
        default=now,
        required=True,
        format_func=lambda name: _(CONTROLS[name]),
        key=f"controls {key}",
    )
    if chosen != "some":
        return chosen
    titles = {spec.name: _(spec.title) for spec in specs(FAMILIES[step.page].Config)}
    some = step.controls if isinstance(step.controls, list) else []
    return st.multiselect(
        _(N_("These settings")),
        list(titles),
        [name for name in some if name in titles],
        format_func=titles.__getitem__,
        key=f"some {key}",
    )


def _goal(step: LessonStep, key: str, translate: Translate) -> Any:
    _ = translate
    known = list(GOALS) if step.page in FAMILIES else ["visit"]
    now: Goal = step.goal
    kind = st.selectbox(
        _(N_("Task")),
        known,
        known.index(now.kind) if now.kind in known else 0,
        format_func=lambda name: _(GOALS[name]),
        key=f"goal {key}",
    )
    given = now.model_dump() if now.kind == kind else {"kind": kind, **DEFAULTS.get(kind, {})}
    if kind == "step":
        given["at_least"] = st.number_input(_(N_("Step")), 1, 1_000_000, given["at_least"], key=f"goal step {key}")
    elif kind == "setting":
        names = {spec.name: _(spec.title) for spec in specs(FAMILIES[step.page].Config) if spec.kind != "text"}
        given["name"] = pick(_(N_("Setting")), names, given["name"], f"goal setting {key}")
        given["value"] = st.text_input(_(N_("Value")), str(given["value"]), key=f"goal value {key}")
    elif kind == "score":
        given["name"] = pick(_(N_("Curve")), curves(step, translate), given["name"], f"goal score {key}")
        bound = given.get("at_least") or given.get("at_most") or 0.0
        least = st.number_input(_(N_("At least")), value=float(bound), key=f"goal at {key}")
        given |= {"at_most": None, "at_least": least}
    elif kind == "panel":
        kind_of = FAMILIES[step.page]
        names = {panel.name: _(panel.title) for panel in kind_of.panels(kind_of.Config())}
        given["name"] = pick(_(N_("Panel")), names, given["name"], f"goal panel {key}")
    return given


def _order(number: int, lesson: Lesson, translate: Translate) -> None:
    _, steps = translate, lesson.steps

    def become(order: list[LessonStep]) -> None:
        st.session_state["lesson order"] = _stamp() + 1
        change(steps=order)

    def moved(by: int) -> list[LessonStep]:
        order = list(steps)
        order.insert(number + by, order.pop(number))
        return order

    buttons = (
        (N_("Up"), ":material/arrow_upward:", number > 0, moved(-1) if number else []),
        (N_("Down"), ":material/arrow_downward:", number < len(steps) - 1, moved(1)),
        (N_("Duplicate"), ":material/content_copy:", True, [*steps[: number + 1], *steps[number:]]),
        (N_("Delete"), ":material/delete:", len(steps) > 1, [*steps[:number], *steps[number + 1 :]]),
    )
    with st.container(horizontal=True, gap="small"):
        for words, icon, possible, order in buttons:
            st.button(
                _(words),
                icon=icon,
                disabled=not possible,
                key=f"{words} {number} {_stamp()}",
                on_click=become,
                args=(order,),
            )
