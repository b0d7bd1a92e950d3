"""The lesson about diffusion models and rectified flow."""

import streamlit as st

from playground.core.i18n import N_
from playground.core.registry import family as find
from playground.data.dataset import dataset_of
from playground.families.diffusion.catalogue import CATALOGUE
from playground.families.diffusion.gaussian_components import gaussian_components
from playground.families.diffusion.maths import (
    COUPLED,
    GUIDANCE,
    HEAT_EQUATION,
    PATH,
    PROCESSES,
    REFLOW,
    loss_weight,
    objective_formula,
    sampler_formula,
)
from playground.families.diffusion.presets import PRESETS
from playground.ui import code, diffusion_images, diffusion_plane, lesson, lesson_layout
from playground.ui.actions import action
from playground.ui.cards import cards
from playground.ui.density_info import density_info
from playground.ui.image_info import image_info
from playground.ui.lesson import Paper
from playground.ui.pipelines import pipelines

DOMAINS = {"plane": diffusion_plane, "images": diffusion_images}
SOURCES = {"plane": "processes.py", "images": "images/unet.py"}  # the family's file that is shown below the sampler

PROPOSED = {"objective": ["epsilon", "x0", "v", "velocity"], "process": ["ddpm", "linear"]}

PAPERS = (
    Paper(
        "Sohl-Dickstein et al. 2015",
        "Deep Unsupervised Learning using Nonequilibrium Thermodynamics",
        "https://arxiv.org/abs/1503.03585",
        N_("The idea: add noise slowly, and learn the reverse."),
    ),
    Paper(
        "Ho, Jain, Abbeel 2020",
        "Denoising Diffusion Probabilistic Models",
        "https://arxiv.org/abs/2006.11239",
        N_("DDPM: predict the noise."),
    ),
    Paper(
        "Song, Meng, Ermon 2021",
        "Denoising Diffusion Implicit Models",
        "https://arxiv.org/abs/2010.02502",
        N_("DDIM: the same network, sampling without fresh noise, far fewer steps."),
    ),
    Paper(
        "Song et al. 2021",
        "Score-Based Generative Modeling through Stochastic Differential Equations",
        "https://arxiv.org/abs/2011.13456",
        N_("VP, VE, sub-VP; the reverse SDE and the probability flow."),
    ),
    Paper(
        "Nichol, Dhariwal 2021",
        "Improved Denoising Diffusion Probabilistic Models",
        "https://arxiv.org/abs/2102.09672",
        N_("The cosine schedule."),
    ),
    Paper(
        "Salimans, Ho 2022",
        "Progressive Distillation for Fast Sampling of Diffusion Models",
        "https://arxiv.org/abs/2202.00512",
        N_("Prediction of v."),
    ),
    Paper(
        "Karras et al. 2022",
        "Elucidating the Design Space of Diffusion-Based Generative Models",
        "https://arxiv.org/abs/2206.00364",
        N_("Heun's method in σ, and the spacing with ρ = 7."),
    ),
    Paper("Lu et al. 2022", "DPM-Solver++", "https://arxiv.org/abs/2211.01095", N_("A solver made for this equation.")),
    Paper(
        "Liu, Gong, Liu 2023",
        "Flow Straight and Fast: Learning to Generate and Transfer Data with Rectified Flow",
        "https://arxiv.org/abs/2209.03003",
        N_("Straight lines, and reflow, which straightens paths."),
    ),
    Paper(
        "Lipman et al. 2023",
        "Flow Matching for Generative Modeling",
        "https://arxiv.org/abs/2210.02747",
        N_("Velocities learned without simulation."),
    ),
    Paper(
        "Tong et al. 2024",
        "Improving and Generalizing Flow-Based Generative Models with Minibatch Optimal Transport",
        "https://arxiv.org/abs/2302.00482",
        N_("Pairs by optimal transport in each batch."),
    ),
    Paper(
        "Ho, Salimans 2022",
        "Classifier-Free Diffusion Guidance",
        "https://arxiv.org/abs/2207.12598",
        N_("One network with the class and without, and their difference exaggerated."),
    ),
    Paper(
        "Heusel et al. 2017",
        "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium",
        "https://arxiv.org/abs/1706.08500",
        N_(
            "The FID: a Frechet distance of features of the Inception network. Here the features are those of a small "
            "classifier of digits."
        ),
    ),
)


def maths() -> None:
    st.latex(PATH)
    st.markdown(
        _(
            N_(
                "All processes here mix data with Gaussian noise; they differ in how much of each there is at each "
                "time. The network learns to undo the mixture, and the sampler uses it to go back from noise to data."
            )
        )
    )
    config = page.config
    objective, weight = objective_formula(config), loss_weight(config)
    for title, (formula, words) in (
        (N_("The process"), PROCESSES[config.process]),
        *([(N_("Reflow"), REFLOW)] if config.reflows else []),
        (N_("The objective"), objective),
        *([(N_("The weight of each noise level"), weight)] if weight else []),
        (N_("The sampler"), sampler_formula(config)),
        *([(N_("Guidance"), GUIDANCE)] if config.classes else []),
    ):
        st.caption(_(title))
        st.latex(formula)
        st.markdown(_(words))
        if words == objective[1] and not config.independent:
            st.markdown(_(COUPLED))


def derivation() -> None:
    """From the velocity of points to the heat equation."""
    with st.expander(_(N_("From moving points to the heat equation"))):
        half = (len(HEAT_EQUATION) + 1) // 2
        for place, part in zip(st.columns(2), (HEAT_EQUATION[:half], HEAT_EQUATION[half:]), strict=True):
            for formula, words in part:
                place.markdown(_(words))
                place.latex(formula)


def reflow_presets() -> None:
    """How to start a flow with reflow."""
    if page.config.reflows:
        return
    if page.config.process != "linear":
        st.markdown(
            _(
                N_(
                    "This panel is for rectified flow, whose lines from noise to data are straight. Its paths bend where "
                    "these lines cross, until it is trained on pairs that it generated itself."
                )
            )
        )
    with st.container(horizontal=True):
        for name in ("distilled", "reflow"):
            action(page, _(PRESETS[name].title), f"diffusion straighten {name}", PRESETS[name].settings)


def laboratories() -> None:
    """The panels; on the plane the way to rectified flow is shown with any process."""
    titles = {panel.name: panel.title for panel in find(page.family).panels(page.config)}
    if page.config.domain == "plane":
        titles = {"samplers": titles["samplers"], "rectified": N_("Rectified flow"), **titles}
    lesson_layout.panel_pills(page, titles, {"heat": derivation, "rectified": reflow_presets})


def known() -> None:
    if page.config.domain == "images":
        image_info(page)
        return
    exact = gaussian_components(dataset_of(page.config)) is not None
    density_info(
        page,
        N_(
            "The density of these data is known, and so is the optimal denoiser: for any noisy point, the mean of all "
            "data that could have become it. So the loss has a known floor, and every sampler can also run with the "
            "optimal denoiser instead of a network."
        )
        if exact
        else N_(
            "The density of these data is known. Their optimal denoiser has no closed form: that of Gaussians on a grid "
            "stands for it, so the floor of the loss is a little too high (on the checkerboard by at most "
            "{figure:diffusion.grid_floor} percent at a noise level shown), and samples of the optimal denoiser are "
            "blurred by the width of a cell."
        ),
        N_(
            "These are your own data. Training and scores use a kernel density estimate of your points as the truth. "
            "The optimal denoiser and the density at every time are those of the estimate."
        ),
    )


def source() -> None:
    folder = "families/diffusion"
    code.show_code(page, f"{folder}/{CATALOGUE[page.config.sampler].file}")
    lesson.code(_, f"{folder}/{SOURCES[page.config.domain]}")


page = lesson.open_lesson(
    "diffusion", N_("A network learns to remove noise from data; a sampler uses it to turn pure noise into new data.")
)
_ = page.translate
texts = DOMAINS[page.config.domain]
lesson_layout.below_the_stage(
    page,
    hints=texts.HINTS,
    ask=laboratories,
    change=(
        N_("One change at a time"),
        lambda: cards(
            page, N_("Sampling settings change at once, without new training. Pin a run to compare two."), texts.CARDS
        ),
    ),
    maths=maths,
    papers=PAPERS,
    data=known,
    proposed=PROPOSED,
    source=source,
    pipelines=(N_("Pretrained models (Hugging Face)"), lambda: pipelines(page)),
)
