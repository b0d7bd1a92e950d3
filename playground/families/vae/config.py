"""The settings of a variational autoencoder. No torch here: the server reads them."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from playground.core.config import Preset, setting
from playground.core.i18n import N_
from playground.data.settings import DataConfig, OwnData, PlaneOrImages, data_setting, own_setting

LIVE = ("lr", "clip", "ema", "beta", "anneal", "free_bits", "sigma")
"""Settings that a step reads as numbers."""


class VaeConfig(DataConfig):
    """Encoder and decoder, joined by a code that is drawn at random."""

    suited: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "digits": {"likelihood": "bernoulli", "width": 200, "depth": 1, "batch": 100, "activation": "silu", "lr": 1e-3}
    }

    data: PlaneOrImages = data_setting("moons", N_("What is encoded and decoded."))
    own: OwnData = own_setting()
    batch: int = setting(
        256, N_("Batch size"), N_("How many samples an update looks at."), group="data", low=8, high=2048, log=True
    )

    latent: int = setting(2, N_("Latent dimensions"), N_("How many numbers a code has."), low=1, high=16)
    width: int = setting(
        64,
        N_("Width"),
        N_("How many units each hidden layer of the encoder and of the decoder has."),
        low=2,
        high=512,
        log=True,
    )
    depth: int = setting(
        2,
        N_("Depth"),
        N_("How many hidden layers each of them has; 0 makes both linear: probabilistic PCA."),
        low=0,
        high=4,
    )
    activation: Literal["relu", "leaky_relu", "elu", "silu", "tanh"] = setting(
        "relu",
        N_("Activation"),
        N_("What bends the hidden layers."),
        options={"relu": "ReLU", "leaky_relu": "Leaky ReLU", "elu": "ELU", "silu": "SiLU", "tanh": "tanh"},
    )
    likelihood: Literal["gaussian", "logistic", "bernoulli"] = setting(
        "gaussian",
        N_("What a pixel follows"),
        N_(
            "The decoder gives a distribution for each pixel: a Gaussian, a logistic one cut into the 17 levels of "
            "grey, or for pictures in black and white the chance of ink."
        ),
        options={
            "gaussian": N_("Gaussian"),
            "logistic": N_("discretised logistic"),
            "bernoulli": N_("Bernoulli (black and white)"),
        },
        when={"data": ("digits",)},
    )
    noise: Literal["one", "own", "fixed"] = setting(
        "one",
        N_("Spread of the decoder"),
        N_(
            "How far data scatter around what the decoder says: one learnt number for everything; or the decoder says "
            "that, too; or a number set by hand."
        ),
        options={"one": N_("one learnt number"), "own": N_("by the decoder"), "fixed": N_("by hand")},
        when={"likelihood": ("gaussian", "logistic")},
    )
    sigma: float = setting(
        0.1,
        N_("Spread by hand"),
        N_(
            "Standard deviation of a Gaussian, scale of a logistic, in units of the data. Whatever is finer than this "
            "is noise to the decoder, and not worth a code."
        ),
        live=True,
        low=0.01,
        high=3,
        log=True,
        when={"noise": ("fixed",), "likelihood": ("gaussian", "logistic")},
    )
    strong: bool = setting(
        False,
        N_("Strong decoder"),
        N_(
            "Whether the decoder also sees the pixels before the one it is asked about (an autoregressive decoder). It "
            "is then so good that it may do without the code."
        ),
        when={"data": ("digits",)},
    )

    beta: float = setting(
        1.0,
        N_("Weight of the KL (β)"),
        N_(
            "How much a nat of the code costs, compared with a nat of reconstruction. 1 is the bound on the likelihood."
        ),
        group="objective",
        live=True,
        low=0,
        high=20,
    )
    anneal: int = setting(
        0,
        N_("Annealing"),
        N_("Over how many steps the weight of the KL rises from 0 to its value: at first codes cost nothing."),
        group="objective",
        live=True,
        low=0,
        high=20000,
    )
    free_bits: float = setting(
        0.0,
        N_("Free nats"),
        N_("So much KL for each latent dimension costs nothing, on average over a batch (free bits)."),
        group="objective",
        live=True,
        low=0,
        high=3,
        when={"samples": (1,)},
    )
    samples: int = setting(
        1,
        N_("Samples in the bound (K)"),
        N_(
            "How many codes are drawn for each piece of data. 1 is the ELBO; more make it the importance-weighted "
            "bound (IWAE), which is tighter."
        ),
        group="objective",
        low=1,
        high=50,
        log=True,
    )

    best: bool = setting(
        True,
        N_("Keep the best"),
        N_(
            "Show and judge the weights with the best bound for pictures kept from training, not the newest ones: "
            "after a while an autoencoder learns its training pictures by heart."
        ),
        group="optimiser",
        live=True,
        when={"data": ("digits",)},
    )
    optimiser: Literal["adam", "sgd", "rmsprop"] = setting(
        "adam",
        N_("Optimiser"),
        N_("How a gradient becomes a change of the weights."),
        group="optimiser",
        options={"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop"},
    )
    lr: float = setting(
        3e-3,
        N_("Learning rate"),
        N_("How far one update goes."),
        group="optimiser",
        live=True,
        low=0,
        high=10,
        log=True,
    )
    clip: float = setting(
        10.0,
        N_("Gradient clipping"),
        N_("A gradient longer than this is shortened to it."),
        group="optimiser",
        live=True,
        low=0.01,
        high=1000,
        log=True,
    )
    ema: float = setting(
        0.999,
        N_("Averaged weights"),
        N_(
            "What is shown and judged is a running average of the weights that keeps this much of its past in each "
            "step; 0 shows the weights themselves."
        ),
        group="optimiser",
        live=True,
        low=0,
        high=0.9999,
    )

    @property
    def law(self) -> str:
        """What a number of the data follows, given the code: on the plane always a Gaussian."""
        return self.likelihood if self.data == "digits" else "gaussian"

    @property
    def autoregressive(self) -> bool:
        """Whether the decoder sees what comes before."""
        return self.strong and self.data == "digits"


_DIGITS = {"data": "digits", **VaeConfig.suited["digits"]}
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
        _DIGITS,
    ),
    "digits8": Preset(
        N_("Handwritten digits, eight numbers"),
        N_("More room in the code: sharper reconstructions and a better bound, but no map of it fits on a screen."),
        {**_DIGITS, "latent": 8},
    ),
    "grey": Preset(
        N_("Digits in levels of grey"),
        N_("The 17 levels of grey as they are, each by a logistic distribution cut into as many pieces."),
        {**_DIGITS, "likelihood": "logistic", "latent": 8},
    ),
    "pca": Preset(
        N_("Linear: probabilistic PCA"),
        N_("Without hidden layers the best autoencoder is known in closed form: probabilistic PCA. Training finds it."),
        {**_DIGITS, "likelihood": "gaussian", "noise": "one", "depth": 0, "latent": 8, "lr": 1e-2},
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
        {**_DIGITS, "strong": True, "latent": 8},
    ),
}
