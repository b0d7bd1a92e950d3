"""The lesson about variational autoencoders."""

import streamlit as st

from playground.core.i18n import N_
from playground.families.vae.formulas import ELBO, IWAE, REPARAMETERISED, STRONG, decoder
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
            "Two latent dimensions: watch the ten digits separate into clusters. Choose the decoder in the diagram to "
            "see the picture that it generates at each point of the latent plane; then move through the plane by "
            "hand."
        ),
        DIGITS,
    ),
    Hint(
        N_("From data to codes and back."),
        N_(
            "Play the trajectory under the stage: each data point moves to its latent code and back to its "
            "reconstruction. The codes should fill the standard normal prior (the ring). Each outline is a posterior: "
            "all codes inside it must decode to nearly the same point."
        ),
        {},
    ),
    Hint(
        N_("Two terms, one sum."),
        N_(
            "During training the reconstruction error falls while the KL rises: codes carry more information. Their "
            "sum, −ELBO, stays above the exact −log p(x), which stays above the entropy of the data. The gap between "
            "−ELBO and −log p(x) is the mean KL from the encoder's posterior to the true posterior."
        ),
    ),
    Hint(
        N_("One latent dimension is a curve."),
        N_(
            "With one latent dimension the decoder maps a line to a curve along the data. Variation across the curve "
            "is modelled as noise."
        ),
        {"latent": 1},
    ),
    Hint(
        N_("A linear VAE is PCA."),
        N_(
            "Without hidden layers the optimum is known in closed form: probabilistic PCA. The bound is then tight: "
            "at the optimum the ELBO equals log p(x)."
        ),
        {**DIGITS, "likelihood": "gaussian", "noise": "one", "depth": 0, "latent": 8, "lr": 1e-2},
    ),
    Hint(
        N_("More latent dimensions, sharper pictures."),
        N_(
            "Eight latent dimensions instead of two: reconstructions are sharper, and the bound improves by "
            "{figure:vae.room.2_8} nats (test pictures, after 2,500 steps)."
        ),
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
        N_("The same method, published at the same time."),
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
        N_("The weight of the KL as a hyperparameter."),
    ),
    Paper(
        "Salimans et al. 2017",
        "PixelCNN++: Improving the PixelCNN with Discretized Logistic Mixture Likelihood",
        "https://arxiv.org/abs/1701.05517",
        N_("Logistic distributions discretised to grey levels."),
    ),
    Paper(
        "Lucas et al. 2019",
        "Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse",
        "https://arxiv.org/abs/1911.02469",
        N_("Collapse where the decoder's variance exceeds that of the data."),
    ),
)


def maths() -> None:
    config = page.config
    st.latex(ELBO)
    st.markdown(
        _(
            N_(
                "The likelihood $p(x)$ is an integral over all latent codes, and cannot be computed exactly in many "
                "dimensions. The encoder $q(z\\mid x)$ approximates the posterior: it proposes codes that are likely "
                "to have generated $x$. For any encoder the right side is at most the left side. The gap is "
                "$\\mathrm{KL}(q(z\\mid x)\\,\\|\\,p(z\\mid x))$, the error of the approximate posterior. Maximising "
                "the bound trains encoder and decoder together."
            )
        )
    )
    st.latex(REPARAMETERISED)
    st.markdown(
        _(
            N_(
                "Sampling has no gradient. Written in this way, the sample depends on the mean and the standard "
                "deviation, and gradients pass through both. Another estimator, the score function, needs no such form "
                "but has a larger variance: the panel “Two gradient estimators” measures both."
            )
        )
    )
    formula, words = decoder(config)
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
                    "This objective draws several codes for each data point and weights each by how well it explains "
                    "the data. The bound is tighter; the current settings train it."
                )
            )
        )


@st.fragment
def laboratories() -> None:
    """Panels of the model in tabs; only the open one asks the model."""
    st.subheader(_(N_("Explore the latent space")), anchor=False)
    offered = {
        "latent": N_("Move a latent code"),
        "blur": N_("Why reconstructions blur"),
        "signals": N_("Two learning signals"),
        "gradients": N_("Two gradient estimators"),
    }
    if page.config.domain == "images":
        offered = {
            "latent": N_("Move a latent code"),
            "walk": N_("Interpolate between two digits"),
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
            "The density of these data is known exactly. The density of a VAE is an integral over latent codes. With "
            "one or two latent dimensions the playground computes it on a fine grid. So the bound, the exact value and "
            "the entropy of the data can be compared: −ELBO ≥ −log p(x) ≥ entropy, on average. A batch is only a few "
            "points, so its −ELBO may be below the entropy."
        ),
        N_(
            "These are your own data. Training and scores use a kernel density estimate of your points as the truth: "
            "a Gaussian at each point, with the width that best predicts each point from all others. The density and "
            "the entropy shown are those of the estimate."
        ),
    )


def source() -> None:
    code.show_code(page, "families/vae/model.py")
    lesson.code(_, "families/vae/likelihoods.py")


page = lesson.open_lesson(
    "vae",
    N_(
        "An **encoder** maps each data point to a distribution over latent codes; a **decoder** maps a code to a "
        "distribution over data. Both are trained with one lower bound on the likelihood. To generate, draw a code "
        "from a Gaussian prior and decode it."
    ),
)
_ = page.translate
lesson_layout.hints_and_maths(page, HINTS, maths)
laboratories()
cards(
    page,
    N_("Posterior collapse"),
    N_(
        "The causes of posterior collapse and its remedies, one change at a time. Each button changes the settings "
        "that it names and resets all others to their defaults. Watch the curve of the KL; pin a run to compare two "
        "runs."
    ),
    CARDS,
)
lesson_layout.tabs(page, PAPERS, known, PROPOSED, source)
