"""The formulas of what is switched on, their explanations, and the files that compute them: texts for the lesson."""

from playground.core.formula import Formula
from playground.core.i18n import N_

from .config import OadtrConfig, specs_of
from .sizes import Spec

FORMULAS = {
    "token": Formula(
        r"Z_0 = [\,x_{t-T+1} W;\ \dots;\ x_t W;\ c\,] + E",
        N_(
            "The features $x$ of the last $T$ frames are mapped to the width of the network. The task token $c$, which "
            "begins at 0 and is learned, comes last; $E$ tells the places apart."
        ),
        "oadtr",
    ),
    "no_token": Formula(
        r"Z_0 = [\,x_{t-T+1} W;\ \dots;\ x_t W\,] + E",
        N_("The features $x$ of the last $T$ frames are mapped to the width of the network. No token is added."),
        "oadtr",
    ),
    "encoder": Formula(
        r"\begin{aligned} Z' &= Z + \mathrm{MSA}(\mathrm{norm}(Z))\\ "
        r"Z &\leftarrow Z' + \mathrm{FFN}(\mathrm{norm}(Z')) \end{aligned}",
        N_("A layer of the encoder: attention in several heads, then a network for each place. There is no mask."),
        "blocks",
    ),
    "attention": Formula(
        r"\mathrm{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}}\right) V",
        N_("Attention: each query takes a weighted mean of the values. A weight is large where query and key agree."),
        "attention",
    ),
    "decoder": Formula(
        r"\begin{aligned} Q' &= \mathrm{norm}(Q + \mathrm{MSA}(Q))\\ Q'' &= \mathrm{norm}(Q' + \mathrm{MCA}(Q', Z))\\ "
        r"Q &\leftarrow \mathrm{norm}(Q'' + \mathrm{FFN}(Q'')) \end{aligned}",
        N_("One query for each frame to come. It attends to the queries before it, then to all that was encoded."),
        "blocks",
    ),
    "classified": Formula(
        r"p_t = \mathrm{softmax}\bigl([\,z;\ \tfrac{1}{\ell}\textstyle\sum_i q_i\,]\, W_c\bigr),\quad p_{t+i} = "
        r"\mathrm{softmax}(q_i W_f)",
        N_(
            "What is said of the current frame comes from the encoder's $z$ and from the mean of the $\\ell$ queries: "
            "the forecast takes part."
        ),
        "oadtr",
    ),
    "classified_alone": Formula(
        r"p_t = \mathrm{softmax}(z\, W_c)",
        N_("Without a decoder, what is said of the current frame comes from the encoder's $z$ alone."),
        "oadtr",
    ),
    "lstm": Formula(
        r"\begin{aligned} i, f, o &= \sigma(W x_t + U h_{t-1} + b),\quad g = \tanh(W_g x_t + U_g h_{t-1} + b_g)\\ c_t "
        r"&= f \odot c_{t-1} + i \odot g,\quad h_t = o \odot \tanh(c_t),\quad p_t = \mathrm{softmax}(h_t W_c) "
        r"\end{aligned}",
        N_("The LSTM: all that was seen must fit into a state of fixed size, which reaches back as far as it is kept."),
        "recurrent",
    ),
    "trn": Formula(
        r"\begin{aligned} h_t &= \mathrm{LSTM}([\,x_t;\ \bar f_{t-1}\,],\, h_{t-1})\\ "
        r"h'_i &= \mathrm{LSTM}(\mathrm{ReLU}(h'_{i-1} W_c W_s),\, h'_{i-1})\\ "
        r"p_{t+i} &= \mathrm{softmax}(h'_i W_c)\\ "
        r"\bar f_t &= \tfrac{1}{\ell}\textstyle\sum_i \mathrm{ReLU}(h'_i W_f) \end{aligned}",
        N_(
            "TRN: from each state $h_t$ a second LSTM imagines the next $\\ell$ frames. The mean $\\bar f$ of what it "
            "imagined is read with the next frame."
        ),
        "trn",
    ),
    "mlp": Formula(
        r"Z \leftarrow Z + \mathrm{FFN}(\mathrm{norm}(Z)),\quad Z_0 = x_t W,\quad p_t = \mathrm{softmax}(Z\, W_c)",
        N_("One frame alone: what a model can do that remembers nothing."),
        "frame_mlp",
    ),
    "loss": Formula(
        r"-\log p_t(y_t) - \lambda\, \frac{1}{\ell} \sum_{i=1}^{\ell} \log p_{t+i}(y_{t+i})",
        N_("The loss: what the right class of the current frame costs and, by $\\lambda$, those of the next ones."),
        "../model",
    ),
    "loss_alone": Formula(
        r"-\log p_t(y_t)", N_("The loss: what the right class of the current frame costs."), "../model"
    ),
    "balanced": Formula(
        r"w_y = \frac{N}{C\, N_y}",
        N_("Each class weighs the same: a frame of a class that has $N_y$ of all $N$ frames counts $w_y$ times."),
        "../experiment",
    ),
    "leak": Formula(
        r"x_{t-T+1+a},\ \dots,\ x_{t+a}",
        N_("The window reaches $a$ frames into the future. Online these frames have not come yet."),
        "../experiment",
    ),
    "one_cycle": Formula(
        r"\eta_t:\ \tfrac{1}{25}\eta \nearrow \eta \searrow 0",
        N_("One cycle: the learning rate rises along half a cosine, and falls along another until the last step."),
        "../schedules",
    ),
    "constant": Formula(r"\eta_t = \eta", N_("The learning rate stays what it is."), "../schedules"),
    "drops": Formula(
        r"\eta_t = \eta \cdot 10^{-\lfloor 4 t / H \rfloor}",
        N_("The schedule of the paper: after each quarter of the $H$ steps the learning rate falls to a tenth."),
        "../schedules",
    ),
}


def of_model(spec: Spec) -> list[str]:
    """The names of the formulas of a network, in the order of the lesson."""
    if spec.kind != "oadtr":
        return [spec.kind]
    seen = ["token" if spec.token else "no_token", "encoder", "attention"]
    return seen + (["decoder", "classified"] if spec.decoder else ["classified_alone"])


def of_training(config: OadtrConfig) -> list[str]:
    """Those of how all models of a run are trained."""
    found = ["loss" if any(spec.forecasts for spec in specs_of(config).values()) else "loss_alone"]
    found += ["balanced"] if config.class_weight == "balanced" else []
    found += ["leak"] if config.ahead else []
    return [*found, config.schedule]


def switched_on(config: OadtrConfig) -> list[str]:
    """The names of the formulas of what plays a part in these settings."""
    models = [name for spec in specs_of(config).values() for name in of_model(spec)]
    return list(dict.fromkeys([*models, *of_training(config)]))
