"""The settings of a normalizing flow. No torch here: the server reads them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from playground.core.config import setting
from playground.core.i18n import N_
from playground.data.settings import PLANE, DataConfig, OwnData, PlaneOrImages, data_setting, own_setting

COUPLINGS = ("nice", "realnvp", "glow", "nsf")
"""Flows that transform one half of the dimensions, given the other half."""
NETWORKS = (*COUPLINGS, "maf", "iaf", "ffjord")
"""Flows with neural networks inside."""


ON_DIGITS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "maf": {"layers": 10, "width": 128, "depth": 1, "batch": 128, "activation": "elu", "lr": 5e-4},
        "nice": {"layers": 8, "width": 128, "depth": 2, "batch": 128, "activation": "elu", "lr": 5e-4},
        "realnvp": {"layers": 8, "width": 32, "depth": 2, "batch": 64, "activation": "elu", "lr": 1e-3},
        "glow": {"layers": 8, "width": 32, "depth": 2, "batch": 64, "activation": "relu", "lr": 1e-3},
    }
)
"""Settings that suit images of digits, by flow: convolutions are narrower and take smaller batches."""


class NormalizingFlowConfig(DataConfig):
    """A chain of invertible maps between noise and data."""

    data_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {"digits": {"flow": "maf", **ON_DIGITS["maf"]}}

    data: PlaneOrImages = data_setting("moons", N_("The distribution that the flow learns."))
    own: OwnData = own_setting()
    batch: int = setting(256, N_("Batch size"), N_("Samples per update."), group="data", low=8, high=2048, log=True)
    noise: float = setting(
        0.0,
        N_("Noise on the data"),
        N_(
            "Standard deviation of Gaussian noise added to the training samples. It fills the gaps between "
            "modes; the flow then learns the blurred density."
        ),
        group="data",
        live=True,
        low=0,
        high=1,
        when={"data": PLANE},
    )

    flow: Literal["planar", "radial", "nice", "realnvp", "glow", "maf", "iaf", "nsf", "ffjord"] = setting(
        "realnvp",
        N_("Flow"),
        N_("The kind of invertible maps in the chain."),
        options={
            "planar": N_("Planar"),
            "radial": N_("Radial"),
            "nice": "NICE",
            "realnvp": "RealNVP",
            "glow": "Glow",
            "maf": "MAF",
            "iaf": "IAF",
            "nsf": N_("Neural spline"),
            "ffjord": N_("Continuous (FFJORD)"),
        },
    )
    layers: int = setting(
        8,
        N_("Layers"),
        N_("Layers in the chain."),
        low=1,
        high=64,
        log=True,
        when={"flow": ("planar", "radial", *COUPLINGS, "maf", "iaf")},
    )
    width: int = setting(
        64,
        N_("Width"),
        N_("Units in each hidden layer of the networks."),
        low=2,
        high=256,
        log=True,
        when={"flow": NETWORKS},
    )
    depth: int = setting(2, N_("Depth"), N_("Hidden layers of each network."), low=1, high=4, when={"flow": NETWORKS})
    activation: Literal["relu", "leaky_relu", "elu", "silu", "tanh"] = setting(
        "relu",
        N_("Activation"),
        N_(
            "Nonlinearity of the hidden layers. ReLU is fastest but leaves visible creases in the density; "
            "the others are smoother."
        ),
        options={"relu": "ReLU", "leaky_relu": "Leaky ReLU", "elu": "ELU", "silu": "SiLU", "tanh": "tanh"},
        when={"flow": (*COUPLINGS, "maf", "iaf")},
    )
    bins: int = setting(8, N_("Bins"), N_("Pieces of each spline."), low=2, high=32, when={"flow": ("nsf",)})
    tail: float = setting(
        4.0,
        N_("Tail bound"),
        N_("Splines act between minus and plus this value; outside they are the identity."),
        low=1,
        high=10,
        when={"flow": ("nsf",)},
    )
    alternate: bool = setting(
        True,
        N_("Alternating masks"),
        N_(
            "Layers alternate which half of the dimensions they transform. Without this, one half is never transformed."
        ),
        when={"flow": ("nice", "realnvp", "nsf", "maf", "iaf")},
    )
    permutation: Literal["conv1x1", "fixed", "none"] = setting(
        "conv1x1",
        N_("Mixing"),
        N_(
            "Mixing of the dimensions between couplings: a learned invertible 1×1 convolution, a fixed "
            "exchange, or none."
        ),
        options={"conv1x1": N_("1×1 convolution"), "fixed": N_("fixed exchange"), "none": N_("nothing")},
        when={"flow": ("glow",)},
    )
    scaling: bool = setting(
        True,
        N_("Diagonal scaling"),
        N_(
            "A learned scale per dimension at the end of the chain. Without it NICE preserves volume: it "
            "moves density but cannot concentrate it."
        ),
        when={"flow": ("nice",)},
    )
    normalisation: Literal["none", "actnorm", "batchnorm"] = setting(
        "none",
        N_("Normalisation"),
        N_(
            "Normalisation between layers: none, a learned shift and scale initialised from the first batch "
            "(actnorm), or the mean and variance of each batch (batch norm)."
        ),
        options={"none": N_("none"), "actnorm": N_("actnorm"), "batchnorm": N_("batch norm")},
        when={"flow": ("nice", "realnvp", "nsf", "maf", "iaf")},
    )
    solver: Literal["rk4", "midpoint", "euler", "dopri5"] = setting(
        "rk4",
        N_("Solver"),
        N_(
            "Solver of the differential equation. Dormand–Prince adapts its step size to the error; it is "
            "slower and cannot be traced."
        ),
        options={"rk4": "RK4", "midpoint": N_("midpoint"), "euler": "Euler", "dopri5": "Dormand–Prince 5"},
        when={"flow": ("ffjord",)},
    )
    ode_steps: int = setting(
        8,
        N_("Solver steps"),
        N_("Solver steps of equal length from noise to data."),
        low=1,
        high=64,
        log=True,
        when={"flow": ("ffjord",), "solver": ("rk4", "midpoint", "euler")},
    )

    best: bool = setting(
        True,
        N_("Best weights"),
        N_(
            "Show and score the weights with the fewest bits on the validation images. The newest weights "
            "overfit after a while."
        ),
        group="optimiser",
        live=True,
        when={"data": ("digits",)},
    )
    optimiser: Literal["adam", "sgd", "rmsprop"] = setting(
        "adam",
        N_("Optimiser"),
        N_("How gradients update the weights."),
        group="optimiser",
        options={"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop"},
    )
    lr: float = setting(
        1e-3,
        N_("Learning rate"),
        N_("Step size of the updates."),
        group="optimiser",
        live=True,
        low=0,
        high=10,
        log=True,
    )
    clip: float = setting(
        1.0,
        N_("Gradient clipping"),
        N_(
            "Gradients with a larger norm are scaled down to this norm. Otherwise a few very unlikely points "
            "would dominate a step."
        ),
        group="optimiser",
        live=True,
        low=0.01,
        high=1000,
        log=True,
    )
    ema: float = setting(
        0.999,
        N_("Averaged weights"),
        N_("Decay of the moving average of the weights, which is shown and scored. 0 uses the weights themselves."),
        group="optimiser",
        live=True,
        low=0,
        high=0.9999,
    )

    @classmethod
    def companions(cls, name: str, now: Mapping[str, Any]) -> Mapping[str, Any]:
        """On digits each flow brings the settings that suit it."""
        if name != "flow" or now["data"] != "digits":
            return {}
        return ON_DIGITS.get(now["flow"], {field: cls.model_fields[field].default for field in ON_DIGITS["maf"]})
