"""The formulas of the lesson and their explanations."""

from playground.core.i18n import N_

from .config import VaeConfig

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

DECODERS = {
    "gaussian": (
        r"p(x\mid z) = \textstyle\prod_i \mathcal N\bigl(x_i;\, \mu_i(z),\, SCALE^2\bigr)",
        N_(
            "The reconstruction term is the squared error divided by $2 s^2$, plus $\\log s$ for each number. The "
            "standard deviation $s$ sets the weight of the squared error against the KL; it can be learned."
        ),
    ),
    "logistic": (
        r"p(x_i = \tfrac{k}{16}\mid z) = \sigma\!\Bigl(\tfrac{(k+1/2)/16-\mu_i}{SCALE}\Bigr)-"
        r"\sigma\!\Bigl(\tfrac{(k-1/2)/16-\mu_i}{SCALE}\Bigr)",
        N_(
            "A logistic distribution, integrated over the interval around each of the 17 grey levels; the tails "
            "belong to black and white. The probabilities sum to 1, so the bound is a bound on the probability of a "
            "picture."
        ),
    ),
    "bernoulli": (
        r"p(x\mid z) = \textstyle\prod_i p_i(z)^{x_i}\bigl(1-p_i(z)\bigr)^{1-x_i}",
        N_(
            "The decoder gives the probability of ink for each pixel. Given the code, the pixels are independent: "
            "dependence between pixels must be in the code."
        ),
    ),
}
STRONG = (
    r"p(x\mid z) = \textstyle\prod_i p(x_i\mid x_{<i},\, z)",
    N_(
        "A strong decoder also depends on the previous pixels. It can model the dependence between pixels without the "
        "code. An unused code has KL 0, so training may ignore it."
    ),
)


def decoder(config: VaeConfig) -> tuple[str, str]:
    """The likelihood of these settings: its scale is one number, or an output of the decoder."""
    latex, words = DECODERS[config.decoder_likelihood]
    return latex.replace("SCALE", "s_i(z)" if config.noise == "own" else "s"), words
