"""The dialog for a visitor's own text: paste it or upload a file."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.core.errors import UserError
from playground.core.i18n import N_, Translate
from playground.data.tokens import text_codec

SHOWN = 200
"""Characters of a text that the dialog shows."""
HEIGHT = 220


def own_text_dialog(family: str, config: Any, translate: Translate, use: Callable[[str], None]) -> None:
    """The dialog, if it was asked for. `use` takes the code of a text, as a callback."""
    if not st.session_state.pop(f"{family} asks for own data", False):
        return

    @st.dialog(translate(N_("Your own text")), icon=":material/edit_note:")
    def shown() -> None:
        if st.session_state.pop(f"{family} has own data", False):
            st.rerun()
        pasting, file = st.tabs([translate(N_("Paste")), translate(N_("File"))], key=f"{family} own text tabs")
        with pasting:
            pasted = st.text_area(
                translate(N_("A text of at least {count} characters")).format(count=text_codec.MIN_CHARACTERS),
                height=HEIGHT,
                max_chars=text_codec.MAX_BYTES,
                key=f"{family} pasted text",
            )
            if pasted:
                _offer(f"{family} use pasted text", lambda: text_codec.cleaned(pasted), translate, use)
        with file:
            given = st.file_uploader(
                translate(N_("A plain text (UTF-8, UTF-16 or GB 18030)")),
                type=("txt", "md", "csv", "tex", "py"),
                key=f"{family} text file",
                max_upload_size=2 * text_codec.MAX_BYTES // 1_000_000,
            )
            if given is not None:
                _offer(f"{family} use text file", lambda: text_codec.read_text(given.getvalue()), translate, use)
        st.caption(
            translate(
                N_(
                    "One fifth of the text is held out: the model is scored on it and never trained on it. The text "
                    "stays on this server; the link to the run has it too, so share only what you may share."
                )
            )
        )

    shown()


def _offer(key: str, read: Callable[[], str], translate: Translate, use: Callable[[str], None]) -> None:
    """What was read, and a button to train on it; or why it cannot be read."""
    try:
        text = read()
    except UserError as refusal:
        st.error(refusal.sentence(translate))
        return
    st.text(text[:SHOWN] + (" …" if len(text) > SHOWN else ""))
    st.caption(
        translate(N_("{count} characters, {kinds} different ones.")).format(
            count=f"{len(text):,}", kinds=len(set(text))
        )
    )
    st.button(
        translate(N_("Train on this text")), key=key, type="primary", on_click=lambda: use(text_codec.encode(text))
    )
