"""The lesson about variational autoencoders."""

import streamlit as st

from playground.core.i18n import N_
from playground.families.vae.config import VaeConfig
from playground.ui import code, lesson, lesson_layout
from playground.ui.cards import Card, cards
from playground.ui.density_info import density_info
from playground.ui.image_info import image_info
from playground.ui.lesson import Hint, Paper
from playground.ui.panels import panels

ELBO = (
    r"\log p(x) \;\ge\; \underbrace{\mathbb E_{q(z\mid x)}\log p(x\mid z)}_{-\text{reconstruction}} \;-\; "
    r"\underbrace{\mathrm{KL}\bigl(q(z\mid x)\,\|\,\mathcal N(0,I)\bigr)}_{\text{KL}}"
)
REPARAMETERISED = (
    r"z = \mu(x) + \sigma(x)\odot\varepsilon,\quad \varepsilon\sim\mathcal N(0,I),\qquad \mathrm{KL} = "
    r"\tfrac12\textstyle\sum_j\bigl(\mu_j^2+\sigma_j^2-1-\log\sigma_j^2\bigr)"
)
IWAE = (
    r"\log p(x) \;\ge\; \mathbb E\,\log\frac1K\sum_{k=1}^{K}\frac{p(x\mid z_k)\,p(z_k)}{q(z_k\mid x)} \;\ge\; "
    r"\mathrm{ELBO}"
)

LAWS = {
    "gaussian": (
        r"p(x\mid z) = \textstyle\prod_i \mathcal N\bigl(x_i;\, \mu_i(z),\, s^2\bigr)",
        N_(
            "The reconstruction is the squared error over $2 s^2$, and what it costs to have said how large the errors "
            "are. The spread $s$ is learnt: it is the price of a unit of error in nats of code."
        ),
    ),
    "logistic": (
        r"p(x_i = \tfrac{k}{16}\mid z) = \sigma\!\Bigl(\tfrac{(k+1/2)/16-\mu_i}{s}\Bigr)-"
        r"\sigma\!\Bigl(\tfrac{(k-1/2)/16-\mu_i}{s}\Bigr)",
        N_(
            "A logistic bell cut at the borders between the 17 levels of grey; what lies beyond the ends belongs to "
            "black and white. These are chances that sum to 1, so nats of pictures can be counted as they are."
        ),
    ),
    "bernoulli": (
        r"p(x\mid z) = \textstyle\prod_i p_i(z)^{x_i}\bigl(1-p_i(z)\bigr)^{1-x_i}",
        N_(
            "The decoder gives the chance of ink for every pixel; given the code the pixels are independent. What "
            "belongs together must be in the code."
        ),
    ),
}
STRONG = (
    r"p(x\mid z) = \textstyle\prod_i p(x_i\mid x_{<i},\, z)",
    N_(
        "A strong decoder also sees the pixels before: then dependence between pixels can be explained without "
        "the code, and no code is cheaper than any."
    ),
)

DIGITS = {"data": "digits", **VaeConfig.data_defaults["digits"]}
HINTS = (
    Hint(
        N_("A map of digits."),
        N_(
            "Codes of two numbers: watch ten heaps of colour part. Choose the decoder in the diagram to see which "
            "picture every place of the map is; then move through it by hand."
        ),
        DIGITS,
    ),
    Hint(
        N_("Travel through the code."),
        N_(
            "Play the trajectory under the stage: data go to their codes, where they should fill the Gaussian ring, "
            "and come back. The outlines are not points: whatever is in one of them must decode to nearly the same."
        ),
        {},
    ),
    Hint(
        N_("Two costs, one sum."),
        N_(
            "The reconstruction falls while the KL rises: the model buys code. Their sum ends above the entropy of the "
            "data; the exact −log p(x) lies between, and what parts it from the bound is how wrong the encoder's "
            "outlines are."
        ),
    ),
    Hint(
        N_("One number is a thread."),
        N_("A code of one number lays a line along the data; all that lies across it is noise to the decoder."),
        {"latent": 1},
    ),
    Hint(
        N_("It is PCA, if it is linear."),
        N_(
            "Without hidden layers the optimum is known in closed form, probabilistic PCA, and the bound is then "
            "exact: no gap is left between it and log p(x)."
        ),
        {**DIGITS, "likelihood": "gaussian", "noise": "one", "depth": 0, "latent": 8, "lr": 1e-2},
    ),
    Hint(
        N_("Sharper with more room."),
        N_("Eight numbers of code instead of two: sharper reconstructions, a bound that is better by nats."),
        {**DIGITS, "latent": 8},
    ),
)

STRONG_DIGITS = {**DIGITS, "strong": True, "latent": 8}

# The grid of sweeps that a visitor finds at first.
PROPOSED = {"data": ["moons", "8gaussians", "checkerboard"], "beta": [0.25, 1.0, 4.0]}

PAPERS = (
    Paper(
        "Kingma, Welling 2014",
        "Auto-Encoding Variational Bayes",
        "https://arxiv.org/abs/1312.6114",
        N_("The bound, the reparameterisation, the autoencoder."),
    ),
    Paper(
        "Rezende, Mohamed, Wierstra 2014",
        "Stochastic Backpropagation and Approximate Inference in Deep Generative Models",
        "https://arxiv.org/abs/1401.4082",
        N_("The same, at the same time."),
    ),
    Paper(
        "Tipping, Bishop 1999",
        "Probabilistic Principal Component Analysis",
        "https://doi.org/10.1111/1467-9868.00196",
        N_("The linear case in closed form."),
    ),
    Paper(
        "Burda, Grosse, Salakhutdinov 2016",
        "Importance Weighted Autoencoders",
        "https://arxiv.org/abs/1509.00519",
        N_("A tighter bound with several codes; active dimensions."),
    ),
    Paper(
        "Bowman et al. 2016",
        "Generating Sentences from a Continuous Space",
        "https://arxiv.org/abs/1511.06349",
        N_("Posterior collapse with a strong decoder, and annealing."),
    ),
    Paper(
        "Kingma et al. 2016",
        "Improved Variational Inference with Inverse Autoregressive Flow",
        "https://arxiv.org/abs/1606.04934",
        N_("Free bits."),
    ),
    Paper(
        "Higgins et al. 2017",
        "beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework",
        "https://openreview.net/forum?id=Sy2fzU9gl",
        N_("The weight of the KL as a knob."),
    ),
    Paper(
        "Salimans et al. 2017",
        "PixelCNN++: Improving the PixelCNN with Discretized Logistic Mixture Likelihood",
        "https://arxiv.org/abs/1701.05517",
        N_("Logistic distributions cut into levels."),
    ),
    Paper(
        "Lucas et al. 2019",
        "Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse",
        "https://arxiv.org/abs/1911.02469",
        N_("Collapse where the decoder's spread is larger than the data's."),
    ),
)

# Figures in the cards: seed 0, what a card does not name at its default, `evaluate(thorough=True)` after 2,500 steps.
CARDS = (
    Card(
        "beta",
        N_("The code costs too much: β"),
        N_(
            "β = 1 is the bound. A quarter of it, and the code says more than the bound allows; twice as much, and it "
            "falls silent: all outlines are the prior, and every reconstruction is the same point."
        ),
        (("β = 0.25", {"beta": 0.25}), ("β = 1", {"beta": 1.0}), ("β = 2", {"beta": 2.0})),
        N_(
            "With a learnt spread, halving the error along one direction saves $\\log 2$ nats of reconstruction and "
            "takes $\\log 2$ nats of code. So at $\\beta > 1$ finer codes never pay. Measured after 2,500 steps: KL "
            "7.4, 2.8 and 0.0 nats."
        ),
    ),
    Card(
        "spread",
        N_("The decoder is too tolerant"),
        N_(
            "The decoder's spread is set by hand. Once it is as large as the data's own, nothing is worth telling it, "
            "although β is 1: collapse without any fault of the bound."
        ),
        (
            ("s = 0.1", {"noise": "fixed", "sigma": 0.1}),
            ("s = 0.5", {"noise": "fixed", "sigma": 0.5}),
            ("s = 2", {"noise": "fixed", "sigma": 2.0}),
        ),
        N_(
            "In the linear case this is a theorem: a direction of the code is used exactly where the variance of the "
            "data along it is larger than the decoder's $s^2$ (Lucas et al. 2019). Measured KL after 2,500 steps: 4.1, "
            "1.4 and 0.0 nats. A learnt spread shrinks by itself."
        ),
    ),
    Card(
        "strong",
        N_("The decoder is too strong"),
        N_("Eight numbers of code for digits, and a decoder that also sees the pixels before. Compare the KL."),
        ((N_("plain decoder"), {**DIGITS, "latent": 8}), (N_("strong decoder"), STRONG_DIGITS)),
        N_(
            "What pixels say of one another need not be in the code, and what is not in the code costs nothing. "
            "Measured after 2,500 steps: the KL falls from 6.3 to 2.9 nats, while −ELBO of test pictures gets better, "
            "from 18.6 to 17.8: a good model of pictures, a poor one of codes."
        ),
    ),
    Card(
        "annealing",
        N_("Remedy: annealing"),
        N_(
            "A decoder that also says how far data scatter. Does it learn to do so before it learns to listen? Watch "
            "the dimensions in use, without annealing and with it."
        ),
        (
            (N_("without"), {"noise": "own", "activation": "silu", "lr": 1e-3}),
            (N_("over 1,500 steps"), {"noise": "own", "activation": "silu", "lr": 1e-3, "anneal": 1500}),
        ),
        N_(
            "At first a decoder cannot use a code, so each dimension only costs, and some are given up before they "
            "were any good. If codes are free at the beginning and get their price slowly, both find a use: measured "
            "after 2,500 steps, one dimension in use without, two with (two seeds of two). Annealing does not change "
            "what is best in the end; it helps to get there."
        ),
    ),
    Card(
        "free",
        N_("Remedy: free nats, or a smaller β"),
        N_(
            "The strong decoder again. Half a nat for each dimension costs nothing, so it may as well be used; or "
            "every nat costs less than it should."
        ),
        (
            (N_("strong decoder"), STRONG_DIGITS),
            (N_("free nats"), {**STRONG_DIGITS, "free_bits": 0.5}),
            ("β = 0.3", {**STRONG_DIGITS, "beta": 0.3}),
        ),
        N_(
            "Both change the objective: the code is in use, and the bound pays for it. Measured after 2,500 steps: KL "
            "2.9, 4.5 and 13.0 nats; −ELBO of test pictures 17.8, 17.9 and 20.6."
        ),
    ),
    Card(
        "room",
        N_("How much room?"),
        N_(
            "Digits with codes of 1, 2, 8 and 16 numbers. Reconstructions get sharper; is the bound better, too? The "
            "KL of each dimension says which are in use."
        ),
        (
            ("1", {**DIGITS, "latent": 1}),
            ("2", DIGITS),
            ("8", {**DIGITS, "latent": 8}),
            ("16", {**DIGITS, "latent": 16}),
        ),
        N_(
            "Measured after 2,500 steps: −ELBO of test pictures 22.9, 21.0, 18.6 and 18.5 nats. From eight on more "
            "room hardly pays; what a dimension tells is worth what it costs, or it is left idle."
        ),
    ),
    Card(
        "iwae",
        N_("More codes in the bound"),
        N_(
            "K = 1, 5 or 20 codes for each piece of data. The bound gets tighter, so a model with complicated "
            "posteriors is punished less for the encoder's simple outlines."
        ),
        (("K = 1", {}), ("K = 5", {"samples": 5}), ("K = 20", {"samples": 20})),
        N_(
            "The encoder may then be wrong about most codes as long as one of them is right. Measured after 2,500 "
            "steps: the exact −log p(x) is 0.09, 0.015 and 0.007 nats above the entropy; the plain ELBO of the same "
            "models gets worse."
        ),
    ),
)


def maths() -> None:
    config = page.config
    st.latex(ELBO)
    st.markdown(
        _(
            N_(
                "How likely data are is a sum over all codes that could have made them, too many to try. The "
                "encoder $q$ names those worth trying; whatever it is, the right side is never larger than the "
                "left. What is missing is $\\mathrm{KL}(q(z\\mid x)\\,\\|\\,p(z\\mid x))$: how wrong the encoder "
                "is. One bound trains both."
            )
        )
    )
    st.latex(REPARAMETERISED)
    st.markdown(_(N_("A drawn code has no gradient, but mean and width that it was made of have.")))
    formula, words = LAWS[config.decoder_likelihood]
    st.latex(formula)
    st.markdown(_(words))
    if config.autoregressive:
        st.latex(STRONG[0])
        st.markdown(_(STRONG[1]))
    if config.samples > 1:
        st.latex(IWAE)
        st.markdown(
            _(
                N_(
                    "Several codes at once, each weighted by how well it explains the data: a tighter bound, and "
                    "the one that is trained now."
                )
            )
        )


@st.fragment
def laboratories() -> None:
    """What can be asked of the model: only the open tab asks it."""
    st.subheader(_(N_("Inside the code")), anchor=False)
    offered = {
        "latent": N_("Drag a code"),
        "blur": N_("Why reconstructions blur"),
        "signals": N_("Two learning signals"),
    }
    if page.config.domain == "images":
        offered = {
            "latent": N_("Drag a code"),
            "walk": N_("Walk between two digits"),
            "drawing": N_("Draw a picture"),
            "blur": N_("Why reconstructions blur"),
            "signals": N_("Two learning signals"),
        }
    tabs = st.tabs(
        [_(title) for title in offered.values()],
        on_change="rerun",
        key=f"{page.family} labs {' '.join(offered)} {page.lang}",
    )
    for tab, name in zip(tabs, offered, strict=True):
        with tab:
            if tab.open:
                panels(page, name)


def known() -> None:
    if page.config.domain == "images":
        image_info(page)
        return
    density_info(
        page,
        N_(
            "The density of these data is known exactly. An autoencoder's own density is a sum over codes; with "
            "one or two numbers of code that sum is worked out here on a fine grid, so that the bound, the "
            "exact value and the entropy of the data can be compared: −ELBO ≥ −log p(x) ≥ entropy, on average."
        ),
        N_(
            "These are your own data: what the training and every score take for the truth is a kernel estimate of "
            "your points, a Gaussian at each of them, whose width is the one that predicts each point best from all "
            "others. Density and entropy shown are those of the estimate."
        ),
    )


def source() -> None:
    code.show_code(page, "families/vae/model.py")
    lesson.code(_, "families/vae/likelihoods.py")


page = lesson.open_lesson(
    "vae",
    N_(
        "An **encoder** guesses which code could have made the data; a **decoder** makes data of codes. Both learn by "
        "one bound on the likelihood, and codes drawn from a Gaussian then become new data."
    ),
)
_ = page.translate
lesson_layout.hints_and_maths(page, HINTS, maths)
laboratories()
cards(
    page,
    N_("When the code falls silent"),
    N_(
        "Posterior collapse, its causes and its remedies, one change at a time: each button changes what it says; the "
        "other settings go to their defaults. Watch the curve of the KL; pin a run to see two at once."
    ),
    CARDS,
)
lesson_layout.tabs(page, PAPERS, known, PROPOSED, source)
