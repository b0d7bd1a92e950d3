"""What stands under the stage of every lesson: one panel with tabs, in the same order on every page."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from playground.core.i18n import N_
from playground.core.registry import family as find

from . import glossary, lesson, sweep, thumbnails
from .actions import action
from .lesson import Hint, Lesson, Paper
from .lesson_tabs import Draw, lazy_tabs, one_of
from .panels import panels


def below_the_stage(
    page: Lesson,
    *,
    hints: Sequence[Hint],
    ask: Draw,
    change: tuple[str, Draw],
    maths: Draw,
    papers: Sequence[Paper],
    data: Draw,
    proposed: Mapping[str, Sequence[Any]],
    source: Draw,
    **more: tuple[str, Draw],
) -> None:
    """`ask`: the panels; `change`: cards under their title; `proposed`: the grid of sweeps that is found at first."""

    def theory() -> None:
        left, right = st.columns(2, gap="medium")
        with left:
            maths()
        with right:
            title = page.translate(N_("Papers"))
            st.markdown(f"**{title}**")
            lesson.papers(page.translate, papers)
            glossary.listed(page.translate)

    lazy_tabs(
        page,
        {
            "look": (N_("What to look for"), lambda: look_for(page, hints)),
            "ask": (N_("Ask the model"), ask),
            "change": change,
            "maths": (N_("Mathematics"), theory),
            "data": (N_("Data"), data),
            "sweep": (N_("Sweep"), lambda: sweep.grid_of_sweeps(page, proposed)),
            **more,
            "code": (N_("Code"), source),
            "share": (N_("Share"), lambda: lesson.share(page)),
        },
        "sweep" if sweep.opened_at_grid(page.family) else "look",
    )


def look_for(page: Lesson, hints: Sequence[Hint]) -> None:
    """Hints in two columns, each beside a picture of what it leads to, with a button that applies its settings."""
    _ = page.translate
    with st.container(key=f"{page.family}-hints", gap=None):  # one for all: each element delays the stage by some ms
        for number, hint in enumerate(hints):
            title, text = html.escape(_(hint.title)), html.escape(_(hint.text))
            picture = "" if hint.settings is None else thumbnails.picture(page, hint.settings)
            st.html(f"{picture}<p><b>{title}</b> {text}</p>")
            if hint.settings is not None:
                action(page, _(N_("Try it")), f"{page.family} hint {number}", hint.settings)


def panel_pills(page: Lesson, titles: Mapping[str, str] | None = None, below: Mapping[str, Draw] | None = None) -> None:
    """The panels that the settings offer, one at a time: only the chosen one asks the model. `titles`: which, and how
    they are called, if not all; `below`: what stands under a panel."""
    offered = {panel.name: panel.title for panel in find(page.family).panels(page.config)}
    titles = offered if titles is None else titles
    if not titles:
        return
    name = one_of(page, "ask", N_("Question"), titles) if len(titles) > 1 else next(iter(titles))
    panels(page, name)
    if below and name in below:
        below[name]()
