"""The lesson about variational autoencoders."""

import streamlit as st

from playground.core.i18n import N_
from playground.families.vae.formulas import DECODERS, ELBO, IWAE, REPARAMETERISED, STRONG
from playground.ui import code, lesson, lesson_layout
from playground.ui.cards import cards
from playground.ui.density_info import density_info
from playground.ui.image_info import image_info
from playground.ui.lesson import Hint, Paper
from playground.ui.panels import panels
from playground.ui.vae_cards import CARDS, DIGITS

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
    formula, words = DECODERS[config.decoder_likelihood]
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
