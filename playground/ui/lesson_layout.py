"""The parts under the stage of every lesson, in the same order: hints beside the maths, tabs at the end."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from playground.core.i18n import N_

from . import lesson, sweep
from .lesson import Hint, Lesson, Paper

Draw = Callable[[], None]


def hints_and_maths(page: Lesson, hints: Sequence[Hint], maths: Draw) -> None:
    """“What to look for”, and beside it the mathematics."""
    left, right = st.columns(2, gap="large")
    with left:
        lesson.look_for(page, hints)
    with right:
        st.subheader(page.translate(N_("The mathematics")), anchor=False)
        maths()


def tabs(
    page: Lesson,
    papers: Sequence[Paper],
    data: Draw,
    proposed: Mapping[str, Sequence[Any]],
    source: Draw,
    **more: tuple[str, Draw],
) -> None:
    """Papers, the data, a grid of sweeps of which the `proposed` one is found at first, `more`, the code, the link."""
    lesson.lazy_tabs(
        page,
        "sweep" if sweep.opened_at_grid(page.family) else None,
        papers=(N_("Papers"), lambda: lesson.papers(page.translate, papers)),
        data=(N_("The data"), data),
        sweep=(N_("Grid of sweeps"), lambda: sweep.grid_of_sweeps(page, proposed)),
        **more,
        code=(N_("The code"), source),
        share=(N_("Share"), lambda: lesson.share(page)),
    )
