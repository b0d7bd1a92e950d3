"""The lesson that a visitor is making: it goes from page to page, and the browser keeps it over a reload."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from pydantic import ValidationError
from streamlit.components.v2 import component

from playground.classroom.lesson import MAX_STEPS, Lesson, LessonStep, read, write
from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate, translator
from playground.core.registry import FAMILIES
from playground.core.resources import PAGES
from playground.engine.text_store import TextStore

from .browser_part import bootstrap
from .lesson_files import start
from .lesson_player import DRAFT

TOLD = "lesson draft told"
STRINGS = {
    "failed": N_("This part of the page could not be loaded. Reload the page to try again."),
    "making": N_("A lesson in the making"),
    "begin": N_("Make a lesson, beginning with this page"),
    "add": N_("Add this page as a step"),
    "edit": N_("Edit and send"),
    "drop": N_("Throw the lesson away"),
    "drop_sure": N_("Throw the lesson away?"),
    "steps": N_("Steps: {count}"),
}


def draft() -> Lesson | None:
    """The lesson in the making."""
    return st.session_state.get(DRAFT)


def change(**parts: Any) -> None:
    """Take over changed parts of the lesson."""
    lesson = draft()
    if lesson is not None:
        st.session_state[DRAFT] = lesson.model_copy(update=parts)


def maker(page: str, lang: str, translate: Translate) -> None:
    """The line that adds this page to the lesson, or the button that begins one."""
    lesson, key = draft(), "lesson maker"
    if told := st.session_state.pop(TOLD, None):
        st.warning(told.sentence(translate, markdown))

    def added() -> None:
        asked = st.session_state[key].get("add")
        if isinstance(asked, Mapping):
            _add(asked, lang)

    def restored() -> None:
        text = st.session_state[key].get("restore")
        if isinstance(text, str) and draft() is None:
            try:
                st.session_state[DRAFT] = read(text.encode())[0]
            except UserError:
                return

    def dropped() -> None:
        text = st.session_state[key].get("file")
        if isinstance(text, str):
            try:
                lesson, left_out = read(text.encode())
            except UserError as refusal:
                st.session_state[TOLD] = refusal
            else:
                st.session_state[TOLD] = left_out[0] if left_out else None
                start(lesson, lang)

    mounted = component("playground_maker", js=bootstrap("lesson/maker.js"), isolate_styles=False)
    with st.container(key="lesson-maker"):
        mounted(
            key=key,
            on_add_change=added,
            on_restore_change=restored,
            on_file_change=dropped,
            on_edit_change=lambda: st.switch_page(PAGES / "classroom.py", query_params={"make": "1"}),
            on_drop_change=lambda: st.session_state.pop(DRAFT, None),
            data={
                "lang": lang,
                "page": page,
                "draft": {"title": lesson.title, "steps": len(lesson.steps), "text": write(lesson).decode()}
                if lesson
                else None,
                "strings": {name: translate(text) for name, text in STRINGS.items()},
            },
        )


def _add(asked: Mapping[str, Any], lang: str) -> None:
    """From a callback: what is on the screen is the lesson's next step."""
    lesson, translate = draft(), translator(lang)
    number = len(lesson.steps) + 1 if lesson else 1
    if number > MAX_STEPS:
        st.session_state[TOLD] = UserError(N_("A lesson has at most {most} steps."), most=MAX_STEPS)
        return
    page = asked.get("page")
    title = (
        translate(FAMILIES[page].title) if page in FAMILIES else translate(N_("Step {number}")).format(number=number)
    )
    try:
        step = LessonStep.model_validate({**asked, "title": translate(title).format(number=number)})
    except ValidationError:
        st.session_state[TOLD] = UserError(N_("This page cannot be a step of a lesson."))
        return
    texts = {**(lesson.texts if lesson else {}), **_texts(step)}
    if lesson is None:
        title = translate(N_("My lesson"))
        st.session_state[DRAFT] = Lesson(
            title=title, language="zh" if lang == "zh" else "en", steps=[step], texts=texts
        )
    else:
        change(steps=[*lesson.steps, step], texts=texts)


def _texts(step: LessonStep) -> dict[str, str]:
    """Long settings of a step, by their hash: a lesson carries them with it."""
    found = {}
    for value in step.query.values():
        if value.startswith("@"):
            try:
                found[value[1:]] = TextStore().expand(value)
            except UserError:
                continue
    return found
