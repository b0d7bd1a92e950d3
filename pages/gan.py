"""The lesson about generative adversarial networks."""

import streamlit as st

from playground.core.config import specs
from playground.core.i18n import N_
from playground.data.dataset import dataset_of
from playground.families.gan.diagnosis import RULES
from playground.ui import code, lesson, lesson_layout
from playground.ui.density_info import density_info
from playground.ui.failures import failure_cards
from playground.ui.gallery import theme
from playground.ui.gan_cards import FAILURES, HINTS
from playground.ui.image_info import digit_sheet
from playground.ui.lesson import Paper

OBJECTIVES = {
    "minimax": (
        r"\min_G \max_D\; \mathbb E_{x\sim p}\log D(x) + \mathbb E_{z}\log\bigl(1-D(G(z))\bigr)",
        N_(
            "The optimal discriminator is $D^*(x)=\\frac{p(x)}{p(x)+q(x)}$, where $q$ is the density of the samples. "
            "Against it the value of the game is $2\\,\\mathrm{JS}(p,q)-\\log 4$, which is smallest exactly where "
            "$q=p$. But while $D$ wins clearly, the gradient of $\\log(1-D)$ vanishes, and $G$ learns almost nothing."
        ),
    ),
    "non_saturating": (
        r"\begin{aligned}\max_D\;& \mathbb E_{x\sim p}\log D(x) + \mathbb E_{z}\log\bigl(1-D(G(z))\bigr)\\"
        r"\max_G\;& \mathbb E_{z}\log D(G(z))\end{aligned}",
        N_(
            "The discriminator is the same as in the original game; the generator maximises $\\log D$ instead of "
            "minimising $\\log(1-D)$. Both gradients point in the same direction, but this one is steepest where the "
            "generator loses. At equilibrium $D=\\frac12$ everywhere: its loss is $2\\log 2$, the generator's "
            "$\\log 2$."
        ),
    ),
    "least_squares": (
        r"\begin{aligned}\min_D\;& \tfrac12\mathbb E_{x\sim p}\bigl(D(x)-1\bigr)^2 + \tfrac12\mathbb E_{z}\,D(G(z))^2\\"
        r"\min_G\;& \tfrac12\mathbb E_{z}\bigl(D(G(z))-1\bigr)^2\end{aligned}",
        N_(
            "$D$ is fitted to 1 for real and 0 for generated samples, without a sigmoid. Samples far on the correct "
            "side of the boundary are still pulled towards the data. At equilibrium $D=\\frac12$: the losses are "
            "$\\frac14$ and $\\frac18$."
        ),
    ),
    "hinge": (
        r"\begin{aligned}\min_D\;& \mathbb E_{x\sim p}\max(0,1-D(x)) + \mathbb E_{z}\max(0,1+D(G(z)))\\"
        r"\min_G\;& -\mathbb E_{z}\,D(G(z))\end{aligned}",
        N_(
            "$D$ ignores a sample that is on the correct side by a margin of 1; the generator maximises $D$ itself. At "
            "equilibrium the discriminator's loss is 2, for every constant $D=c$ from $-1$ to $1$. So the generator's "
            "loss, $-c$, has no level of its own."
        ),
    ),
    "wgan": (
        r"\min_G \max_{\|f\|_L\le 1}\; \mathbb E_{x\sim p} f(x) - \mathbb E_{z} f(G(z))",
        N_(
            "The critic $f$ gives a score, not a probability. Among all functions with slope at most 1, the best one "
            "measures the Wasserstein-1 distance between data and samples. Clipping the weights bounds the slope only "
            "roughly: the result is the distance times an unknown factor."
        ),
    ),
    "wgan_gp": (
        r"\begin{aligned}\min_G \max_{f}\; &\mathbb E_{x\sim p} f(x) - \mathbb E_{z} f(G(z))\\"
        r"& - \lambda\,\mathbb E_{\hat x}\bigl(\|\nabla f(\hat x)\| - 1\bigr)^2\end{aligned}",
        N_(
            "The penalty pulls the critic's gradient norm to 1 at points $\\hat x$ drawn between real and generated "
            "samples. This keeps the critic near the functions that measure the Wasserstein-1 distance, without "
            "clipping."
        ),
    ),
}
R1 = (
    r"\mathcal L_D \;+\; \frac{\gamma}{2}\,\mathbb E_{x\sim p}\,\|\nabla D(x)\|^2",
    N_(
        "R1 flattens the discriminator at the data. Near the equilibrium it then no longer drives the generator in "
        "circles."
    ),
)

# The grid of a visitor's first sweep.
PROPOSED = {"data": ["ring", "8gaussians"], "objective": ["non_saturating", "least_squares", "wgan_gp"]}

PAPERS = (
    Paper(
        "Goodfellow et al. 2014",
        "Generative Adversarial Nets",
        "https://arxiv.org/abs/1406.2661",
        N_("The game, its optimum, and the non-saturating loss."),
    ),
    Paper(
        "Radford, Metz, Chintala 2016",
        "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks",
        "https://arxiv.org/abs/1511.06434",
        N_("DCGAN: convolutional networks, and interpolation in noise space."),
    ),
    Paper(
        "Meehan, Chaudhuri, Dasgupta 2020",
        "A Non-Parametric Test to Detect Data-Copying in Generative Models",
        "https://arxiv.org/abs/2004.05675",
        N_("Distances to the training data, compared with those of held-out data."),
    ),
    Paper(
        "Mao et al. 2017",
        "Least Squares Generative Adversarial Networks",
        "https://arxiv.org/abs/1611.04076",
        N_("Least squares instead of the log loss."),
    ),
    Paper(
        "Arjovsky, Chintala, Bottou 2017",
        "Wasserstein GAN",
        "https://arxiv.org/abs/1701.07875",
        N_("A distance instead of a classifier."),
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
        N_("Why adversarial training rotates, and the R1 penalty."),
    ),
    Paper(
        "Miyato et al. 2018",
        "Spectral Normalization for Generative Adversarial Networks",
        "https://arxiv.org/abs/1802.05957",
        N_("A bound on the spectral norm of every layer; with the hinge loss."),
    ),
    Paper(
        "Kahng et al. 2018",
        "GAN Lab: Understanding Complex Deep Generative Models using Interactive Visual Experimentation",
        "https://arxiv.org/abs/1809.01587",
        N_("The demo that inspired this page most."),
    ),
)


def maths() -> None:
    config = page.config
    formula, words = OBJECTIVES[config.objective]
    st.caption(
        _(N_("Selected objective: {name}")).format(
            name=_(next(s for s in specs(type(config)) if s.name == "objective").options[config.objective])
        )
    )
    st.latex(formula)
    st.markdown(_(words))
    if config.r1 > 0:
        st.latex(R1[0])
        st.markdown(_(R1[1]))


def data_info() -> None:
    """What is known about the data."""
    if page.config.domain == "images":  # a bare expression would be drawn on the page by Streamlit
        images_info()
    else:
        plane_info()


def images_info() -> None:
    """Of images only examples are known, and which of them are held out."""
    data = dataset_of(page.config)
    picture, words = st.columns([3, 2], gap="large", vertical_alignment="center")
    picture.image(digit_sheet(theme()), width=480)
    with words:
        st.metric(_(N_("Training images")), f"{len(data.images('train')):,}")
        st.markdown(
            _(
                N_(
                    "Handwritten digits, 8 × 8 pixels with 17 levels of grey each (Alpaydin and Kaynak 1998). Their "
                    "density is unknown; there are only these images. {unseen} others are held out: the model is never "
                    "trained on them."
                )
            ).format(unseen=len(data.unseen()))
        )
        st.markdown(
            _(
                N_(
                    "**Has it only memorised?** The score is the median distance from a generated image to the nearest "
                    "training image, divided by the same median for held-out images. **Near 1**: generated images are "
                    "as new as real ones the model has not seen. **Well below 1**: copies, or only the most typical "
                    "images. **Well above 1**: not yet digits of this kind. The band shows the scores of held-out "
                    "images. The distance to the data cannot show this: a model that copies the training images "
                    "reaches its floor."
                )
            )
        )


def plane_info() -> None:
    density_info(
        page,
        N_(
            "The density of these data is known exactly. A GAN has no density that can be evaluated, so its quality is "
            "measured on samples. Beside every score stands its floor: the mean score of as many fresh samples of the "
            "data. Samples are compared with many more points of the data, or with its exact masses; two samples of "
            "equal size would be further apart, as both are random."
        ),
        N_(
            "These are your own data. Training and scores take a kernel density estimate of your points for the "
            "truth: a Gaussian at each point, with the width that best predicts each point from all others. The "
            "density and entropy shown are those of the estimate. A perfect generator has learned this estimate, not "
            "the source of your points."
        ),
    )


def source() -> None:
    code.show_code(page, "families/gan/networks.py" if page.config.domain == "images" else "families/gan/model.py")


page = lesson.open_lesson(
    "gan", N_("A generator maps noise to samples; a discriminator tells them from real ones; each trains the other.")
)
_ = page.translate
lesson_layout.below_the_stage(
    page,
    hints=HINTS,
    ask=lambda: lesson_layout.panel_pills(page),
    change=(N_("Failure lab"), lambda: failure_cards(page, RULES, FAILURES)),
    maths=maths,
    papers=PAPERS,
    data=data_info,
    proposed=PROPOSED,
    source=source,
)
