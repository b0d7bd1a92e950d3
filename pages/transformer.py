"""The lesson about models of sequences: attention, and what came before it."""

from posixpath import normpath

import streamlit as st

from playground.core.config import specs
from playground.core.i18n import N_
from playground.families.transformer.config import RECURRENT, parameter_counts
from playground.families.transformer.diagnosis import RULES
from playground.families.transformer.formulas import FORMULAS, switched_on
from playground.ui import code, lesson, lesson_layout
from playground.ui.cards import cards
from playground.ui.failures import failure_cards
from playground.ui.lesson import Paper
from playground.ui.token_info import token_info
from playground.ui.transformer_cards import CARDS, FAILURES, HINTS

# The grid of sweeps that a visitor finds at first: the race.
PROPOSED = {"model": ["transformer", *RECURRENT]}

PAPERS = (
    Paper(
        "Hochreiter, Schmidhuber 1997",
        "Long Short-Term Memory",
        "https://doi.org/10.1162/neco.1997.9.8.1735",
        N_("A cell that gradients pass without fading."),
    ),
    Paper(
        "Cho et al. 2014",
        "Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine Translation",
        "https://arxiv.org/abs/1406.1078",
        N_("The encoder-decoder, and the GRU."),
    ),
    Paper(
        "Bahdanau, Cho, Bengio 2015",
        "Neural Machine Translation by Jointly Learning to Align and Translate",
        "https://arxiv.org/abs/1409.0473",
        N_("Attention: a decoder that looks back at the whole source."),
    ),
    Paper(
        "Arjovsky, Shah, Bengio 2016",
        "Unitary Evolution Recurrent Neural Networks",
        "https://arxiv.org/abs/1511.06464",
        N_("The copy task in the form used here."),
    ),
    Paper(
        "Vaswani et al. 2017",
        "Attention Is All You Need",
        "https://arxiv.org/abs/1706.03762",
        N_("The Transformer: attention without recurrence."),
    ),
    Paper(
        "Xiong et al. 2020",
        "On Layer Normalization in the Transformer Architecture",
        "https://arxiv.org/abs/2002.04745",
        N_("Why post-norm needs a warm-up and pre-norm does not."),
    ),
    Paper(
        "Abnar, Zuidema 2020",
        "Quantifying Attention Flow in Transformers",
        "https://arxiv.org/abs/2005.00928",
        N_("Rollout: attention through all layers."),
    ),
    Paper(
        "Su et al. 2021",
        "RoFormer: Enhanced Transformer with Rotary Position Embedding",
        "https://arxiv.org/abs/2104.09864",
        N_("Rotary positions."),
    ),
    Paper(
        "Press, Smith, Lewis 2022",
        "Train Short, Test Long: Attention with Linear Biases Enables Input Length Extrapolation",
        "https://arxiv.org/abs/2108.12409",
        N_("ALiBi: scores that fall with the distance."),
    ),
    Paper(
        "Power et al. 2022",
        "Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets",
        "https://arxiv.org/abs/2201.02177",
        N_("Held-out answers become right long after training answers."),
    ),
)


def maths() -> None:
    """The formulas of what is switched on, and how large each model is with these settings."""
    for name in switched_on(page.config):
        formula = FORMULAS[name]
        st.latex(formula.latex)
        st.markdown(_(formula.text))
    title = _(N_("Number of parameters"))
    st.markdown(f"**{title}**")
    titles = next(spec for spec in specs(type(page.config)) if spec.name == "model").options
    rows = [
        f"| {titles[name]} | {number:,} | {width} |" for name, (number, width) in parameter_counts(page.config).items()
    ]
    model, count, wide = _(N_("Model")), _(N_("Parameters")), _(N_("Width"))
    head = f"| {model} | {count} | {wide} |\n|---|---:|---:|"
    st.markdown("\n".join([head, *rows]))


def source() -> None:
    name = FORMULAS[switched_on(page.config)[0]].file
    code.show_code(page, normpath(f"families/transformer/networks/{name}.py"))
    lesson.code(_, "families/transformer/model.py")


page = lesson.open_lesson(
    "transformer",
    N_("A Transformer looks back at every token; a recurrent network has one state. How far back can each reach?"),
)
_ = page.translate
lesson_layout.below_the_stage(
    page,
    hints=HINTS,
    ask=lambda: lesson_layout.panel_pills(page),
    change=(N_("One change at a time"), lambda: cards(page, N_("Each button makes one change."), CARDS)),
    maths=maths,
    papers=PAPERS,
    data=lambda: token_info(page),
    proposed=PROPOSED,
    source=source,
    failures=(N_("Failure lab"), lambda: failure_cards(page, RULES, FAILURES)),
)
