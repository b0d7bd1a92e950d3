"""Lessons as cards: what they are about, how long they take, and the two ways to begin."""

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from playground.classroom.catalogue import Listed
from playground.core import foreign_text
from playground.core.i18n import N_, Translate, fill
from playground.core.resources import PAGES

from .lesson_player import AT, LESSON

WIDTH = 300


def cards(lessons: Sequence[Listed], lang: str, translate: Translate) -> None:
    """A card for each lesson."""
    with st.container(horizontal=True, gap="small"):
        for found in lessons:
            _card(found, lang, translate)
    if not lessons:
        st.markdown(translate(N_("There are no lessons on this server.")))


def _card(found: Listed, lang: str, translate: Translate) -> None:
    lesson = found.lesson
    with st.container(border=True, width=WIDTH, gap="small", key=f"lesson-card-{found.name}"):
        st.markdown(f"**{foreign_text.markdown(lesson.title)}**")
        words = translate(N_("{steps:step|steps}, about {minutes:minute|minutes}"))
        st.caption(fill(words, steps=len(lesson.steps), minutes=lesson.minutes))
        with st.container(horizontal=True, gap="small"):
            st.button(
                translate(N_("Start")),
                key=f"start {found.name}",
                type="primary",
                on_click=_start,
                args=(found, lang),
            )
            st.button(
                translate(N_("Open a room")),
                key=f"open {found.name}",
                icon=":material/groups:",
                on_click=_open,
                args=(found.name,),
            )


def _start(found: Listed, lang: str) -> None:
    step = found.lesson.steps[0]
    for kept in ("open lesson", "room code"):
        st.session_state.pop(kept, None)
    st.switch_page(PAGES / f"{step.page}.py", query_params={**step.query, LESSON: found.name, AT: "1", "lang": lang})


def _open(name: str) -> None:
    st.switch_page(PAGES / "classroom.py", query_params={"open": name})


def address(base: str, found: Listed, lang: str) -> str:
    """The link that starts a lesson, below the address of the app."""
    step = found.lesson.steps[0]
    return f"{base}{'' if step.page == 'home' else step.page}?{urlencode({LESSON: found.name, 'lang': lang})}"
