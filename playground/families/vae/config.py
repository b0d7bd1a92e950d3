"""The settings of a variational autoencoder. No torch here: the server reads them."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from playground.core.config import setting
from playground.core.i18n import N_
from playground.data.settings import PlaneOrImages, data_setting
from playground.training.settings import (
    Activation,
    Degrees,
    MaskedConfig,
    OptimiserName,
    activation_setting,
    batch_setting,
    best_setting,
    clip_setting,
    degrees_setting,
    ema_setting,
    lr_setting,
    optimiser_setting,
)


class VaeConfig(MaskedConfig):
    """A variational autoencoder: an encoder, a random latent code, a decoder."""

    data_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "digits": {"likelihood": "bernoulli", "width": 200, "depth": 1, "batch": 100, "activation": "silu", "lr": 1e-3}
    }

    data: PlaneOrImages = data_setting("moons", N_("The distribution that the autoencoder learns."))
    batch: int = batch_setting(256)

    latent: int = setting(
        2, N_("Latent dimensions"), N_("Number of dimensions of the latent code."), low=1, high=16, key=True
    )
    width: int = setting(
        64,
        N_("Width"),
        N_("Number of units in each hidden layer of encoder and decoder."),
        low=2,
        high=512,
        log=True,
    )
    depth: int = setting(
        2,
        N_("Depth"),
        N_("Number of hidden layers of encoder and decoder. With 0 both are linear: probabilistic PCA."),
        low=0,
        high=4,
    )
    activation: Activation = activation_setting("relu")
    likelihood: Literal["gaussian", "logistic", "bernoulli"] = setting(
        "gaussian",
        N_("Likelihood of a pixel"),
        N_(
            "The distribution that the decoder gives for each pixel: a Gaussian, a logistic discretised to the 17 "
            "grey levels, or, for black and white pictures, the probability of ink."
        ),
        options={
            "gaussian": N_("Gaussian"),
            "logistic": N_("discretised logistic"),
            "bernoulli": N_("Bernoulli (black and white)"),
        },
        when={"domain": ("images",)},
        key=True,
    )
    noise: Literal["one", "own", "fixed"] = setting(
        "one",
        N_("Decoder scale"),
        N_(
            "Standard deviation of the decoder's Gaussian, or scale of its logistic: one learned number for all "
            "outputs, an output of the decoder, or a fixed number."
        ),
        options={"one": N_("one learned number"), "own": N_("output of the decoder"), "fixed": N_("fixed")},
        when={"likelihood": ("gaussian", "logistic")},
        key=True,
    )
    sigma: float = setting(
        0.1,
        N_("Fixed scale"),
        N_(
            "Standard deviation of the Gaussian, or scale of the logistic, in units of the data. The decoder treats "
            "smaller details as noise, so the code does not represent them."
        ),
        live=True,
        low=0.01,
        high=3,
        log=True,
        when={"noise": ("fixed",), "likelihood": ("gaussian", "logistic")},
        key={"domain": ("plane",)},
    )
    strong: bool = setting(
        False,
        N_("Strong decoder"),
        N_(
            "An autoregressive decoder: each pixel also depends on the pixels before it. Such a decoder can model the "
            "data without the code, which leads to posterior collapse."
        ),
        when={"domain": ("images",)},
        key=True,
    )
    degrees: Degrees = degrees_setting({"domain": ("images",), "strong": (True,)})

    beta: float = setting(
        1.0,
        N_("Weight of the KL (β)"),
        N_(
            "Weight of the KL term relative to the reconstruction term. With 1 the objective is the ELBO, a lower "
            "bound on the log-likelihood."
        ),
        group="objective",
        live=True,
        low=0,
        high=20,
        key=True,
    )
    anneal: int = setting(
        0,
        N_("Annealing"),
        N_(
            "Number of steps over which the weight of the KL rises linearly from 0 to its value. It helps against "
            "posterior collapse."
        ),
        group="objective",
        live=True,
        low=0,
        high=20000,
    )
    free_bits: float = setting(
        0.0,
        N_("Free nats"),
        N_("For each latent dimension, KL up to this value (mean over a batch) costs nothing (free bits)."),
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
            "Number of codes drawn for each data point. With 1 the objective is the ELBO; with more it is the "
            "importance-weighted bound (IWAE), which is tighter."
        ),
        group="objective",
        low=1,
        high=50,
        log=True,
        key={"domain": ("plane",)},
    )

    best: bool = best_setting("images")
    optimiser: OptimiserName = optimiser_setting()
    lr: float = lr_setting(3e-3, key={"domain": ("plane",), "noise": ("one", "own")})
    clip: float = clip_setting(10.0)
    ema: float = ema_setting(0.999)

    @property
    def decoder_likelihood(self) -> str:
        """The name of p(x | z): on the plane always a Gaussian."""
        return self.likelihood if self.domain == "images" else "gaussian"

    @property
    def autoregressive(self) -> bool:
        """Whether the decoder also depends on the previous pixels."""
        return self.strong and self.domain == "images"

    @classmethod
    def masked_numbers(cls, values: Mapping[str, Any]) -> int:
        """The code comes before the pixels."""
        return values["latent"] + super().masked_numbers(values)
