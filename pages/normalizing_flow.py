"""The lesson about normalizing flows."""

import streamlit as st

from playground.core.config import specs
from playground.core.i18n import N_
from playground.families.normalizing_flow.config import ON_DIGITS
from playground.ui import code, lesson, outline, pictures
from playground.ui.cards import Card, cards
from playground.ui.lesson import Hint, Paper
from playground.ui.panels import panels
from playground.ui.truth import truth

CHANGE = r"\log p(x) = \log p(z_0) - \sum_{k=1}^{K}\log\left|\det \frac{\partial z_k}{\partial z_{k-1}}\right|"

FLOWS = {
    "planar": (
        r"\begin{aligned} z_{k-1} &= z_k + u\,\tanh(w^\top z_k + b)\\ \log\left|\det J^{-1}\right| &= "
        r"\log\left|1 + u^\top w\,\bigl(1-\tanh^2(w^\top z_k+b)\bigr)\right|\end{aligned}",
        N_(
            "Each layer stretches or squeezes along one direction $u$, depending on how far a point lies across the "
            "line $w^\\top z + b = 0$. It has no inverse in closed form; training needs only this direction, and "
            "sampling solves one equation in one unknown for each layer. $w^\\top u \\ge -1$ keeps it invertible."
        ),
    ),
    "radial": (
        r"\begin{aligned} z_{k-1} &= z_k + \frac{\beta}{\alpha + r}\,(z_k - c),\quad r = |z_k - c|\\ "
        r"\log\left|\det J^{-1}\right| &= \log\!\left(1+\tfrac{\beta}{\alpha+r}\right) "
        r"+ \log\!\left(1+\tfrac{\alpha\beta}{(\alpha+r)^2}\right)\end{aligned}",
        N_(
            "Each layer pushes space away from a centre $c$ or pulls it towards it, less and less with the distance. "
            "Rays from the centre stay rays, so the way back is the root of a quadratic equation."
        ),
    ),
    "nice": (
        r"\begin{aligned} z_{k,a} &= z_{k-1,a}\\ z_{k,b} &= z_{k-1,b} - t(z_{k-1,a})\\ \log|\det J| &= 0\end{aligned}",
        N_(
            "One coordinate stays, and a network of it says how far the other is pushed: a shear. However complicated "
            "the network, the inverse only pushes back, and no volume changes. Only the diagonal scaling at the end "
            "of the chain does: $\\log|\\det J| = -\\sum_i s_i$."
        ),
    ),
    "realnvp": (
        r"\begin{aligned} z_{k,a} &= z_{k-1,a}\\ z_{k,b} &= \bigl(z_{k-1,b} - t(z_{k-1,a})\bigr)\odot "
        r"e^{-s(z_{k-1,a})}\\ \log|\det J| &= -\textstyle\sum_i s(z_{k-1,a})_i\end{aligned}",
        N_(
            "As in NICE one coordinate stays, but the other is pushed **and stretched** by what networks of the first "
            "say. The Jacobian is triangular, so its determinant is the product of its diagonal: no matrix is ever "
            "inverted."
        ),
    ),
    "glow": (
        r"\begin{aligned} \text{actnorm: } & y = e^{s}\odot x + b, && \textstyle\sum_i s_i\\ "
        r"\text{1×1 convolution: } & y = W x,\; W = PL(U+\mathrm{diag}\,s) && \textstyle\sum_i\log|s_i|\\ "
        r"\text{coupling: } & y_b = e^{s(x_a)}\odot x_b + t(x_a) && \textstyle\sum_i s(x_a)_i\end{aligned}",
        N_(
            "Three maps in each layer, written here from data to noise with their log-determinants. The matrix $W$ "
            "mixes the coordinates in a way that is learned, where RealNVP only lets them take turns; its LU form "
            "makes the determinant a sum. On the plane a 1×1 convolution is a matrix of two by two."
        ),
    ),
    "maf": (
        r"z_{k-1,i} = z_{k,i}\,e^{s_i(z_{k,<i})} + t_i(z_{k,<i}),\qquad \log\left|\det J^{-1}\right| = "
        r"\textstyle\sum_i s_i",
        N_(
            "Every coordinate is shifted and scaled by what the coordinates before it say; one masked network (MADE) "
            "gives all of it in one pass, so densities are quick. Samples need one pass for each coordinate."
        ),
    ),
    "iaf": (
        r"z_{k,i} = z_{k-1,i}\,e^{s_i(z_{k-1,<i})} + t_i(z_{k-1,<i}),\qquad \log|\det J| = \textstyle\sum_i s_i",
        N_(
            "The same as MAF the other way round: what comes before is the noise, not the data. Samples take one pass, "
            "densities of given data one for each coordinate."
        ),
    ),
    "nsf": (
        r"z_{k-1,b} = R_{\theta(z_{k,a})}(z_{k,b}),\qquad \log\left|\det J^{-1}\right| = "
        r"\textstyle\sum_i\log R'_{\theta}(z_{k,b,i})",
        N_(
            "A coupling whose other coordinate is bent by a rising spline $R$: pieces of rational-quadratic curves, "
            "whose heights, widths and slopes the network gives. Within one layer it can be steep in some places and "
            "flat in others, where an affine coupling has one factor; outside the tail bound it changes nothing."
        ),
    ),
    "ffjord": (
        r"\frac{dz}{dt} = v(z, t),\qquad \log p(x) = \log p(z_0) - \int_0^1 \operatorname{tr}"
        r"\frac{\partial v}{\partial z}\,dt",
        N_(
            "Layers so thin that they become a motion: points drift along a velocity field, and the density thins out "
            "where the field diverges. Nothing about the field must be invertible; that comes from solving the "
            "equation. The trace is exact here; FFJORD estimates it, for many dimensions. Only the background of the "
            "trajectory is solved with half as many steps, to be drawn sooner: off by less than two percent of its "
            "full colour."
        ),
    ),
}

# The file that holds the map of each flow.
MAPS = {
    "planar": "planar",
    "radial": "radial",
    "nice": "coupling",
    "realnvp": "coupling",
    "glow": "linear",
    "maf": "autoregressive",
    "iaf": "autoregressive",
    "nsf": "spline",
    "ffjord": "continuous",
}

HINTS = (
    Hint(
        N_("Handwritten digits."),
        N_(
            "A masked autoregressive flow learns small pictures in seconds: watch grey noise become digits along the "
            "trajectory. The curve of pictures it has not learnt from turns up again after a while; the best weights "
            "are kept."
        ),
        {"data": "digits", "flow": "maf", **ON_DIGITS["maf"]},
    ),
    Hint(
        N_("Travel through the layers."),
        N_(
            "Play the trajectory under the stage: noise is folded into data, data are unfolded into noise, by the same "
            "layers. Switch on the warped grid: it bends, but never tears or overlaps."
        ),
        {},
    ),
    Hint(
        N_("The books always balance."),
        N_(
            "Along the trajectory log p(z₀) stays, the sum of log|det J| moves, and their difference is the density so "
            "far, exactly. Where the layers squeeze, the density rises."
        ),
    ),
    Hint(
        N_("A line that nobody crosses."),
        N_(
            "The negative log likelihood falls towards the entropy of the data (the thin line). What is left is the "
            "gap: the distance of the model from the truth, in nats."
        ),
    ),
    Hint(
        N_("Sharp edges need splines."),
        N_(
            "A checkerboard has straight edges and corners. Eight affine couplings blur them; four spline couplings "
            "leave a third of their gap."
        ),
        {"data": "checkerboard", "flow": "nsf", "layers": 4},
    ),
    Hint(
        N_("A flow without layers."),
        N_("A continuous flow carries the noise along a velocity field. Its trajectory is time itself."),
        {"data": "8gaussians", "flow": "ffjord", "lr": 3e-3},
    ),
)

# Figures in the cards: seed 0, what a card does not name at its default, nll_gap and astray of `evaluate()` after
# `python -m playground train normalizing_flow --steps 2500`; the fall of the noise: .2, .1, .05, .02, 0 for
# 1000, 500, 500, 500, 1000 steps, seeds 0 and 1.
CARDS = (
    Card(
        "bridge",
        N_("It cannot tear: the thin bridge"),
        N_(
            "Noise is one piece, the moons are two. Look at the background between them: a thread of density stays, "
            "thinner with more layers. The curve of samples astray counts it: of the data themselves 1 percent."
        ),
        (
            (N_("2 layers"), {"data": "moons", "layers": 2}),
            (N_("4 layers"), {"data": "moons", "layers": 4}),
            (N_("8 layers"), {"data": "moons", "layers": 8}),
            (N_("16 layers"), {"data": "moons", "layers": 16}),
        ),
        N_(
            "Every layer is continuous and so is its inverse, so the image of one piece is one piece: topology cannot "
            "be learned away (Cornish et al. 2020). The flow can only make the bridge thin, which needs a steep map, "
            "and a deeper chain can be steeper. Measured after 2,500 steps: 23, 4.9, 1.2 and 1.5 percent of the "
            "samples are astray with 2, 4, 8 and 16 layers."
        ),
    ),
    Card(
        "volume",
        N_("NICE keeps every volume"),
        N_(
            "The same data, the same number of layers. In NICE without scaling the background has the same strengths "
            "as the noise, only elsewhere: it cannot be any denser than noise ever is. RealNVP can."
        ),
        (
            (N_("NICE without scaling"), {"data": "moons", "flow": "nice", "scaling": False}),
            (N_("with scaling"), {"data": "moons", "flow": "nice"}),
            ("RealNVP", {"data": "moons", "flow": "realnvp"}),
        ),
        N_(
            "With $\\log|\\det J| = 0$ the density travels with the points unchanged: $p(x) = p(z_0) \\le "
            "\\frac{1}{2\\pi} \\approx 0.16$, but the moons reach 0.25. The diagonal scaling raises that bound by one "
            "factor for the whole plane; an affine coupling stretches each place differently. Measured gaps after "
            "2,500 steps: 0.36, 0.12 and 0.04 nats."
        ),
    ),
    Card(
        "masks",
        N_("Masks must take turns"),
        N_(
            "Without turns all layers move the same coordinate. The other one keeps the bell of the noise for ever, "
            "whatever the data: watch the dots stay on their lines along the trajectory."
        ),
        ((N_("No turns"), {"data": "moons", "alternate": False}), (N_("Turns"), {"data": "moons"})),
        N_(
            "A chain of couplings with one mask is one coupling: $x_a = z_a$ throughout. The marginal density of "
            "$x_a$ stays Gaussian; only with turns does every coordinate learn from the other. Measured gaps after "
            "2,500 steps: 0.60 nats without turns, 0.04 with."
        ),
    ),
    Card(
        "mixing",
        N_("What a 1×1 convolution is worth"),
        N_(
            "Glow with four layers on slanted arms: with a learned mixing, with a fixed quarter turn, with none. "
            "Compare the gap after as many steps (pin a run to see two at once)."
        ),
        (
            (N_("learned"), {"data": "pinwheel", "flow": "glow", "layers": 4}),
            (N_("fixed"), {"data": "pinwheel", "flow": "glow", "layers": 4, "permutation": "fixed"}),
            (N_("none"), {"data": "pinwheel", "flow": "glow", "layers": 4, "permutation": "none"}),
        ),
        N_(
            "A coupling moves points along one axis only, so something must let the axes take turns. On the plane "
            "there are but two, and a fixed quarter turn does it as well as a learned matrix: measured gaps after "
            "2,500 steps are 0.23 nats learned, 0.20 fixed, 1.10 with none. Glow's gain comes with many channels, "
            "where an exchange reaches few of the ways to mix them."
        ),
    ),
    Card(
        "remedies",
        N_("Remedies: splines, or noise"),
        N_(
            "Narrow modes are islands, and every bridge between them costs likelihood. Splines are steep enough to "
            "make bridges all but vanish. Or begin with noise on the data, which makes islands wide, and turn it down "
            "slowly while the flow learns."
        ),
        (
            (N_("affine"), {"data": "8gaussians", "layers": 4}),
            (N_("splines"), {"data": "8gaussians", "flow": "nsf", "layers": 4}),
            (N_("narrow"), {"data": "8narrow"}),
            (N_("narrow, with noise"), {"data": "8narrow", "noise": 0.2}),
        ),
        N_(
            "A rational-quadratic spline may be nearly flat at the bridge and steep beside it, within one layer: "
            "measured after 2,500 steps with four layers, the gap is 0.31 nats affine, 0.01 with splines. With noise "
            "another density is learned, the blurred one, and the gap counts the blur, too, until the noise is 0 "
            "again: turned down from 0.2 to 0 over 3,500 steps, it led to gaps of 1.05 and 0.97 nats (two seeds) on "
            "the narrow modes, where 1.40 and 1.36 are reached without."
        ),
    ),
)

# The grid of sweeps that a visitor finds at first.
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
        N_("Affine couplings, masks that take turns, the multi-scale architecture."),
    ),
    Paper(
        "Kingma et al. 2016",
        "Improved Variational Inference with Inverse Autoregressive Flow",
        "https://arxiv.org/abs/1606.04934",
        N_("Autoregressive in the noise: quick samples."),
    ),
    Paper(
        "Papamakarios, Pavlakou, Murray 2017",
        "Masked Autoregressive Flow for Density Estimation",
        "https://arxiv.org/abs/1705.07057",
        N_("Autoregressive in the data: quick densities."),
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
        N_("Couplings bent by rational-quadratic splines."),
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
                "The density of a sample is that of the noise it came from, thinned out by as much as the layers "
                "stretched the space around it. This is exact, so the model can be trained by the likelihood of "
                "the data itself, and its loss can be compared with what is best possible: their entropy."
            )
        )
    )
    formula, words = FLOWS[page.config.flow]
    titles = next(s for s in specs(type(page.config)) if s.name == "flow").options
    st.caption(_(N_("A layer of the flow that is chosen now: {name}")).format(name=_(titles[page.config.flow])))
    st.latex(formula)
    st.markdown(_(words))


@st.fragment
def laboratories() -> None:
    """What an exact density is good for: only the open tab asks the model."""
    st.subheader(_(N_("What it is good for")), anchor=False)
    offered = {
        "density": N_("Density estimation"),
        "generation": N_("Generation"),
        "inpainting": N_("Inpainting"),
        "stretching": N_("Layer by layer"),
    }
    if page.config.data == "digits":
        offered = {
            "generation": N_("Generation"),
            "interpolation": N_("From one digit to another"),
            "attribute": N_("A direction with a meaning"),
            "inpainting": N_("Inpainting"),
        }
    tabs = st.tabs(
        [_(title) for title in offered.values()],
        on_change="rerun",
        key=f"{page.family} uses {' '.join(offered)} {page.lang}",
    )
    for tab, name in zip(tabs, offered, strict=True):
        with tab:
            if tab.open:
                panels(page, name)


def known() -> None:
    if page.config.data == "digits":
        pictures.data(page)
        return
    truth(
        page,
        N_(
            "The density of these data is known exactly, so the flow's own density can be compared with it "
            "everywhere, and its negative log likelihood with the entropy: no model whatever can get below that, "
            "and the difference is the Kullback-Leibler divergence from the data to the model."
        ),
        N_(
            "These are your own data: what the training and every score take for the truth is a kernel estimate of "
            "your points, a Gaussian at each of them, whose width is the one that predicts each point best from all "
            "others. Density and entropy shown are those of the estimate; a flow that reaches that entropy has "
            "learned the estimate, not whatever your points came from."
        ),
    )


def source() -> None:
    code.show(page, f"families/normalizing_flow/maps/{MAPS[page.config.flow]}.py")
    lesson.code(_, "families/normalizing_flow/model.py")


page = lesson.open_lesson(
    "normalizing_flow",
    N_(
        "A chain of **invertible layers** carries noise into data and data back into noise. As every layer accounts "
        "for how it stretches space, the density of the data is known exactly."
    ),
)
_ = page.translate
outline.ideas(page, HINTS, maths)
laboratories()
cards(
    page,
    N_("Why it cannot"),
    N_(
        "What flows cannot do, or not for free: each button starts a run that shows it, with the other settings at "
        "their defaults."
    ),
    CARDS,
)
outline.tabs(page, PAPERS, known, PROPOSED, source)
