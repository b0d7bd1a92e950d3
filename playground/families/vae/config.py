"""The settings of a variational autoencoder. No torch here: the server reads them."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from playground.core.config import setting
from playground.core.i18n import N_
from playground.data.settings import DataConfig, PlaneOrImages, data_setting
from playground.training.settings import (
    Activation,
    OptimiserName,
    activation_setting,
    batch_setting,
    best_setting,
    clip_setting,
    ema_setting,
    lr_setting,
    optimiser_setting,
)


class VaeConfig(DataConfig):
    """Encoder and decoder, joined by a code that is drawn at random."""

    data_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "digits": {"likelihood": "bernoulli", "width": 200, "depth": 1, "batch": 100, "activation": "silu", "lr": 1e-3}
    }

    data: PlaneOrImages = data_setting("moons", N_("What is encoded and decoded."))
    batch: int = batch_setting(256)

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
    activation: Activation = activation_setting("relu")
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
        when={"domain": ("images",)},
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
        when={"domain": ("images",)},
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

    best: bool = best_setting("images")
    optimiser: OptimiserName = optimiser_setting()
    lr: float = lr_setting(3e-3)
    clip: float = clip_setting(10.0)
    ema: float = ema_setting(0.999)

    @property
    def decoder_likelihood(self) -> str:
        """What a number of the data follows, given the code: on the plane always a Gaussian."""
        return self.likelihood if self.domain == "images" else "gaussian"

    @property
    def autoregressive(self) -> bool:
        """Whether the decoder sees what comes before."""
        return self.strong and self.domain == "images"
