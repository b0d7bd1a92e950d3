"""The lesson about generative adversarial networks."""

import streamlit as st

from playground.core.config import specs
from playground.core.i18n import N_
from playground.data.dataset import dataset_of
from playground.families.gan.config import PICTURES
from playground.families.gan.diagnosis import RULES
from playground.ui import code, lesson, outline
from playground.ui import truth as known
from playground.ui.failures import failure_lab
from playground.ui.gallery import theme
from playground.ui.lesson import Hint, Paper
from playground.ui.panels import panels
from playground.ui.pictures import sheet

OBJECTIVES = {
    "minimax": (
        r"\min_G \max_D\; \mathbb E_{x\sim p}\log D(x) + \mathbb E_{z}\log\bigl(1-D(G(z))\bigr)",
        N_(
            "The best discriminator is $D^*(x)=\\frac{p(x)}{p(x)+q(x)}$, where $q$ is the density of the samples. "
            "Against it the game is worth $2\\,\\mathrm{JS}(p,q)-\\log 4$, which is least exactly where $q=p$. "
            "But while $D$ wins clearly, the slope of $\\log(1-D)$ fades, and $G$ is told almost nothing."
        ),
    ),
    "non_saturating": (
        r"\begin{aligned}\max_D\;& \mathbb E_{x\sim p}\log D(x) + \mathbb E_{z}\log\bigl(1-D(G(z))\bigr)\\"
        r"\max_G\;& \mathbb E_{z}\log D(G(z))\end{aligned}",
        N_(
            "The same discriminator as in the original game; the generator maximises $\\log D$ instead of "
            "minimising $\\log(1-D)$. Both point the same way, but this one is steepest where the generator loses. "
            "In balance $D=\\frac12$ everywhere: its loss is $2\\log 2$, the generator's $\\log 2$."
        ),
    ),
    "least_squares": (
        r"\begin{aligned}\min_D\;& \tfrac12\mathbb E_{x\sim p}\bigl(D(x)-1\bigr)^2 + \tfrac12\mathbb E_{z}\,D(G(z))^2\\"
        r"\min_G\;& \tfrac12\mathbb E_{z}\bigl(D(G(z))-1\bigr)^2\end{aligned}",
        N_(
            "$D$ aims at 1 for real and 0 for generated samples, without a sigmoid. Samples far on the right side "
            "of the boundary are still pulled towards the data. In balance $D=\\frac12$: the losses are "
            "$\\frac14$ and $\\frac18$."
        ),
    ),
    "hinge": (
        r"\begin{aligned}\min_D\;& \mathbb E_{x\sim p}\max(0,1-D(x)) + \mathbb E_{z}\max(0,1+D(G(z)))\\"
        r"\min_G\;& -\mathbb E_{z}\,D(G(z))\end{aligned}",
        N_(
            "$D$ only cares until a sample is on its side by a margin of 1; the generator climbs $D$ itself. "
            "In balance the discriminator's loss is 2."
        ),
    ),
    "wgan": (
        r"\min_G \max_{\|f\|_L\le 1}\; \mathbb E_{x\sim p} f(x) - \mathbb E_{z} f(G(z))",
        N_(
            "The critic $f$ gives a score, not a verdict. Among all functions with slope at most 1, the best one "
            "measures the Wasserstein-1 distance between data and samples. Clipping the weights bounds the slope "
            "crudely: what is reached is the distance times an unknown factor."
        ),
    ),
    "wgan_gp": (
        r"\begin{aligned}\min_G \max_{f}\; &\mathbb E_{x\sim p} f(x) - \mathbb E_{z} f(G(z))\\"
        r"& - \lambda\,\mathbb E_{\hat x}\bigl(\|\nabla f(\hat x)\| - 1\bigr)^2\end{aligned}",
        N_(
            "The critic's slope is pulled to 1 at points $\\hat x$ drawn between real and generated samples, which "
            "keeps it near the functions that measure the Wasserstein-1 distance, without clipping."
        ),
    ),
}
R1 = (
    r"\mathcal L_D \;+\; \frac{\gamma}{2}\,\mathbb E_{x\sim p}\,\|\nabla D(x)\|^2",
    N_(
        "R1 flattens the discriminator at the data, so that near the end of the game the generator is no longer "
        "pushed around in circles."
    ),
)

HINTS = (
    Hint(
        N_("The background turns even."),
        N_(
            "At first the discriminator tells blue from orange by large areas. When it can't any more, the whole "
            "plane fades, and its loss sits at 2 log 2 (the thin line in the curve)."
        ),
        {"data": "ring"},
    ),
    Hint(
        N_("Modes come and go."),
        N_(
            "Without the penalty and without averaging, the samples chase the arrows from mode to mode. Watch "
            "“modes found” go up and down."
        ),
        {"data": "8gaussians", "r1": 0.0, "ema": 0.0},
    ),
    Hint(
        N_("A discriminator that is too good teaches nothing."),
        N_(
            "Five updates for one of the generator, in the original game: the verdicts go to 0 and 1, the arrows "
            "shrink, the samples stop."
        ),
        {"data": "8gaussians", "objective": "minimax", "r1": 0.0, "ema": 0.0, "d_steps": 5, "d_lr": 2e-3, "g_lr": 2e-4},
    ),
    Hint(
        N_("One dimension of noise makes a thread."),
        N_(
            "Switch on the generator's manifold: a line can be bent along the moons, but it must cross the gap "
            "between them somewhere."
        ),
        {"data": "moons", "noise_dim": 1, "noise": "uniform"},
    ),
    Hint(
        N_("Does it only remember?"),
        N_(
            "Small pictures: choose “Memorised?” in the diagram to see the nearest training picture beside each "
            "generated one, and walk through the noise to see the pictures between two of them."
        ),
        {"data": "digits", "noise_dim": 32, "batch": 64},
    ),
    Hint(
        N_("Half a step at a time."),
        N_(
            "Pause, then let only one player move: the discriminator repaints the background, the generator moves "
            "its samples along the arrows."
        ),
    ),
)

# What is found, and the preset that shows it. (A bare string would be drawn on the page by Streamlit.)
FAILURES = {
    "collapse": "mode_collapse",
    "vanishing": "strong_discriminator",
    "oscillation": "oscillation",
    "divergence": "divergence",
    "thin_noise": "thin_noise",
}

# The grid of sweeps that a visitor finds at first.
PROPOSED = {"data": ["ring", "8gaussians"], "objective": ["non_saturating", "least_squares", "wgan_gp"]}

PAPERS = (
    Paper(
        "Goodfellow et al. 2014",
        "Generative Adversarial Nets",
        "https://arxiv.org/abs/1406.2661",
        N_("The game, its optimum, and the non-saturating form."),
    ),
    Paper(
        "Radford, Metz, Chintala 2016",
        "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks",
        "https://arxiv.org/abs/1511.06434",
        N_("DCGAN: convolutional players, and walks through the noise."),
    ),
    Paper(
        "Meehan, Chaudhuri, Dasgupta 2020",
        "A Non-Parametric Test to Detect Data-Copying in Generative Models",
        "https://arxiv.org/abs/2004.05675",
        N_("Distances to the training data compared with those of held-out data."),
    ),
    Paper(
        "Mao et al. 2017",
        "Least Squares Generative Adversarial Networks",
        "https://arxiv.org/abs/1611.04076",
        N_("Least squares instead of log loss."),
    ),
    Paper(
        "Arjovsky, Chintala, Bottou 2017",
        "Wasserstein GAN",
        "https://arxiv.org/abs/1701.07875",
        N_("A distance instead of a verdict."),
    ),
    Paper(
        "Gulrajani et al. 2017",
        "Improved Training of Wasserstein GANs",
        "https://arxiv.org/abs/1704.00028",
        N_("The gradient penalty."),
    ),
    Paper(
        "Mescheder, Geiger, Nowozin 2018",
        "Which Training Methods for GANs do actually Converge?",
        "https://arxiv.org/abs/1801.04406",
        N_("Why games circle, and the R1 penalty."),
    ),
    Paper(
        "Miyato et al. 2018",
        "Spectral Normalization for Generative Adversarial Networks",
        "https://arxiv.org/abs/1802.05957",
        N_("Bounding every layer's stretch; with the hinge loss."),
    ),
    Paper(
        "Kahng et al. 2018",
        "GAN Lab: Understanding Complex Deep Generative Models using Interactive Visual Experimentation",
        "https://arxiv.org/abs/1809.01587",
        N_("The demo this page owes most to."),
    ),
)


def maths() -> None:
    config = page.config
    formula, words = OBJECTIVES[config.objective]
    st.caption(
        _(N_("The objective that is chosen now: {name}")).format(
            name=_(next(s for s in specs(type(config)) if s.name == "objective").options[config.objective])
        )
    )
    st.latex(formula)
    st.markdown(_(words))
    if config.r1 > 0:
        st.latex(R1[0])
        st.markdown(_(R1[1]))


def truth() -> None:
    """What is known of the data."""
    if page.config.data in PICTURES:  # a bare expression would be drawn on the page by Streamlit
        pictures()
    else:
        density()


def pictures() -> None:
    """Of pictures only examples are known, and which of them were kept from the training."""
    data = dataset_of(page.config)
    picture, words = st.columns([3, 2], gap="large", vertical_alignment="center")
    picture.image(sheet(theme()), width=480)
    with words:
        st.metric(_(N_("Pictures to learn from")), f"{len(data.images('train')):,}")
        st.markdown(
            _(
                N_(
                    "Digits written by hand, 8 × 8 pixels with 17 levels of grey each (Alpaydin and Kaynak 1998). "
                    "Nobody knows their density; there are only these pictures. 597 others were kept aside and are "
                    "never trained on."
                )
            )
        )
        st.markdown(
            _(
                N_(
                    "**Has it only memorised?** For each generated picture the nearest training picture is looked "
                    "for; the median of these distances is divided by the same of the pictures kept aside. **Near "
                    "1**: generated pictures are as new as real ones that were never seen. **Well below 1**: copies, "
                    "or only the most ordinary pictures. **Well above 1**: not digits of this kind yet. The band is "
                    "where pictures kept aside score themselves. The distance to the data cannot tell this: who "
                    "copies the training pictures reaches its floor."
                )
            )
        )


def density() -> None:
    known.truth(
        page,
        N_(
            "The density of these data is known exactly, so nothing here has to be guessed. A generator of a GAN "
            "has no density that could be read off; therefore its quality is measured with samples, and beside "
            "every score stands its floor: what two fresh samples of the data themselves score."
        ),
        N_(
            "These are your own data: what the training and every score take for the truth is a kernel estimate "
            "of your points, a Gaussian at each of them, whose width is the one that predicts each point best from "
            "all others. The density and entropy shown are those of the estimate. A generator that meets it "
            "perfectly has learned the estimate, not whatever your points came from."
        ),
    )


def source() -> None:
    code.show(page, "gan/networks.py" if page.config.data in PICTURES else "gan/model.py")


page = lesson.open_lesson(
    "gan",
    N_(
        "A **generator** turns noise into samples; a **discriminator** tells them from real ones. Each learns "
        "against the other, until there is nothing left to tell."
    ),
)
_ = page.translate
outline.ideas(page, HINTS, maths)
panels(page, "noise")
failure_lab(page, RULES, FAILURES)
outline.tabs(page, PAPERS, truth, PROPOSED, source)
