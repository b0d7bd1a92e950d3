"""Settings worth a click."""

from playground.core.config import Preset
from playground.core.i18n import N_

from .config import VaeConfig

ON_DIGITS = {"data": "digits", **VaeConfig.data_defaults["digits"]}
PRESETS = {
    "default": Preset(
        N_("Two moons"),
        N_(
            "Two numbers in, two numbers of code, two numbers out: the encoder unrolls the moons into a Gaussian cloud."
        ),
        {},
    ),
    "thread": Preset(
        N_("One number of code"),
        N_("A code of one number is a thread: the decoder lays it along the data, and the rest must be noise."),
        {"latent": 1},
    ),
    "digits": Preset(
        N_("Handwritten digits, a map"),
        N_(
            "Codes of two numbers: every handwritten digit has its place on a map, and every place of the map is a "
            "picture."
        ),
        ON_DIGITS,
    ),
    "digits8": Preset(
        N_("Handwritten digits, eight numbers"),
        N_("More room in the code: sharper reconstructions and a better bound, but no map of it fits on a screen."),
        {**ON_DIGITS, "latent": 8},
    ),
    "grey": Preset(
        N_("Digits in levels of grey"),
        N_("The 17 levels of grey as they are, each by a logistic distribution cut into as many pieces."),
        {**ON_DIGITS, "likelihood": "logistic", "latent": 8},
    ),
    "pca": Preset(
        N_("Linear: probabilistic PCA"),
        N_("Without hidden layers the best autoencoder is known in closed form: probabilistic PCA. Training finds it."),
        {**ON_DIGITS, "likelihood": "gaussian", "noise": "one", "depth": 0, "latent": 8, "lr": 1e-2},
    ),
    "iwae": Preset(
        N_("Importance-weighted"),
        N_("Ten codes for each piece of data make the bound tighter, and the encoder need not be right every time."),
        {"samples": 10},
    ),
    "collapse": Preset(
        N_("Posterior collapse"),
        N_("Each nat of code costs twenty: the encoder says the same for everything, and the decoder stops listening."),
        {"beta": 20.0},
    ),
    "strong_collapse": Preset(
        N_("A strong decoder"),
        N_("A decoder that also sees the pixels before needs the code far less. Why pay for it?"),
        {**ON_DIGITS, "strong": True, "latent": 8},
    ),
}
DIVERGING = {"optimiser": "sgd", "lr": 1.0, "clip": 1000.0}
"""Settings with which training soon diverges."""
