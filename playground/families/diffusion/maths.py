"""The formulas of the lesson, each with a sentence (a message id): (LaTeX, text)."""

from playground.core.i18n import N_

from .catalogue import CATALOGUE
from .config import DiffusionConfig

PATH = r"x_t = a(t)\,x_0 + s(t)\,\varepsilon,\qquad \varepsilon\sim\mathcal N(0, I)"

PROCESSES = {
    "ddpm": (
        r"q(x_k \mid x_{k-1}) = \mathcal N\!\bigl(\sqrt{1-\beta_k}\,x_{k-1},\; \beta_k I\bigr),\qquad "
        r"a^2 = \bar\alpha_k = \prod_{i\le k}(1-\beta_i),\quad s^2 = 1-\bar\alpha_k",
        N_(
            "Each of the $T$ steps shrinks the point a little and adds a little noise. All steps up to any $k$ combine "
            "into one, which gives the noisy data of training: time is $t = k/T$."
        ),
    ),
    "vp": (
        r"dx = -\tfrac12\beta(t)\,x\,dt + \sqrt{\beta(t)}\,dw,\qquad a^2 = e^{-\int_0^t\beta},\quad s^2 = 1-a^2",
        N_(
            "DDPM's chain in the limit of infinitely many, infinitely small steps: a stochastic differential equation "
            "that preserves a variance of 1. Data of another variance come to 1 on the way."
        ),
    ),
    "subvp": (
        r"dx = -\tfrac12\beta\,x\,dt + \sqrt{\beta\,\bigl(1-e^{-2\int_0^t\beta}\bigr)}\,dw,\qquad s = 1-a^2",
        N_("The same drift with less noise: the variance never exceeds that of the VP SDE."),
    ),
    "ve": (
        r"dx = g(t)\,dw,\qquad a = 1,\quad \partial_t p_t = \tfrac12 g^2\,\Delta p_t",
        N_(
            "Only noise is added. This is the heat equation: $p_t$ is the blurred density of the data. The cloud grows "
            "to a standard deviation of fifty, whatever the data's, so the picture zooms out with time."
        ),
    ),
    "linear": (
        r"x_t = (1-t)\,x_0 + t\,\varepsilon,\qquad u = \varepsilon - x_0",
        N_(
            "Straight lines join data and noise, and the network learns the mean velocity of all lines through a "
            "point. Where lines cross, the mean changes direction: the paths of the flow never cross."
        ),
    ),
    "trigonometric": (
        r"x_t = \cos\!\bigl(\tfrac\pi2 t\bigr)\,x_0 + \sin\!\bigl(\tfrac\pi2 t\bigr)\,\varepsilon",
        N_("Arcs instead of lines: data and noise of unit variance keep this variance all the way."),
    ),
}

OBJECTIVES = {
    "epsilon": (
        r"\mathcal L = \mathbb E\,\tfrac1d\,\bigl|\varepsilon_\theta(x_t, t) - \varepsilon\bigr|^2",
        N_(
            "The network predicts the noise. Up to a factor this is the score: "
            "$\\nabla\\log p_t(x) = -\\varepsilon(x, t)/s$."
        ),
    ),
    "x0": (
        r"\mathcal L = \mathbb E\,\tfrac1d\,\bigl|x_\theta(x_t, t) - x_0\bigr|^2",
        N_(
            "The network predicts the data. The optimal prediction is their mean, given the noisy point: a blurred one."
        ),
    ),
    "v": (
        r"\mathcal L = \mathbb E\,\tfrac1d\,\bigl|v_\theta(x_t, t) - (a\,\varepsilon - s\,x_0)\bigr|^2",
        N_("The target is noise where there is little noise, and data where there is much: it is never trivial."),
    ),
    "velocity": (
        r"\mathcal L = \mathbb E\,\tfrac1d\,\bigl|u_\theta(x_t, t) - (\dot a\,x_0 + \dot s\,\varepsilon)\bigr|^2",
        N_("The network predicts the velocity of the point along its path: flow matching."),
    ),
}

SNR_WEIGHTS = {
    "epsilon": "1",
    "x0": r"\frac{a^2}{s^2}",
    "v": r"\frac{a^2}{(a^2+s^2)^2}",
    "velocity": r"\frac{a^2}{(a\,\dot s-s\,\dot a)^2}",
}
"""Of the squared error of each prediction: with them that of the data has the weight a^2 / s^2."""
CLIPPED = r"\,\min\Bigl(1,\,\frac{5\,s^2}{a^2}\Bigr)"
WEIGHT_WORDS = {
    "simple": N_(
        "The error is measured in units of the velocity's typical size at each time, so that all times count alike."
    ),
    "snr": N_(
        "The error of the data that follow from the prediction is weighted by the signal-to-noise ratio $a^2/s^2$, "
        "whatever the network predicts."
    ),
    "min_snr": N_(
        "The error of the data that follow from the prediction is weighted by the signal-to-noise ratio $a^2/s^2$, "
        "clipped at 5, whatever the network predicts."
    ),
}


def loss_weight(config: DiffusionConfig) -> tuple[str, str] | None:
    """The weight w(t) in the objective; None where it is 1 at all times."""
    name, words = config.weighting, WEIGHT_WORDS[config.weighting]
    if name == "simple":
        plain = config.objective != "velocity" or config.process == "linear"
        return None if plain else (r"w(t) = \frac{2}{\dot a^2+\dot s^2}", words)
    return f"w(t) = {SNR_WEIGHTS[config.objective]}{CLIPPED if name == 'min_snr' else ''}", words


def objective_formula(config: DiffusionConfig) -> tuple[str, str]:
    """Of the objective of these settings, with its weight."""
    formula, words = OBJECTIVES[config.objective]
    return formula if loss_weight(config) is None else formula.replace(r"\tfrac1d", r"w(t)\,\tfrac1d"), words


CHAIN = (
    r"x_{t'} = a'\,\hat x_0 + \sqrt{s'^2-\sigma^2}\;\hat\varepsilon + \sigma z,\qquad \sigma = \eta\,"
    r"\frac{s'}{s}\sqrt{s^2-\frac{a^2}{a'^2}\,s'^2}",
    N_(
        "DDIM and DDPM are one family: predict the data, then add noise again, a part of it fresh. With $\\eta = "
        "1$ this is DDPM's ancestral sampling, with $\\eta = 0$ nothing is random. (In the paper $a^2 + s^2 = 1$, and "
        "the root is $\\sqrt{1 - a^2/a'^2}$.)"
    ),
)
LARGE_VARIANCE = (
    r"x_{t'} = a'\,\hat x_0 + \sqrt{s'^2-\sigma^2}\;\hat\varepsilon + \lambda z,\qquad \lambda^2 = "
    r"s^2-\frac{a^2}{a'^2}\,s'^2,\quad \sigma = \frac{s'}{s}\,\lambda",
    N_(
        "DDPM's ancestral sampling with the larger variance: the fresh noise is that of the step from $x_{t'}$ "
        "forwards to $x_t$ (Ho et al. 2020, section 3.2). The last step adds none."
    ),
)
SDE = (
    r"dx = \bigl(f x - g^2\,\nabla\log p_t(x)\bigr)\,dt + g\,d\bar w",
    N_("The SDE backwards in time: the score pulls points towards the data, and each step adds noise."),
)
TAMED_SDE = (
    r"dx = \bigl(\dot a\,\hat x_0 + \dot s\,\hat\varepsilon - \tfrac12 w^2\,\nabla\log p_t(x)\bigr)\,dt + "
    r"w\,d\bar w,\qquad w^2 = a\,g^2",
    N_(
        "The SDE backwards in time: the score pulls points towards the data, and each step adds noise. Any amount of "
        "noise $w$ leaves the densities as they are (Ma et al. 2024, SiT). With $w = g$ this is the reverse SDE of "
        "Song et al. 2021, but on this path $g$ grows without bound where the signal ends, so $w$ is smaller here."
    ),
)
ODE = (
    r"\frac{dx}{dt} = f x - \tfrac12 g^2\,\nabla\log p_t(x) = \dot a\,\hat x_0 + \dot s\,\hat\varepsilon",
    N_(
        "The probability flow: no noise at all, yet at each time the same density as the SDE's. Any solver of "
        "ordinary differential equations works; better ones need fewer calls."
    ),
)
COUPLED_ODE = (
    r"\frac{dx}{dt} = \dot a\,\hat x_0 + \dot s\,\hat\varepsilon",
    N_(
        "The flow along the mean velocity of all lines through a point. Noise and data are paired here, so the "
        "predicted noise is not the score, and there is no SDE with the same densities to sample from."
    ),
)
COUPLED = N_(
    "Noise and data are not independent in these pairs: the predicted noise is not $-s\\,\\nabla\\log p_t$, and "
    "samplers that add noise on the way are not offered."
)
"""Said of the objective."""


def tamed(process: str, schedule: str) -> bool:
    """Whether the reverse SDE adds less noise than g: see `Process.reverse_g2`."""
    return process in ("linear", "trigonometric") or process == "ddpm" and schedule == "cosine"


def sampler_formula(config: DiffusionConfig) -> tuple[str, str]:
    """Of the sampler of these settings."""
    kind = CATALOGUE[config.sampler].kind
    if kind == "sde":
        return TAMED_SDE if tamed(config.process, config.schedule) else SDE
    if kind == "ode":
        return ODE if config.independent else COUPLED_ODE
    return LARGE_VARIANCE if config.sampler == "ddpm_large" else CHAIN


REFLOW = (
    r"\begin{aligned}\hat x_0 &= \varepsilon - \int_0^1 u_{\theta_k}(x_t, t)\,dt\\ \theta_{k+1} &= \arg\min_\theta\;"
    r"\mathbb E\,\bigl|u_\theta\bigl((1-t)\,\hat x_0 + t\,\varepsilon,\, t\bigr) - (\varepsilon - \hat x_0)\bigr|^2\\ "
    r"S &= \int_0^1 \mathbb E\,\bigl|(\varepsilon - \hat x_0) - u(x_t, t)\bigr|^2 dt\end{aligned}",
    N_(
        "Each round learns from lines between noise and the data that the flow before made of it. The paths of a flow "
        "never cross, so these lines hardly do, and the paths of the new flow are nearly straight. $S$ compares each "
        "velocity with that of the whole path; if it is 0, one step of Euler's method is exact. Distillation learns "
        "only the step at $t = 1$."
    ),
)

GUIDANCE = (
    r"\tilde\varepsilon(x_t, t) = (1-w)\,\varepsilon_\theta(x_t, t) + w\,\varepsilon_\theta(x_t, t, c)\quad"
    r"\Longleftrightarrow\quad \tilde p_t(x \mid c) \propto p_t(x)\,p_t(c \mid x)^{w}",
    N_(
        "Classifier-free guidance calls one network twice, without the class and with it, and follows the difference. "
        "With $w = 1$ samples are those of the class; with larger $w$ they move to where no other class is likely, and "
        "vary less. (The right side holds at each time, but the densities of different times do not fit together "
        "exactly, so samples follow it only roughly.)"
    ),
)

HEAT_EQUATION = (
    (r"\frac{dx}{dt} = v_t(x)", N_("**1. Points move.** Each follows the velocity at its position.")),
    (
        r"\det\frac{\partial(x + h\,v_t(x))}{\partial x} = \det(I + h\,\nabla v_t) = 1 + h\,\nabla\!\cdot v_t + O(h^2)",
        N_(
            "**2. A small square becomes a parallelogram.** After a short time $h$ its area has changed by the "
            "determinant of the Jacobian. To first order only the trace counts, the divergence of the velocity."
        ),
    ),
    (
        r"\frac{d}{dt}\log p_t(x_t) = -\,\nabla\!\cdot v_t(x_t)",
        N_(
            "**3. The mass in it stays the same.** Mass is density times area, so where the area grows, the density "
            "falls. Along the path of a point:"
        ),
    ),
    (
        r"\log p_0(x_0) = \log p_1(x_1) + \int_0^1 \nabla\!\cdot v_t(x_t)\,dt",
        N_("This gives the likelihood: the divergence is integrated along the path."),
    ),
    (
        r"\partial_t p_t = \frac{d p_t}{dt} - v_t\cdot\nabla p_t = -\,p_t\,\nabla\!\cdot v_t - v_t\cdot\nabla p_t",
        N_("**4. At a fixed position,** the density also changes because other points arrive. By the chain rule:"),
    ),
    (
        r"\partial_t p_t = -\,\nabla\!\cdot(p_t\,v_t)",
        N_("Both terms together are the **continuity equation**: mass is neither created nor lost."),
    ),
    (
        r"v_t = -\tfrac12\,g^2\,\nabla\log p_t = -\tfrac12\,g^2\,\frac{\nabla p_t}{p_t}",
        N_(
            "**5. Take the velocity of the probability flow** of the VE SDE, $dx = g\\,dw$: it points away from high "
            "density."
        ),
    ),
    (
        r"\partial_t p_t = -\,\nabla\!\cdot\Bigl(-\tfrac12\,g^2\,\nabla p_t\Bigr) = \tfrac12\,g^2\,\Delta p_t",
        N_("**6. The density cancels,** and the **heat equation** remains."),
    ),
    (
        r"p_t = p_0 * \mathcal N(0, s^2 I),\qquad s^2 = \int_0^t g^2\,dt'",
        N_(
            "**7. Its solution is blurring** with a Gaussian, the heat kernel, as wide as the added noise: the left "
            "picture. So points that take random steps and points that follow the velocity spread in the same way."
        ),
    ),
)
"""From the velocity of points to the heat equation, step by step; the text introduces the formula."""
