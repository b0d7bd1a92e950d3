"""A lesson on its way: a link with its QR code, a file, paper, and how a student sees it."""

from urllib.parse import urlencode, urlsplit

import streamlit as st

from playground.classroom import link, printed
from playground.classroom.lesson import Lesson, write
from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate

from .lesson_player import LESSON
from .room import qr

MAX_QR = 2300
"""Characters that a QR code of middling correction holds."""


def sending(lesson: Lesson, translate: Translate) -> None:
    """All ways to give the lesson to others."""
    _ = translate
    try:
        code = link.encode(lesson)
    except UserError as refusal:
        code = ""
        st.info(refusal.sentence(translate, markdown))
    address = _address(code, lesson) if code else ""
    name = "".join(c if c.isalnum() else "-" for c in lesson.title.lower()).strip("-")[:40] or "lesson"
    picture = qr(address) if address and len(address) <= MAX_QR else ""
    with st.container(horizontal=True, gap="small"):
        if address:
            st.link_button(_(N_("See it as a student")), address, icon=":material/visibility:", type="primary")
        st.download_button(
            _(N_("File")),
            write(lesson),
            f"{name}.lesson.json",
            "application/json",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            _(N_("To print")),
            printed.page(lesson, address, picture, translate),
            f"{name}.html",
            "text/html",
            icon=":material/print:",
            on_click="ignore",
        )
        if code:
            st.button(
                _(N_("Open a room")),
                icon=":material/groups:",
                key="open the draft",
                on_click=lambda: st.query_params.from_dict({"open": code}),
            )
    if address:
        words, picture_place = st.columns([3, 1])
        words.caption(_(N_("This link is the lesson: no server keeps it.")))
        words.code(address, language=None, wrap_lines=True, height=120)
        if picture:
            picture_place.html(f'<img src="{picture}" alt="" width="180" height="180">')


def _address(code: str, lesson: Lesson) -> str:
    parts = urlsplit(st.context.url or "")
    base = parts.path.rsplit("/", 1)[0]
    page = lesson.steps[0].page
    query = urlencode({LESSON: code, "lang": lesson.language})
    return f"{parts.scheme}://{parts.netloc}{base}/{'' if page == 'home' else page}?{query}"
