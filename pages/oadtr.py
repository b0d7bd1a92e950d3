"""The lesson about online action detection: what is happening now, when only the past has been seen."""

from collections.abc import Sequence

import streamlit as st

from playground.core.i18n import N_
from playground.families.oadtr.config import TITLES, specs_of
from playground.families.oadtr.diagnosis import RULES
from playground.families.oadtr.formulas import FORMULAS, of_model, of_training
from playground.ui import code, lesson, lesson_layout
from playground.ui.cards import cards
from playground.ui.failures import failure_cards
from playground.ui.lesson import Paper
from playground.ui.oadtr_cards import CARDS, FAILURES, HINTS
from playground.ui.reported import reported
from playground.ui.seeds_table import seeds_table
from playground.ui.stream_info import stream_info

# The grid of sweeps that a visitor finds at first: what if the window, the heads or the queries were others?
PROPOSED = {"window": [8, 32], "heads": [1, 4], "queries": [1, 8]}

PAPERS = (
    Paper(
        "De Geest et al. 2016",
        "Online Action Detection",
        "https://arxiv.org/abs/1604.06506",
        N_("The task, TVSeries, and the calibrated average precision."),
    ),
    Paper(
        "Xu et al. 2019",
        "Temporal Recurrent Networks for Online Action Detection",
        "https://arxiv.org/abs/1811.07391",
        N_("TRN: imagine the future to understand the present."),
    ),
    Paper(
        "Wang et al. 2021",
        "OadTR: Online Action Detection with Transformers",
        "https://arxiv.org/abs/2106.11149",
        N_("OadTR: an encoder with a task token, a decoder that forecasts."),
    ),
    Paper(
        "Xu et al. 2021",
        "Long Short-Term Transformer for Online Action Detection",
        "https://arxiv.org/abs/2107.03377",
        N_("LSTR: a long memory, compressed, beside a short one."),
    ),
    Paper(
        "Hedegaard, Bakhtiarnia, Iosifidis 2023",
        "Continual Transformers: Redundancy-Free Attention for Online Inference",
        "https://arxiv.org/abs/2201.06268",
        N_("The same attention without computing each frame again; OadTR run again, part by part."),
    ),
    Paper(
        "Burns et al. 2018",
        "Shoulder Physiotherapy Exercise Recognition: Machine Learning the Inertial Signals from a Smartwatch",
        "https://arxiv.org/abs/1802.01489",
        N_("The recordings of the smartwatch."),
    ),
)


def maths() -> None:
    """What is switched on: a tab for each model of the run, with its size, and one for how they are trained."""
    models = specs_of(page.config)
    tabs = st.tabs([*(_(TITLES[name]) for name in models), _(N_("Training"))])
    for tab, spec in zip(tabs, models.values(), strict=False):
        with tab:
            written(of_model(spec))
            st.caption(_(N_("{count} parameters")).format(count=f"{spec.parameters:,}"))
    with tabs[-1]:
        written(of_training(page.config))


def written(names: Sequence[str]) -> None:
    """Formulas, each with its explanation."""
    for name in names:
        st.latex(FORMULAS[name].latex)
        st.markdown(_(FORMULAS[name].text))


def data() -> None:
    stream_info(page)
    reported(_)


def source() -> None:
    code.show_code(page, "families/oadtr/networks/oadtr.py")
    lesson.code(_, "families/oadtr/streaming.py")


page = lesson.open_lesson(
    "oadtr", N_("What is happening now? A detector sees a stream frame by frame, and never the frames to come.")
)
_ = page.translate
lesson_layout.below_the_stage(
    page,
    hints=HINTS,
    ask=lambda: lesson_layout.panel_pills(page),
    change=(N_("One change at a time"), lambda: cards(page, N_("Each button makes one change."), CARDS)),
    maths=maths,
    papers=PAPERS,
    data=data,
    proposed=PROPOSED,
    source=source,
    seeds=(N_("Over seeds"), lambda: seeds_table(page)),
    failures=(N_("Failure lab"), lambda: failure_cards(page, RULES, FAILURES)),
)
