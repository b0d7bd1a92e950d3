"""The formulas of what is switched on, their explanations, and the files that compute them: texts for the lesson."""

from playground.core.formula import Formula
from playground.core.i18n import N_

from .config import TransformerConfig, is_attentive

FORMULAS = {
    "attention": Formula(
        r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}} + M\right) V",
        N_(
            "Each query takes a weighted mean of the values. A weight is large where query and key point the same way; "
            "$M$ is minus infinity where a key is hidden. Each head has matrices of its own for $Q$, $K$ and $V$."
        ),
        "attention",
    ),
    "pre": Formula(
        r"x \leftarrow x + f(\mathrm{norm}(x))",
        N_("Pre-norm: what is added is made from normalised numbers. The path through the sums stays free."),
        "block",
    ),
    "post": Formula(
        r"x \leftarrow \mathrm{norm}(x + f(x))",
        N_("Post-norm, as in the paper: every layer normalises everything. It needs a warm-up of the learning rate."),
        "block",
    ),
    "none": Formula(
        r"\mathrm{Attention}(\pi Q, \pi K, \pi V) = \pi\,\mathrm{Attention}(Q, K, V)",
        N_("Without positions and mask, a permutation $\\pi$ of the inputs only permutes the outputs."),
        "positions",
    ),
    "sinusoidal": Formula(
        r"p_{t,2i} = \sin(\omega_i t),\quad p_{t,2i+1} = \cos(\omega_i t),\quad \omega_i = 10000^{-2i/d}",
        N_("Waves of growing length are added to the embedding. The product of two depends on their distance alone."),
        "positions",
    ),
    "learned": Formula(
        r"x_t \leftarrow x_t + P_t",
        N_("Each position has a vector of its own, which is learned. There is none beyond the longest sequence."),
        "positions",
    ),
    "rotary": Formula(
        r"\langle R_m q,\, R_n k\rangle = \langle R_{m-n}\, q,\, k\rangle",
        N_("Queries and keys are turned by angles that grow with the position: scores depend on the distance alone."),
        "positions",
    ),
    "alibi": Formula(
        r"q_m^\top k_n / \sqrt{d} - 2^{-8h/H}\, |m - n|",
        N_("A penalty on the score grows with the distance, with another slope for each head $h$ of $H$."),
        "positions",
    ),
    "rnn": Formula(
        r"\begin{aligned} h_t &= \tanh(W x_t + U h_{t-1} + b)\\ \frac{\partial h_t}{\partial h_s} &= "
        r"\prod_{r=s+1}^{t} \mathrm{diag}(1 - h_r^2)\, U \end{aligned}",
        N_(
            "The state is all that is left of the tokens before. A gradient that goes back $t - s$ steps is a product "
            "of as many matrices: it vanishes or explodes."
        ),
        "../../../training/scan",
    ),
    "gru": Formula(
        r"\begin{aligned} r, z &= \sigma(W x_t + U h_{t-1} + b)\\ n &= \tanh(W_n x_t + b_n + r \odot (U_n h_{t-1} + "
        r"c_n))\\ h_t &= (1 - z) \odot n + z \odot h_{t-1} \end{aligned}",
        N_("The gate $z$ decides what stays. Where it is near 1, state and gradient pass unchanged."),
        "../../../training/scan",
    ),
    "lstm": Formula(
        r"\begin{aligned} i, f, o &= \sigma(W x_t + U h_{t-1} + b),\quad g = \tanh(W_g x_t + U_g h_{t-1} + b_g)\\ c_t "
        r"&= f \odot c_{t-1} + i \odot g,\quad h_t = o \odot \tanh(c_t) \end{aligned}",
        N_(
            "The cell $c$ is only multiplied by the forget gate $f$ and added to, so its gradient can go back far. "
            "What must be remembered has to fit into it."
        ),
        "../../../training/scan",
    ),
    "additive": Formula(
        r"e_j = v^\top \tanh(W s_{t-1} + U h_j),\quad a = \mathrm{softmax}(e),\quad \bar h_t = \sum_j a_j h_j",
        N_("The state $s$ of the decoder is compared with every state $h_j$ of the encoder; it reads their mean."),
        "bahdanau",
    ),
    "likelihood": Formula(
        r"-\log p(y \mid x) = -\sum_t \log p(y_t \mid y_{<t}, x)",
        N_("One token after the other: the loss is what each right token costs, given the right ones before it."),
        "sequence",
    ),
    "smoothing": Formula(
        r"-(1 - \varepsilon) \log p(y_t) - \frac{\varepsilon}{V} \sum_{v} \log p(v)",
        N_("Label smoothing: a part of the target is spread over all $V$ tokens, so no probability is pushed to 1."),
        "../model",
    ),
    "constant": Formula(
        r"\eta_t = \eta\, \min(1, t / w)", N_("The learning rate grows over $w$ steps and stays."), "../schedules"
    ),
    "cosine": Formula(
        r"\eta_t = \eta\, \tfrac{1}{2}\left(1 + \cos \pi \tfrac{t - w}{T - w}\right)",
        N_("After $w$ steps of warm-up the learning rate falls along half a cosine, down to a small rest at step $T$."),
        "../schedules",
    ),
    "inverse_sqrt": Formula(
        r"\eta_t = \eta\, \min\bigl(t / w, \sqrt{w / t}\bigr)",
        N_("The schedule of the paper: linear warm-up over $w$ steps, then the inverse square root of the step."),
        "../schedules",
    ),
}


def switched_on(config: TransformerConfig) -> list[str]:
    """The names of the formulas of what plays a part in these settings, in the order of the lesson."""
    if config.model == "transformer":
        found = ["attention", config.positions, config.norm]
    else:
        found = [config.model, *(["additive"] if is_attentive(config) else [])]
    return [*found, "likelihood", *(["smoothing"] if config.smoothing else []), config.schedule]
