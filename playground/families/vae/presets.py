"""Named groups of settings."""

from playground.core.i18n import N_
from playground.core.preset import Preset

from .config import VaeConfig

ON_DIGITS = {"data": "digits", **VaeConfig.data_defaults["digits"]}
PRESETS = {
    "default": Preset(
        N_("Two moons"),
        N_("Two-dimensional data, two latent dimensions: the encoder maps the moons to a Gaussian."),
        {},
        "works",
    ),
    "thread": Preset(
        N_("One latent dimension"),
        N_(
            "With one latent dimension the decoder maps a line to a curve along the data; the rest is modelled as "
            "noise."
        ),
        {"latent": 1},
    ),
    "digits": Preset(
        N_("Handwritten digits, two latent dimensions"),
        N_(
            "Two latent dimensions: each digit is a point of a plane, and each point of the plane decodes to a picture."
        ),
        ON_DIGITS,
        "works",
    ),
    "digits8": Preset(
        N_("Handwritten digits, eight latent dimensions"),
        N_(
            "More latent dimensions give sharper reconstructions and a better bound, but the latent space no longer "
            "fits on a plane."
        ),
        {**ON_DIGITS, "latent": 8},
        "works",
    ),
    "grey": Preset(
        N_("Digits in grey levels"),
        N_("All 17 grey levels, each pixel with a discretised logistic distribution."),
        {**ON_DIGITS, "likelihood": "logistic", "latent": 8},
        "works",
    ),
    "pca": Preset(
        N_("Linear: probabilistic PCA"),
        N_("Without hidden layers the optimum is known in closed form: probabilistic PCA. Training finds it."),
        {**ON_DIGITS, "likelihood": "gaussian", "noise": "one", "depth": 0, "latent": 8, "lr": 1e-2},
    ),
    "iwae": Preset(
        N_("Importance-weighted"),
        N_("Ten codes for each data point make the bound tighter, and the encoder may miss with some of them."),
        {"samples": 10},
    ),
    "collapse": Preset(
        N_("Posterior collapse"),
        N_(
            "The KL has weight 20: the encoder gives every data point the same posterior, and the decoder ignores the "
            "code."
        ),
        {"beta": 20.0},
        "fails",
    ),
    "strong_collapse": Preset(
        N_("A strong decoder"),
        N_("A decoder that also depends on the previous pixels needs the code less, so the KL falls."),
        {**ON_DIGITS, "strong": True, "latent": 8},
        "fails",
    ),
}
DIVERGING = {"optimiser": "sgd", "lr": 1.0, "clip": 1000.0}
"""Settings with which training diverges."""
