"""The lesson about normalizing flows."""

import streamlit as st

from playground.core.config import specs
from playground.core.i18n import N_
from playground.families.normalizing_flow.formulas import FORMULAS
from playground.ui import code, lesson, lesson_layout
from playground.ui.cards import cards
from playground.ui.density_info import density_info
from playground.ui.flow_cards import CARDS, HINTS
from playground.ui.image_info import image_info
from playground.ui.lesson import Paper

CHANGE = r"\log p(x) = \log p(z_0) - \sum_{k=1}^{K}\log\left|\det \frac{\partial z_k}{\partial z_{k-1}}\right|"

# The grid of sweeps that is offered at first.
PROPOSED = {"data": ["moons", "rings", "checkerboard"], "flow": ["nice", "realnvp", "glow", "nsf"]}

PAPERS = (
    Paper(
        "Rezende, Mohamed 2015",
        "Variational Inference with Normalizing Flows",
        "https://arxiv.org/abs/1505.05770",
        N_("Planar and radial flows, and the name."),
    ),
    Paper(
        "Dinh, Krueger, Bengio 2014",
        "NICE: Non-linear Independent Components Estimation",
        "https://arxiv.org/abs/1410.8516",
        N_("Additive couplings: invertible with any network inside."),
    ),
    Paper(
        "Dinh, Sohl-Dickstein, Bengio 2016",
        "Density estimation using Real NVP",
        "https://arxiv.org/abs/1605.08803",
        N_("Affine couplings, alternating masks, the multi-scale architecture."),
    ),
    Paper(
        "Kingma et al. 2016",
        "Improved Variational Inference with Inverse Autoregressive Flow",
        "https://arxiv.org/abs/1606.04934",
        N_("Autoregressive in the noise: fast samples."),
    ),
    Paper(
        "Papamakarios, Pavlakou, Murray 2017",
        "Masked Autoregressive Flow for Density Estimation",
        "https://arxiv.org/abs/1705.07057",
        N_("Autoregressive in the data: fast densities."),
    ),
    Paper(
        "Kingma, Dhariwal 2018",
        "Glow: Generative Flow with Invertible 1x1 Convolutions",
        "https://arxiv.org/abs/1807.03039",
        N_("Actnorm and learned mixing."),
    ),
    Paper(
        "Grathwohl et al. 2019",
        "FFJORD: Free-form Continuous Dynamics for Scalable Reversible Generative Models",
        "https://arxiv.org/abs/1810.01367",
        N_("Flows along a differential equation."),
    ),
    Paper(
        "Durkan et al. 2019",
        "Neural Spline Flows",
        "https://arxiv.org/abs/1906.04032",
        N_("Couplings with rational-quadratic splines."),
    ),
    Paper(
        "Cornish et al. 2020",
        "Relaxing Bijectivity Constraints with Continuously Indexed Normalising Flows",
        "https://arxiv.org/abs/1909.13833",
        N_("Why a flow cannot tear, and what it costs."),
    ),
    Paper(
        "Papamakarios et al. 2021",
        "Normalizing Flows for Probabilistic Modeling and Inference",
        "https://arxiv.org/abs/1912.02762",
        N_("The survey."),
    ),
)


def maths() -> None:
    st.latex(CHANGE)
    st.markdown(
        _(
            N_(
                "The density of a sample is the density of its noise, divided by the factor by which the layers "
                "stretch space there. This is exact, so the model is trained by maximum likelihood, and its loss "
                "can be compared with the optimum: the entropy of the data."
            )
        )
    )
    formula = FORMULAS[page.config.flow]
    titles = next(s for s in specs(type(page.config)) if s.name == "flow").options
    st.caption(_(N_("One layer of the chosen flow: {name}")).format(name=_(titles[page.config.flow])))
    st.latex(formula.latex)
    st.markdown(_(formula.text))


def plane_data() -> None:
    density_info(
        page,
        N_(
            "The density of these data is known exactly, so the flow's density can be compared with it "
            "everywhere, and its negative log likelihood with the entropy: no model can be lower on average, and the "
            "difference is the Kullback–Leibler divergence between the data and the model."
        ),
        N_(
            "These are your own data. Training and scores use a kernel estimate of your points as the truth: "
            "a Gaussian at each point, with the width that best predicts each point from all others. The "
            "density and entropy shown are those of the estimate; a flow that reaches this entropy has "
            "learned the estimate, not the unknown distribution of your points."
        ),
    )


def image_data() -> None:
    image_info(page)


def source() -> None:
    code.show_code(page, f"families/normalizing_flow/maps/{FORMULAS[page.config.flow].file}.py")
    lesson.code(_, "families/normalizing_flow/model.py")


page = lesson.open_lesson(
    "normalizing_flow", N_("Invertible layers map noise to data and back; their volume change gives the exact density.")
)
_ = page.translate
lesson_layout.below_the_stage(
    page,
    hints=HINTS,
    ask=lambda: lesson_layout.panel_pills(page),
    change=(N_("Limits"), lambda: cards(page, N_("What flows cannot do, or only at a cost."), CARDS)),
    maths=maths,
    papers=PAPERS,
    data={"plane": plane_data, "images": image_data}[page.config.domain],
    proposed=PROPOSED,
    source=source,
)
