"""The lesson about variational autoencoders."""

import streamlit as st

from playground.core.i18n import N_
from playground.core.registry import family as find
from playground.families.vae.formulas import ELBO, IWAE, REPARAMETERISED, STRONG, decoder
from playground.ui import code, lesson, lesson_layout
from playground.ui.cards import cards
from playground.ui.density_info import density_info
from playground.ui.image_info import image_info
from playground.ui.lesson import Paper
from playground.ui.vae_cards import CARDS, HINTS

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


def laboratories() -> None:
    """Panels of the model, by what they are good for."""
    titles = {
        "latent": N_("Move a latent code"),
        "walk": N_("Interpolate between two digits"),
        "drawing": N_("Draw a picture"),
        "blur": N_("Why reconstructions blur"),
        "signals": N_("Two learning signals"),
        "gradients": N_("Two gradient estimators"),
    }
    offered = {panel.name for panel in find(page.family).panels(page.config)}
    lesson_layout.panel_pills(page, {name: title for name, title in titles.items() if name in offered})


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
    "vae", N_("An encoder maps data to codes, a decoder maps codes to data; both raise one bound on the likelihood.")
)
_ = page.translate
lesson_layout.below_the_stage(
    page,
    hints=HINTS,
    ask=laboratories,
    change=(
        N_("Posterior collapse"),
        lambda: cards(
            page,
            N_("Causes of posterior collapse, and remedies. Watch the curve of the KL; pin a run to compare two."),
            CARDS,
        ),
    ),
    maths=maths,
    papers=PAPERS,
    data=known,
    proposed=PROPOSED,
    source=source,
)
