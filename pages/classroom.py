"""A class: join one, or open a room with a lesson."""

import streamlit as st

from playground.classroom import catalogue
from playground.core.i18n import N_, translator
from playground.ui import lesson_cards, lesson_draft, lesson_editor, lesson_files, lesson_sending, room
from playground.ui.lesson import head, language

lang = language()
_ = translator(lang)
code = st.query_params.get("room", "")
opened = st.query_params.get("open")


def known(new: str) -> None:
    """A room was opened, or closed: the address says which."""
    st.query_params.pop("open", None)
    if new:
        st.query_params["room"] = new
    else:
        st.query_params.pop("room", None)


making = lesson_draft.draft()
if making is not None and "make" in st.query_params:
    head(_(N_("A lesson in the making")), _(N_("Open a page, set it as students shall find it, and add it as a step.")))
    lesson_editor.editor(making, _)
    lesson_sending.sending(lesson_draft.draft() or making, _)
elif code or opened:
    head(_(N_("Classroom")), "")
    room.console(lang, _, opened, code or None, known)
else:
    head(
        _(N_("Classroom")),
        _(N_("A teacher opens a room with a lesson; students join by its code, without an account.")),
    )
    left, right = st.columns([1, 2], gap="large")
    with left:
        st.subheader(_(N_("Join a class")), anchor=False)
        room.join(lang, _)
    with right:
        st.subheader(_(N_("Lessons")), anchor=False)
        lesson_cards.cards(catalogue.listed(lang), lang, _)
        lesson_files.opener(lang, _)
        st.markdown(
            _(
                N_(
                    "**Make your own lesson.** Open any page, set it as your students shall find it, and press “Make a "
                    "lesson” at its end. Add more pages, write what is to be seen, ask questions, and send it as a link, "
                    "a QR code or a file."
                )
            )
        )
