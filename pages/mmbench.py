"""MMBench and CircularEval: how do you know that a model knows?"""

import streamlit as st

from playground.core.i18n import N_, translator
from playground.ui.lesson import head, language
from playground.ui.lesson_tabs import lazy_tabs
from playground.ui.mmbench.abilities import abilities
from playground.ui.mmbench.bias import bias
from playground.ui.mmbench.choice import choose
from playground.ui.mmbench.comparison import comparison
from playground.ui.mmbench.disagreements import disagreements
from playground.ui.mmbench.downloads import downloads
from playground.ui.mmbench.headline import headline
from playground.ui.mmbench.lesson import lesson
from playground.ui.mmbench.questions import questions
from playground.ui.mmbench.style import STYLE

_ = translator(language())
head(
    _(N_("MMBench and CircularEval")),
    _(N_("How do you know that a model knows? Ask every question again, with its options in other places.")),
)
st.html(STYLE)
page = choose()
headline(page)
lazy_tabs(
    page,
    {
        "abilities": (N_("Abilities"), lambda: abilities(page)),
        "questions": (N_("Questions"), lambda: questions(page)),
        "bias": (N_("Position bias"), lambda: bias(page)),
        "extraction": (N_("Extraction"), lambda: disagreements(page)),
        "compare": (N_("Compare"), lambda: comparison(page)),
        "lesson": (N_("Why vanilla flatters"), lambda: lesson(page)),
        "downloads": (N_("Downloads"), lambda: downloads(page)),
    },
    "abilities",
)
if page.has_other_runs:
    st.rerun()  # at the end: widgets that are not reached lose their values
