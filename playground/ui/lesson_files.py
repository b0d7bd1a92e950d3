"""A lesson that comes as a file: dropped on the page, it opens, or goes on to be changed."""

import streamlit as st

from playground.classroom import link
from playground.classroom.lesson import MAX_BYTES, Lesson, read
from playground.core import foreign_text
from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate
from playground.core.resources import PAGES

from .lesson_player import AT, DRAFT, LESSON, OF_FILE, OPEN


def opener(lang: str, translate: Translate) -> None:
    """Take a `.lesson.json` file; say what it is, and what of it could not be read."""
    _ = translate
    file = st.file_uploader(
        _(N_("Open a lesson from a file (.lesson.json)")), type=["json"], key="lesson file", max_upload_size=1
    )
    if file is None:
        return
    try:
        lesson, left_out = read(file.getvalue()[: MAX_BYTES + 1])
    except UserError as refusal:
        st.error(refusal.sentence(translate, markdown))
        return
    for refusal in left_out:
        st.info(refusal.sentence(translate, markdown))
    st.markdown(f"**{foreign_text.markdown(lesson.title)}**")
    with st.container(horizontal=True, gap="small"):
        st.button(_(N_("Start")), type="primary", key="start the file", on_click=start, args=(lesson, lang))
        st.button(_(N_("Change it")), icon=":material/edit:", key="change the file", on_click=_change, args=(lesson,))


def start(lesson: Lesson, lang: str) -> None:
    """From a callback: begin a lesson that no catalogue has."""
    for kept in (OPEN, "room code"):
        st.session_state.pop(kept, None)
    st.session_state[OF_FILE] = lesson
    try:
        name = link.encode(lesson)
    except UserError:  # too long for an address: this visit alone has it
        name = "file"
    step = lesson.steps[0]
    st.switch_page(PAGES / f"{step.page}.py", query_params={**step.query, LESSON: name, AT: "1", "lang": lang})


def _change(lesson: Lesson) -> None:
    st.session_state[DRAFT] = lesson
    st.session_state["lesson order"] = st.session_state.get("lesson order", 0) + 1
    st.query_params.from_dict({"make": "1"})
