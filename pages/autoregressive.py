"""The lesson about autoregressive models."""

import streamlit as st

from playground.core.config import specs
from playground.core.i18n import N_, fill
from playground.data.dataset import dataset_of
from playground.families.autoregressive.formulas import FORMULAS
from playground.families.autoregressive.orders import ORDERS
from playground.ui import code, lesson, lesson_layout
from playground.ui.autoregressive_cards import CARDS, HINTS
from playground.ui.cards import cards
from playground.ui.density_info import density_info
from playground.ui.image_info import image_info
from playground.ui.lesson import Paper

CHAIN = r"p(x) = \prod_{i=1}^{n} p(x_i \mid x_1, \dots, x_{i-1})"

# The grid of sweeps that a visitor finds at first.
PROPOSED = {"order": list(ORDERS), "model": ["fvsbn", "made"]}

PAPERS = (
    Paper(
        "Neal 1992",
        "Connectionist learning of belief networks",
        "https://doi.org/10.1016/0004-3702(92)90065-6",
        N_("Networks of logistic conditionals."),
    ),
    Paper(
        "Larochelle, Murray 2011",
        "The Neural Autoregressive Distribution Estimator",
        "https://proceedings.mlr.press/v15/larochelle11a.html",
        N_("NADE: hidden units that share their weights."),
    ),
    Paper(
        "Uria, Murray, Larochelle 2014",
        "A Deep and Tractable Density Estimator",
        "https://arxiv.org/abs/1310.1757",
        N_("All orders with one network, and their mean."),
    ),
    Paper(
        "Germain, Gregor, Murray, Larochelle 2015",
        "MADE: Masked Autoencoder for Distribution Estimation",
        "https://arxiv.org/abs/1502.03509",
        N_("Masks instead of loops."),
    ),
    Paper(
        "van den Oord, Kalchbrenner, Kavukcuoglu 2016",
        "Pixel Recurrent Neural Networks",
        "https://arxiv.org/abs/1601.06759",
        N_("PixelRNN and PixelCNN."),
    ),
    Paper(
        "Vaswani et al. 2017", "Attention Is All You Need", "https://arxiv.org/abs/1706.03762", N_("The Transformer.")
    ),
    Paper(
        "Song, Meng, Liao, Ermon 2021",
        "Accelerating Feedforward Computation via Parallel Nonlinear Equation Solving",
        "https://arxiv.org/abs/2002.03629",
        N_("Samples in fewer passes than there are bits."),
    ),
)


def model() -> str:
    return "plane" if page.config.domain == "plane" else page.config.model


def maths() -> None:
    st.latex(CHAIN)
    st.markdown(
        _(
            N_(
                "Any distribution is such a product, in any order; nothing is lost. A network computes each factor, "
                "and depends only on what came before. All factors are exact, so the model is trained by the "
                "likelihood itself, and its loss can be compared with that of any other model."
            )
        )
    )
    formula = FORMULAS[model()]
    titles = next(s for s in specs(type(page.config)) if s.name == "model").options
    name = titles.get(model(), N_("cells of the plane"))
    st.caption(fill(_(N_("Current model: {name}")), name=_(name)))
    st.latex(formula.latex)
    st.markdown(_(formula.text))


def plane_info() -> None:
    density_info(
        page,
        N_(
            "The density of these data is known exactly. So the model's density can be compared with it in every cell, "
            "and its negative log likelihood with the entropy: on average no model can be lower. The loss of a batch "
            "is a mean over a few points and may be."
        ),
        N_(
            "These are your own data. Training and scores use a kernel estimate of your points as the truth: a "
            "Gaussian at each point, with the width that best predicts each point from all others. The density and "
            "entropy shown are those of the estimate."
        ),
    )


def bits_info() -> None:
    data = dataset_of(page.config)
    if data.grey is not None:
        image_info(page)
    st.markdown(fill(_(data.description), **data.figures))
    st.metric(_(N_("Independent bits, on test data")), fill(_(N_("{value} nats")), value=f"{data.independent():.2f}"))


def source() -> None:
    code.show_code(page, f"families/autoregressive/networks/{FORMULAS[model()].file}.py")
    lesson.code(_, "families/autoregressive/model.py")


page = lesson.open_lesson(
    "autoregressive", N_("Each number is drawn given all those before it; the product of these probabilities is exact.")
)
_ = page.translate
lesson_layout.below_the_stage(
    page,
    hints=HINTS,
    ask=lambda: lesson_layout.panel_pills(page),
    change=(N_("One change at a time"), lambda: cards(page, N_("Each button makes one change."), CARDS)),
    maths=maths,
    papers=PAPERS,
    data={"plane": plane_info, "bits": bits_info}[page.config.domain],
    proposed=PROPOSED,
    source=source,
)
