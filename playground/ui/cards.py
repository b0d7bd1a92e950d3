"""Cards that each start a run with a click and say what to look for in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.core.i18n import N_

from . import figures, thumbnails
from .actions import action
from .lesson import Lesson
from .lesson_tabs import one_of

MEASURED = N_(
    "Measured figures are means of three trainings, or of a shipped model; their last digit is uncertain by their "
    "standard error. `python -m playground bench figures` measures them again."
)


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


def cards(lesson: Lesson, words: str, shown: Sequence[Card]) -> None:
    """One card at a time: what to look for, and its runs side by side, each with a picture of where it leads."""
    _ = lesson.translate
    titles = {card.name: card.title for card in shown}
    name = one_of(lesson, "change", N_("Experiment"), titles)
    card = next(card for card in shown if card.name == name)
    st.caption(_(words) + " " + _(N_("Settings that a button does not name go to their defaults.")))
    with st.container(key=f"{lesson.family} card {card.name}"):
        left, right = st.columns([1, 2], gap="medium")
        with left:
            st.markdown(_(card.look))
            with st.popover(_(N_("Why?")), type="tertiary"):
                st.markdown(_(card.why))
                if figures.named(card.why):
                    st.caption(_(MEASURED))
        with right, st.container(horizontal=True, gap="small"):
            for number, (label, settings) in enumerate(card.starts):
                with st.container(width=thumbnails.SIZE + 18, gap="small"):
                    thumbnails.show(lesson, settings)
                    action(lesson, _(label), f"{lesson.family} card {card.name} {number}", settings, "stretch")
