"""The lesson about diffusion models and rectified flow."""

import streamlit as st

from playground.core.i18n import N_
from playground.families.diffusion.catalogue import CATALOGUE
from playground.families.diffusion.config import PRESETS
from playground.families.diffusion.derivation import HEAT
from playground.ui import code, diffusion_digits, lesson, lesson_layout
from playground.ui.cards import Card, cards
from playground.ui.controls import reset
from playground.ui.density_info import density_info
from playground.ui.image_info import image_info
from playground.ui.lesson import Hint, Paper
from playground.ui.panels import panels
from playground.ui.pipelines import pipelines

PATH = r"x_t = a(t)\,x_0 + s(t)\,\varepsilon,\qquad \varepsilon\sim\mathcal N(0, I)"

PROCESSES = {
    "ddpm": (
        r"q(x_k \mid x_{k-1}) = \mathcal N\!\bigl(\sqrt{1-\beta_k}\,x_{k-1},\; \beta_k I\bigr),\qquad "
        r"a^2 = \bar\alpha_k = \prod_{i\le k}(1-\beta_i),\quad s^2 = 1-\bar\alpha_k",
        N_(
            "Each of the $T$ steps shrinks the point a little and adds a little noise. All steps up to any $k$ can be "
            "done at once, which is how training draws its noisy data: time is $t = k/T$."
        ),
    ),
    "vp": (
        r"dx = -\tfrac12\beta(t)\,x\,dt + \sqrt{\beta(t)}\,dw,\qquad a^2 = e^{-\int_0^t\beta},\quad s^2 = 1-a^2",
        N_(
            "DDPM's chain with infinitely many, infinitely small steps: a stochastic differential equation that keeps "
            "the variance."
        ),
    ),
    "subvp": (
        r"dx = -\tfrac12\beta\,x\,dt + \sqrt{\beta\,\bigl(1-e^{-2\int_0^t\beta}\bigr)}\,dw,\qquad s = 1-a^2",
        N_("The same drift with less noise: its variance is never above that of the VP SDE."),
    ),
    "ve": (
        r"dx = g(t)\,dw,\qquad a = 1,\quad \partial_t p_t = \tfrac12 g^2\,\Delta p_t",
        N_(
            "Only noise is added. This is the heat equation: $p_t$ is the data's density, blurred. The cloud grows "
            "fifty times as wide, so the picture zooms out as time goes on."
        ),
    ),
    "linear": (
        r"x_t = (1-t)\,x_0 + t\,\varepsilon,\qquad u = \varepsilon - x_0",
        N_(
            "Data and noise are joined by straight lines, and the network learns the mean velocity of all lines "
            "through a place. Where lines cross, the mean turns: the paths that come out never cross."
        ),
    ),
    "trigonometric": (
        r"x_t = \cos\!\bigl(\tfrac\pi2 t\bigr)\,x_0 + \sin\!\bigl(\tfrac\pi2 t\bigr)\,\varepsilon",
        N_("Along arcs instead of lines: data and noise of unit variance keep it on the whole way."),
    ),
}

REFLOW = (
    r"\begin{aligned}\hat x_0 &= \varepsilon - \int_0^1 u_{\theta_k}(x_t, t)\,dt\\ \theta_{k+1} &= \arg\min_\theta\;"
    r"\mathbb E\,\bigl|u_\theta\bigl((1-t)\,\hat x_0 + t\,\varepsilon,\, t\bigr) - (\varepsilon - \hat x_0)\bigr|^2\\ "
    r"S &= \int_0^1 \mathbb E\,\bigl|(\varepsilon - \hat x_0) - u(x_t, t)\bigr|^2 dt\end{aligned}",
    N_(
        "Each round learns from lines between noise and what the flow before made of it. Its paths never cross, so "
        "these lines hardly do, and the paths of the new flow are nearly the lines. $S$ says how far a velocity is "
        "from that of its whole path; where it is 0, one step of Euler's method is exact. Distillation learns that "
        "step alone, at $t = 1$."
    ),
)

OBJECTIVES = {
    "epsilon": (
        r"\mathcal L = \mathbb E\,\bigl|\varepsilon_\theta(x_t, t) - \varepsilon\bigr|^2",
        N_(
            "The network says which noise was mixed in. Its answer is the score, up to a factor: "
            "$\\nabla\\log p_t(x) = -\\varepsilon(x, t)/s$."
        ),
    ),
    "x0": (
        r"\mathcal L = \mathbb E\,\bigl|x_\theta(x_t, t) - x_0\bigr|^2",
        N_("The network says what the data were. The best answer is their mean, given the noisy point: a blurred one."),
    ),
    "v": (
        r"\mathcal L = \mathbb E\,\bigl|v_\theta(x_t, t) - (a\,\varepsilon - s\,x_0)\bigr|^2",
        N_("Noise where there is little of it, data where there is much: a target that is never trivial."),
    ),
    "velocity": (
        r"\mathcal L = \mathbb E\,\bigl|u_\theta(x_t, t) - (\dot a\,x_0 + \dot s\,\varepsilon)\bigr|^2",
        N_("The network says how fast the point moves along its path: flow matching."),
    ),
}

STEPPERS = {
    "chain": (
        r"x_{t'} = a'\,\hat x_0 + \sqrt{s'^2-\sigma^2}\;\hat\varepsilon + \sigma z,\qquad \sigma = \eta\,"
        r"\frac{s'}{s}\sqrt{1-\frac{a^2}{a'^2}}",
        N_(
            "DDIM and DDPM are one family: predict the data, then put noise back, a part of it fresh. With $\\eta = "
            "1$ it is DDPM's ancestral sampling, with $\\eta = 0$ nothing is random."
        ),
    ),
    "sde": (
        r"dx = \bigl(f x - g^2\,\nabla\log p_t(x)\bigr)\,dt + g\,d\bar w",
        N_("The SDE run backwards: the score pulls points to where data are, and noise is added on the way."),
    ),
    "ode": (
        r"\frac{dx}{dt} = f x - \tfrac12 g^2\,\nabla\log p_t(x) = \dot a\,\hat x_0 + \dot s\,\hat\varepsilon",
        N_(
            "The probability flow: no noise at all, yet at each time the same cloud as the SDE's. Any solver of "
            "ordinary differential equations will do; better ones need fewer calls."
        ),
    ),
}

# The file that holds each kind of sampler.
FILES = {
    "ddpm": "ddpm",
    "ddpm_large": "ddpm",
    "ddim": "ddim",
    "dpm_solver": "dpm_solver",
    "euler_maruyama": "sde",
    "predictor_corrector": "sde",
}

HINTS = (
    Hint(
        N_("Ride with the cloud."),
        N_(
            "Play the trajectory under the stage: noise becomes data. The background is the density that the cloud "
            "should have at each time; switch on the noised data to compare."
        ),
        {},
    ),
    Hint(
        N_("Turn up the fresh noise."),
        N_(
            "Move η from 0 to 1 in the sidebar: smooth paths become rough ones, and the cloud at the end stays. "
            "No training is lost: sampling settings are live."
        ),
        {"eta": 0.5},
    ),
    Hint(
        N_("Too few steps."),
        N_(
            "DDPM with the larger variance and ten steps leaves noise in every sample, however well the network has "
            "learned. Raise the steps slowly and watch the distance fall."
        ),
        {"sampler": "ddpm_large", "steps": 10},
    ),
    Hint(
        N_("Straight is fast."),
        N_(
            "A rectified flow needs five Euler steps or so. Look at the paths: almost straight, except where the "
            "lines it learned from crossed."
        ),
        {"process": "linear", "objective": "velocity", "sampler": "euler", "steps": 5},
    ),
    Hint(
        N_("Let it straighten itself."),
        N_(
            "Every 2,000 steps this flow begins to learn anew, from pairs that it made itself. Watch the curve of the "
            "bend fall at each round, and the paths under “Rectified flow” below."
        ),
        dict(PRESETS["reflow"].settings),
    ),
    Hint(
        N_("Pair them well."),
        N_(
            "With optimal transport in each batch, lines hardly cross any more. Compare the bend of the paths in the "
            "race below."
        ),
        {"process": "linear", "objective": "velocity", "coupling": "optimal", "sampler": "euler", "steps": 5},
    ),
    Hint(
        N_("The loss has a floor."),
        N_(
            "It does not fall to zero, and should not: a noisy point could have been many things. The band beside the "
            "curve is what the best answer would cost."
        ),
    ),
    diffusion_digits.HINT,
)

STRAIGHT = {"process": "linear", "objective": "velocity", "sampler": "euler", "steps": 5}

CARDS = (
    Card(
        "steps",
        N_("Fewer steps, one network"),
        N_("The same network, used with 1, 3, 10 and 50 steps of DDIM. In one step all samples land on the mean."),
        (
            (N_("1 step"), {"steps": 1}),
            (N_("3 steps"), {"steps": 3}),
            (N_("10 steps"), {"steps": 10}),
            (N_("50 steps"), {}),
        ),
        N_(
            "One step asks once, at pure noise, where the best answer is the mean of all data. Each later step asks "
            "again from a place where more has been decided."
        ),
    ),
    Card(
        "noise",
        N_("Noise on the way"),
        N_("The same network with no fresh noise, with DDPM's, and with the larger variance, in twenty steps each."),
        (
            (N_("none"), {"steps": 20}),
            (N_("DDPM"), {"steps": 20, "sampler": "ddpm"}),
            (N_("larger"), {"steps": 20, "sampler": "ddpm_large"}),
        ),
        N_(
            "Fresh noise corrects earlier errors, but needs small steps: in a large step the true way back is no "
            "Gaussian. Without noise a step may be larger."
        ),
    ),
    Card(
        "order",
        N_("Better solvers"),
        N_("Ten calls of the network each, by Euler's method, Heun's, and DPM-Solver++."),
        (
            (N_("Euler"), {"sampler": "euler", "steps": 10}),
            (N_("Heun"), {"sampler": "heun", "steps": 5}),
            ("DPM-Solver++", {"sampler": "dpm_solver", "steps": 10}),
        ),
        N_(
            "Heun asks twice in each step and errs by its square. DPM-Solver++ solves exactly what is linear in the "
            "equation and needs one call. Which of them leads at how many calls is measured above, as error "
            "against calls."
        ),
    ),
    Card(
        "straight",
        N_("Who goes where"),
        N_(
            "The same straight lines between noise and data: any to any, paired by optimal transport in each batch, "
            "and paired by the flow itself. Look at the bend of the paths."
        ),
        (
            (N_("any to any"), STRAIGHT),
            (N_("optimal transport"), {**STRAIGHT, "coupling": "optimal"}),
            (N_("reflow"), dict(PRESETS["reflow"].settings)),
        ),
        N_(
            "Where lines cross, the network learns their mean, and paths bend. Optimal transport makes lines that "
            "hardly cross, but only within a batch. Reflow needs no more than the flow itself: its paths never cross, "
            "so pairs made by it do not either, or hardly. It costs a round of training and keeps the errors of the "
            "flow before."
        ),
    ),
    Card(
        "leap",
        N_("All the way in one step"),
        N_("One call of the network each: DDIM, a rectified flow, and one that was straightened twice and distilled."),
        (
            (N_("DDIM"), {"steps": 1}),
            (N_("rectified flow"), {**STRAIGHT, "steps": 1}),
            (N_("distilled"), dict(PRESETS["distilled"].settings)),
        ),
        N_(
            "From pure noise the best answer to “what was it?” is the mean of all data, whatever the noise: all "
            "samples land there. Once each noise belongs to its own data, the answer differs from place to place, and "
            "one step is enough."
        ),
    ),
    Card(
        "explode",
        N_("Blurring instead of shrinking"),
        N_("The VE SDE only adds noise, fifty times as wide as the data. Its cloud falls inwards from far away."),
        (
            (N_("VE SDE"), {"process": "ve", "sampler": "predictor_corrector", "steps": 200}),
            (N_("VP SDE"), {"process": "vp", "sampler": "euler_maruyama", "steps": 200}),
        ),
        N_(
            "$p_t$ is the data's density under the heat equation; the score leads from blurred back to sharp. The "
            "picture is drawn the smaller the more noise there is."
        ),
    ),
    diffusion_digits.CARD,
)

PROPOSED = {"objective": ["epsilon", "x0", "v", "velocity"], "process": ["ddpm", "linear"]}

PAPERS = (
    Paper(
        "Sohl-Dickstein et al. 2015",
        "Deep Unsupervised Learning using Nonequilibrium Thermodynamics",
        "https://arxiv.org/abs/1503.03585",
        N_("The idea: destroy slowly, learn the way back."),
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
        N_("DDIM: the same network, no noise on the way, far fewer steps."),
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
    Paper("Lu et al. 2022", "DPM-Solver++", "https://arxiv.org/abs/2211.01095", N_("A solver made for this equation.")),
    Paper(
        "Liu, Gong, Liu 2023",
        "Flow Straight and Fast: Learning to Generate and Transfer Data with Rectified Flow",
        "https://arxiv.org/abs/2209.03003",
        N_("Straight lines, and how to make paths straighter."),
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
)


def maths() -> None:
    st.latex(PATH)
    st.markdown(
        _(
            N_(
                "All processes here mix data with Gaussian noise; they differ in how much of each there is at which "
                "time. A network learns what was mixed; a sampler uses it to walk back."
            )
        )
    )
    kind = CATALOGUE[page.config.sampler].kind
    again = [(N_("Reflow"), REFLOW)] if page.config.reflows else []
    guided = [(N_("Guidance"), diffusion_digits.GUIDANCE)] if page.config.classes else []
    for title, (formula, words) in (
        (N_("The process"), PROCESSES[page.config.process]),
        *again,
        (N_("The objective"), OBJECTIVES[page.config.objective]),
        (N_("The sampler"), STEPPERS[kind]),
        *guided,
    ):
        st.caption(_(title))
        st.latex(formula)
        st.markdown(_(words))


def derivation() -> None:
    """From the velocity of points to the heat equation."""
    st.subheader(_(N_("From moving points to the heat equation")), anchor=False)
    for words, formula in HEAT:
        st.markdown(_(words))
        st.latex(formula)


def straighten() -> None:
    """How to get to a flow that is straightened."""
    if page.config.process != "linear":
        st.markdown(
            _(
                N_(
                    "This is for rectified flow, which goes along straight lines. Its paths bend where these cross, "
                    "until it learns from pairs that it made itself."
                )
            )
        )
    with st.container(horizontal=True):
        for name in ("distilled", "reflow"):
            if st.button(
                _(PRESETS[name].title),
                key=f"diffusion straighten {name}",
                help=_(PRESETS[name].help),
                on_click=reset,
                args=(type(page.config), page.family),
                kwargs=dict(PRESETS[name].settings),
            ):
                st.rerun()  # the whole page: the settings stand outside this fragment


# Laboratories where data are digits.
PICTURES = {
    ("race",): N_("Race"),
    ("curves",): N_("Calls against quality"),
    ("guidance",): N_("Guidance"),
    ("network",): N_("What the network sees"),
}


@st.fragment
def laboratories() -> None:
    """Samplers against each other: only the open tab asks the model."""
    st.subheader(_(N_("The same noise, other ways")), anchor=False)
    offered = (
        PICTURES
        if DIGITS
        else {
            ("race",): N_("Race"),
            ("rectified",): N_("Rectified flow"),
            ("curves",): N_("Error against calls"),
            ("network",): N_("What the network sees"),
            ("sdes", "marginals"): N_("SDEs"),
            ("likelihood",): N_("Exact likelihood"),
            ("heat",): N_("Heat equation"),
            ("schedules",): N_("Schedules"),
        }
    )
    if DIGITS and not page.config.classes:
        offered = {names: title for names, title in offered.items() if "guidance" not in names}
    tabs = st.tabs(
        [_(title) for title in offered.values()],
        on_change="rerun",
        key=f"{page.family} uses {len(offered)} {page.lang}",
    )
    for tab, names in zip(tabs, offered, strict=True):
        with tab:
            if tab.open:
                panels(page, *names)
                if "heat" in names:
                    derivation()
                if "rectified" in names and not page.config.reflows:
                    straighten()


def known() -> None:
    if DIGITS:
        image_info(page)
        return
    density_info(
        page,
        N_(
            "The density of these data is known, and with it the best answer that a network can give to any noisy "
            "point: the mean of the data it could have been. So the loss has a known floor, and every sampler can "
            "also run with the best field, without a network."
        ),
        N_(
            "These are your own data: what the training and every score take for the truth is a kernel estimate of "
            "your points. The best field and the density at every time are those of the estimate."
        ),
    )


def source() -> None:
    code.show(page, f"families/diffusion/samplers/{FILES.get(page.config.sampler, 'ode')}.py")
    lesson.code(_, "families/diffusion/unet.py" if DIGITS else "families/diffusion/processes.py")


page = lesson.open_lesson(
    "diffusion",
    N_(
        "Data are turned into noise, a little at a time; a network learns to see the data behind the noise. **A "
        "sampler** then walks from pure noise to new data, and there are many ways to walk."
    ),
)
_ = page.translate
DIGITS = page.config.data == "digits"
lesson_layout.hints_and_maths(page, diffusion_digits.HINTS if DIGITS else HINTS, maths)
laboratories()
cards(
    page,
    N_("One change at a time"),
    N_(
        "Each button changes one thing; the other settings go to their defaults. Sampling changes at once, without new "
        "training. Pin a run to see two at once."
    ),
    diffusion_digits.CARDS if DIGITS else CARDS,
)
lesson_layout.tabs(
    page,
    (*PAPERS, *diffusion_digits.PAPERS),
    known,
    PROPOSED,
    source,
    pipelines=(N_("Networks of others"), lambda: pipelines(page)),
)
