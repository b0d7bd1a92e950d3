"""Cards that each start a run with a click and say what to look for in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.core.i18n import N_

from . import figures
from .controls import reset
from .lesson import Lesson

MEASURED = N_(
    "Measured figures are means of three trainings, or of a shipped model; their last digit is uncertain by their "
    "standard error. `python -m playground bench figures` measures them again."
)
CARD = 300
"""Width in pixels: four stand side by side on a wide screen, one on a phone."""


@dataclass(frozen=True)
class Card:
    """Something that can be seen for oneself. Texts are message ids, which may hold formulas.

    `starts`: (what a button says, the settings that it starts with); `why`: behind a click.
    """

    name: str
    title: str
    look: str
    starts: Sequence[tuple[str, Mapping[str, Any]]]
    why: str


def cards(lesson: Lesson, title: str, words: str, shown: Sequence[Card]) -> None:
    """The cards under their heading."""
    _ = lesson.translate
    st.subheader(_(title), anchor=False)
    st.markdown(_(words))
    with st.container(horizontal=True, gap="small"):
        for card in shown:
            with st.container(border=True, width=CARD, key=f"{lesson.family} card {card.name}"):
                st.markdown(f"**{_(card.title)}**")
                st.caption(_(card.look))
                with st.container(horizontal=True, gap="small"):
                    for number, (label, settings) in enumerate(card.starts):
                        st.button(
                            _(label),
                            key=f"{lesson.family} card {card.name} {number}",
                            on_click=reset,
                            args=(type(lesson.config), lesson.family),
                            kwargs=dict(settings),
                        )
                with st.popover(_(N_("Why?")), type="tertiary"):
                    st.markdown(_(card.why))
                    if figures.named(card.why):
                        st.caption(_(MEASURED))
