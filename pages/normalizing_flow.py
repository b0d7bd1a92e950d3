"""The lesson about normalizing flows."""

import streamlit as st

from playground.core.config import specs
from playground.core.i18n import N_
from playground.families.normalizing_flow.config import IMAGE_SETTINGS
from playground.families.normalizing_flow.formulas import FORMULAS
from playground.ui import code, lesson, lesson_layout
from playground.ui.cards import Card, cards
from playground.ui.density_info import density_info
from playground.ui.image_info import image_info
from playground.ui.lesson import Hint, Paper
from playground.ui.panels import panel_tabs

CHANGE = r"\log p(x) = \log p(z_0) - \sum_{k=1}^{K}\log\left|\det \frac{\partial z_k}{\partial z_{k-1}}\right|"

HINTS = (
    Hint(
        N_("Handwritten digits."),
        N_(
            "A masked autoregressive flow learns small images in seconds: watch grey noise become digits "
            "along the trajectory. After a while the validation curve rises again, which shows overfitting; "
            "the best weights are kept."
        ),
        {"data": "digits", "flow": "maf", **IMAGE_SETTINGS["maf"]},
    ),
    Hint(
        N_("Through the layers."),
        N_(
            "Play the trajectory under the stage: the same layers fold noise into data and unfold data into "
            "noise. Switch on the warped grid: it bends, but never tears or overlaps."
        ),
        {},
    ),
    Hint(
        N_("Change of variables, step by step."),
        N_(
            "Along the trajectory log p(z₀) stays the same and the sum of log|det J| changes; their "
            "difference is the exact log density so far. Where the layers squeeze space, the density rises."
        ),
    ),
    Hint(
        N_("The entropy is the lower bound."),
        N_(
            "The negative log likelihood falls towards the entropy of the data (the thin line). The "
            "remaining gap is the Kullback–Leibler divergence between the data and the model, in nats."
        ),
    ),
    Hint(
        N_("Sharp edges need splines."),
        N_(
            "A checkerboard has straight edges and corners. Eight affine couplings blur them; four spline "
            "couplings have a third of their gap."
        ),
        {"data": "checkerboard", "flow": "nsf", "layers": 4},
    ),
    Hint(
        N_("A flow without layers."),
        N_("A continuous flow moves the noise along a velocity field. Its trajectory is a path in time."),
        {"data": "8gaussians", "flow": "ffjord", "lr": 3e-3},
    ),
)

# Figures in the cards: seed 0, other settings at their defaults, nll_gap and outside_hdr of `evaluate()` after
# `python -m playground train normalizing_flow --steps 2500`; the schedule of the noise: .2, .1, .05, .02, 0 for
# 1000, 500, 500, 500, 1000 steps, seeds 0 and 1.
CARDS = (
    Card(
        "bridge",
        N_("A flow cannot tear: the thin bridge"),
        N_(
            "The noise is one connected piece, the moons are two. In the background between them a bridge of "
            "density remains, thinner with more layers. The curve of samples outside the highest-density "
            "region measures it; of the data themselves 1 percent lies outside."
        ),
        (
            (N_("2 layers"), {"data": "moons", "layers": 2}),
            (N_("4 layers"), {"data": "moons", "layers": 4}),
            (N_("8 layers"), {"data": "moons", "layers": 8}),
            (N_("16 layers"), {"data": "moons", "layers": 16}),
        ),
        N_(
            "Every layer and its inverse are continuous, so a connected set stays connected: training cannot "
            "change the topology (Cornish et al. 2020). The flow can only make the bridge thin, which needs "
            "a steep map, and a deeper chain can be steeper. Measured after 2,500 steps: 23, 4.9, 1.2 and "
            "1.5 percent of the samples lie outside the region with 2, 4, 8 and 16 layers."
        ),
    ),
    Card(
        "volume",
        N_("NICE preserves volume"),
        N_(
            "The same data and number of layers. In NICE without scaling the density takes the values of the "
            "noise density, only in other places: it can never exceed the maximum of the noise density. In "
            "RealNVP it can."
        ),
        (
            (N_("NICE without scaling"), {"data": "moons", "flow": "nice", "scaling": False}),
            (N_("with scaling"), {"data": "moons", "flow": "nice"}),
            ("RealNVP", {"data": "moons", "flow": "realnvp"}),
        ),
        N_(
            "With $\\log|\\det J| = 0$ each point keeps its density: $p(x) = p(z_0) \\le \\frac{1}{2\\pi} "
            "\\approx 0.16$, but the moons reach 0.25. The diagonal scaling raises this bound by one factor "
            "for the whole plane; an affine coupling stretches each place differently. Measured gaps after "
            "2,500 steps: 0.36, 0.12 and 0.04 nats."
        ),
    ),
    Card(
        "masks",
        N_("Masks must alternate"),
        N_(
            "Without alternation all layers transform the same coordinate. The other one stays Gaussian, "
            "whatever the data: watch the dots stay on their lines along the trajectory."
        ),
        ((N_("No alternation"), {"data": "moons", "alternate": False}), (N_("Alternating"), {"data": "moons"})),
        N_(
            "A chain of couplings with one mask is one coupling: $x_a = z_a$ throughout. The marginal "
            "density of $x_a$ stays Gaussian; only alternation lets each coordinate depend on the other. "
            "Measured gaps after 2,500 steps: 0.60 nats without alternation, 0.04 with."
        ),
    ),
    Card(
        "mixing",
        N_("The effect of a 1×1 convolution"),
        N_(
            "Glow with four layers on slanted arms: with learned mixing, with a fixed rotation by 90 "
            "degrees, and with none. Compare the gaps after equal numbers of steps (pin a run to see two at "
            "once)."
        ),
        (
            (N_("learned"), {"data": "pinwheel", "flow": "glow", "layers": 4}),
            (N_("fixed"), {"data": "pinwheel", "flow": "glow", "layers": 4, "permutation": "fixed"}),
            (N_("none"), {"data": "pinwheel", "flow": "glow", "layers": 4, "permutation": "none"}),
        ),
        N_(
            "A coupling moves points along one axis only, so the axes must be mixed between couplings. On "
            "the plane there are only two, and a fixed rotation by 90 degrees works as well as a learned "
            "matrix: measured gaps after 2,500 steps are 0.23 nats learned, 0.20 fixed, 1.10 with none. "
            "Learned mixing helps with many channels, of which a fixed exchange allows few combinations."
        ),
    ),
    Card(
        "remedies",
        N_("Remedies: splines, or noise"),
        N_(
            "Between narrow modes every bridge costs likelihood. Splines are steep enough to make the "
            "bridges almost vanish. Or add noise to the data, which widens the modes, and reduce it slowly "
            "during training."
        ),
        (
            (N_("affine"), {"data": "8gaussians", "layers": 4}),
            (N_("splines"), {"data": "8gaussians", "flow": "nsf", "layers": 4}),
            (N_("narrow"), {"data": "8narrow"}),
            (N_("narrow, with noise"), {"data": "8narrow", "noise": 0.2}),
        ),
        N_(
            "A rational-quadratic spline can be nearly flat at the bridge and steep beside it, within one "
            "layer: measured after 2,500 steps with four layers, the gap is 0.31 nats with affine couplings "
            "and 0.01 with splines. With noise the flow learns the blurred density, and the gap includes the "
            "blur until the noise is 0 again: reduced from 0.2 to 0 over 3,500 steps, it led to gaps of 1.05 "
            "and 0.97 nats (two seeds) on the narrow modes, compared with 1.40 and 1.36 without noise."
        ),
    ),
)

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
            "everywhere, and its negative log likelihood with the entropy: no model can be lower, and the "
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
    "normalizing_flow",
    N_(
        "A chain of **invertible layers** maps noise to data and data back to noise. The volume change of each layer "
        "is known, so the model's density is known exactly."
    ),
)
_ = page.translate
lesson_layout.hints_and_maths(page, HINTS, maths)
panel_tabs(page, N_("Applications"))
cards(
    page,
    N_("Limits"),
    N_(
        "What flows cannot do, or only at a cost: each button starts a run that shows it, with the other "
        "settings at their defaults."
    ),
    CARDS,
)
lesson_layout.tabs(page, PAPERS, {"plane": plane_data, "images": image_data}[page.config.domain], PROPOSED, source)
