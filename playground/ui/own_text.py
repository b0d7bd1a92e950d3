"""The form for own text: paste it, or upload a file."""

from functools import lru_cache
from typing import Any

import streamlit as st

from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate, fill
from playground.data.tokens import text_codec
from playground.data.tokens.task import FIRST
from playground.data.tokens.text import BLOCKS, MAX_KINDS, OWN, own_text

from .actions import settings_after
from .own_form import Form, Use, attempt, say_refusal

NAME = OWN[0]
FILES = ("txt", "text", "md")
HEIGHT, PREVIEW_HEIGHT = 300, 220
SHOWN = 1500
"""Characters of a file's text that are shown of it."""


def _show(family: str, config: Any, translate: Translate, use: Use) -> None:
    window = settings_after(type(config), family, data=NAME)["window"]
    fewest = max(BLOCKS * window, text_codec.MIN_CHARACTERS)
    st.caption(
        fill(
            translate(
                N_(
                    "Each character is one token. With windows of {window} characters a text needs at least {fewest}; "
                    "the maximum is {most} kB."
                )
            ),
            window=window,
            fewest=f"{fewest:,}",
            most=f"{text_codec.MAX_BYTES // 1000:,}",
        )
    )
    paste, upload = st.tabs(
        [translate(title) for title in (N_("Paste"), N_("Text file"))], key=f"{family} own text tabs"
    )
    with paste:
        _paste(family, config, fewest, translate, use)
    with upload:
        _upload(family, fewest, translate, use)


def _paste(family: str, config: Any, fewest: int, translate: Translate, use: Use) -> None:
    """An area to type in. What is refused stays in it, also where the dialog is opened again."""
    area, refused, kept = (f"{family} own text {part}" for part in ("area", "refused", "kept"))
    if area not in st.session_state:
        st.session_state[area] = st.session_state.get(kept) or (own_text(config.own_text) if _chosen(config) else "")

    def code() -> str:
        st.session_state[kept] = st.session_state[area]
        found = text_codec.encode(text_codec.cleaned(st.session_state[area], fewest))
        del st.session_state[kept]
        return found

    with st.form(f"{family} own text form", border=False, enter_to_submit=False):  # text and click arrive together
        st.text_area(translate(N_("Your text")), height=HEIGHT, key=area)
        st.form_submit_button(translate(N_("Train on it")), type="primary", on_click=attempt, args=(refused, use, code))
    say_refusal(refused, translate)


def _upload(family: str, fewest: int, translate: Translate, use: Use) -> None:
    """A file: what was read of it, and the button that takes it."""
    file = st.file_uploader(
        translate(N_("A plain text (UTF-8, UTF-16, GB 18030 or Windows-1252)")),
        type=FILES,
        key=f"{family} own text file",
        max_upload_size=2 * text_codec.MAX_BYTES // 1_000_000,  # UTF-16 may have twice as many bytes
    )
    if file is None:
        return
    try:
        text = text_codec.read_text(file.getvalue(), fewest)
    except UserError as refusal:
        st.error(refusal.sentence(translate, markdown))
        return
    st.markdown(_size(text, translate))
    st.code(
        text[:SHOWN] + ("\u2026" if len(text) > SHOWN else ""),
        language=None,
        wrap_lines=True,
        height=PREVIEW_HEIGHT,
    )
    st.button(
        translate(N_("Train on it")),
        key=f"{family} use own text file",
        type="primary",
        on_click=lambda: use(text_codec.encode(text)),
    )


def _chosen(config: Any) -> bool:
    return config.data == NAME and bool(config.own_text)


def _size(text: str, translate: Translate) -> str:
    """How long a text is, and how many of its characters are tokens of their own."""
    kinds, most = _kinds(text), MAX_KINDS - FIRST
    said = fill(
        translate(N_("{count:character|characters}, {kinds} different.")), count=f"{len(text):,}", kinds=f"{kinds:,}"
    )
    if kinds <= most:
        return said
    rare = N_("The {most} most frequent are tokens; all others are one token.")
    return f"{said} {fill(translate(rare), most=f'{most:,}')}"


@lru_cache(maxsize=8)
def _kinds(text: str) -> int:
    return len(set(text))


def _explain(config: Any, translate: Translate) -> str:
    words = N_(
        "Own text: {size} Of every five blocks in a row, four are for training; the fifth is held out, and the scores "
        "are measured there."
    )
    return fill(translate(words), size=_size(own_text(config.own_text), translate))


OWN_TEXT = Form(N_("Paste or upload own text"), N_("Your own text"), ":material/edit_note:", _show, _explain)
