"""Hints and experiments that the lesson on VAEs proposes, each a card that starts a run."""

from playground.core.i18n import N_
from playground.families.vae.config import VaeConfig

from .cards import Card
from .lesson import Hint

DIGITS = {"data": "digits", **VaeConfig.data_defaults["digits"]}
STRONG_DIGITS = {**DIGITS, "strong": True, "latent": 8}

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

CARDS = (
    Card(
        "beta",
        N_("Cause: a large weight of the KL (β)"),
        N_(
            "β = 1 is the ELBO. With β = 0.25 the code carries more information than the bound allows for. With β = 2 "
            "the posterior collapses: all posteriors equal the prior, and every reconstruction is the same point."
        ),
        (("β = 0.25", {"beta": 0.25}), ("β = 1", {"beta": 1.0}), ("β = 2", {"beta": 2.0})),
        N_(
            "With a learned scale, halving the error along one direction lowers the reconstruction term by $\\log 2$ "
            "nats and raises the KL by $\\log 2$ nats. So at $\\beta > 1$ a more precise code never lowers the loss. "
            "Measured after 2,500 steps: KL {figure:vae.beta.0_25.kl}, {figure:vae.beta.1.kl} and "
            "{figure:vae.beta.2.kl} nats."
        ),
    ),
    Card(
        "spread",
        N_("Cause: a large decoder scale"),
        N_(
            "The decoder's standard deviation is fixed. Once it is as large as that of the data, the code can no "
            "longer lower the loss: the posterior collapses although β is 1."
        ),
        (
            ("s = 0.1", {"noise": "fixed", "sigma": 0.1}),
            ("s = 0.5", {"noise": "fixed", "sigma": 0.5}),
            ("s = 2", {"noise": "fixed", "sigma": 2.0}),
        ),
        N_(
            "For linear models this is a theorem: a latent direction is used exactly where the variance of the data "
            "along it is larger than the decoder's $s^2$ (Lucas et al. 2019). Measured KL after 2,500 steps: "
            "{figure:vae.spread.0_1.kl}, {figure:vae.spread.0_5.kl} and {figure:vae.spread.2.kl} nats. A learned scale "
            "shrinks during training."
        ),
    ),
    Card(
        "strong",
        N_("Cause: a strong decoder"),
        N_(
            "Digits with eight latent dimensions, and a decoder that also depends on the previous pixels. Compare the "
            "KL."
        ),
        ((N_("plain decoder"), {**DIGITS, "latent": 8}), (N_("strong decoder"), STRONG_DIGITS)),
        N_(
            "The strong decoder predicts pixels from other pixels; this information need not be in the code, which "
            "saves KL. Measured after 2,500 steps: the KL falls from {figure:vae.strong.plain.kl} to "
            "{figure:vae.strong.strong.kl} nats, while −ELBO of test pictures improves from {figure:vae.room.8.elbo} "
            "to {figure:vae.strong.strong.elbo}. The density model is better, the representation is worse."
        ),
    ),
    Card(
        "annealing",
        N_("Remedy: annealing"),
        N_(
            "A decoder that also outputs the standard deviation of the data. It may learn this before it learns to "
            "use the code. Compare the number of active dimensions without and with annealing."
        ),
        (
            (N_("without"), {"noise": "own", "activation": "silu", "lr": 1e-3}),
            (N_("over 1,500 steps"), {"noise": "own", "activation": "silu", "lr": 1e-3, "anneal": 1500}),
        ),
        N_(
            "At the start the decoder cannot use the code yet, so each dimension only adds KL, and some collapse "
            "before they are useful. With annealing the KL costs nothing at first, and both dimensions become useful. "
            "Measured after 2,500 steps, mean of three seeds: {figure:vae.annealing.without} active dimensions without "
            "annealing, {figure:vae.annealing.with} with it. "
            "Annealing does not change the optimum; it helps to reach it."
        ),
    ),
    Card(
        "free",
        N_("Remedy: free nats, or a smaller β"),
        N_(
            "The strong decoder again. Either the first half nat of KL in each dimension costs nothing, or every nat "
            "of KL has a smaller weight."
        ),
        (
            (N_("strong decoder"), STRONG_DIGITS),
            (N_("free nats"), {**STRONG_DIGITS, "free_bits": 0.5}),
            ("β = 0.3", {**STRONG_DIGITS, "beta": 0.3}),
        ),
        N_(
            "Both change the objective: the code carries more information, and the ELBO is worse. Measured after 2,500 "
            "steps: KL {figure:vae.strong.strong.kl}, {figure:vae.free.free.kl} and {figure:vae.free.light.kl} nats; "
            "−ELBO of test pictures {figure:vae.strong.strong.elbo}, {figure:vae.free.free.elbo} and "
            "{figure:vae.free.light.elbo}."
        ),
    ),
    Card(
        "room",
        N_("How many latent dimensions?"),
        N_(
            "Digits with 1, 2, 8 and 16 latent dimensions. Reconstructions get sharper; does the bound improve, too? "
            "The KL of each dimension shows which are active."
        ),
        (
            ("1", {**DIGITS, "latent": 1}),
            ("2", DIGITS),
            ("8", {**DIGITS, "latent": 8}),
            ("16", {**DIGITS, "latent": 16}),
        ),
        N_(
            "Measured after 2,500 steps: −ELBO of test pictures {figure:vae.room.1.elbo}, {figure:vae.room.2.elbo}, "
            "{figure:vae.room.8.elbo} and {figure:vae.room.16.elbo} nats. Beyond eight, more "
            "dimensions hardly improve the bound: a dimension that saves less reconstruction error than its KL costs "
            "stays inactive."
        ),
    ),
    Card(
        "iwae",
        N_("More codes in the bound"),
        N_(
            "K = 1, 5 or 20 codes for each data point. The bound gets tighter: the encoder's Gaussian posterior may "
            "differ more from the true posterior at less cost."
        ),
        (("K = 1", {}), ("K = 5", {"samples": 5}), ("K = 20", {"samples": 20})),
        N_(
            "Most codes may be poor as long as one of them explains the data well. Measured after 2,500 steps: the "
            "exact −log p(x) is {figure:vae.iwae.1.gap}, {figure:vae.iwae.5.gap} and {figure:vae.iwae.20.gap} nats "
            "above the entropy. The step from 5 to 20 codes gains only {figure:vae.iwae.5_20} nats, and the ELBO of "
            "the same models gets worse: {figure:vae.iwae.1.elbo}, {figure:vae.iwae.5.elbo} and "
            "{figure:vae.iwae.20.elbo} nats."
        ),
    ),
)
