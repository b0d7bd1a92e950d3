"""The formulas of the lesson, with what they say."""

from playground.core.i18n import N_

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
