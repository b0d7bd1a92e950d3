"""The settings of a normalizing flow. No torch here: the server reads them."""

from collections.abc import Mapping
from types import MappingProxyType
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

COUPLINGS = ("nice", "realnvp", "glow", "nsf")
"""Flows that transform one half of the dimensions, given the other half."""
NETWORKS = (*COUPLINGS, "maf", "iaf", "ffjord")
"""Flows with neural networks inside."""


IMAGE_SETTINGS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "maf": {"layers": 10, "width": 128, "depth": 1, "batch": 128, "activation": "elu", "lr": 5e-4},
        "nice": {"layers": 8, "width": 128, "depth": 2, "batch": 128, "activation": "elu", "lr": 5e-4},
        "realnvp": {"layers": 8, "width": 32, "depth": 2, "batch": 64, "activation": "elu", "lr": 1e-3},
        "glow": {"layers": 8, "width": 32, "depth": 2, "batch": 64, "activation": "relu", "lr": 1e-3},
    }
)
"""Settings that suit small images, by flow: convolutions are narrower and take smaller batches."""


class NormalizingFlowConfig(MaskedConfig):
    """A chain of invertible maps between noise and data."""

    data_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {"digits": {"flow": "maf", **IMAGE_SETTINGS["maf"]}}

    data: PlaneOrImages = data_setting("moons", N_("The distribution that the flow learns."))
    batch: int = batch_setting(256)
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
        when={"domain": ("plane",)},
        key=True,
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
        key=True,
    )
    layers: int = setting(
        8,
        N_("Layers"),
        N_("Layers in the chain."),
        low=1,
        high=64,
        log=True,
        when={"flow": ("planar", "radial", *COUPLINGS, "maf", "iaf")},
        key=True,
    )
    width: int = setting(
        64,
        N_("Width"),
        N_("Units in each hidden layer of the networks."),
        low=2,
        high=256,
        log=True,
        when={"flow": NETWORKS},
        key=True,
    )
    depth: int = setting(2, N_("Depth"), N_("Hidden layers of each network."), low=1, high=4, when={"flow": NETWORKS})
    degrees: Degrees = degrees_setting({"flow": ("maf", "iaf")})
    activation: Activation = activation_setting("relu", when={"flow": (*COUPLINGS, "maf", "iaf")})
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
        key=True,
    )

    best: bool = best_setting("images", key=True)
    optimiser: OptimiserName = optimiser_setting()
    lr: float = lr_setting(1e-3, key=True)
    clip: float = clip_setting(1.0)
    ema: float = ema_setting(0.999)

    @classmethod
    def companions(cls, name: str, now: Mapping[str, Any]) -> Mapping[str, Any]:
        """On images each flow brings the settings that suit it."""
        if name != "flow" or cls.domain_of(now) != "images":
            return {}
        defaults = {field: cls.model_fields[field].default for field in IMAGE_SETTINGS["maf"]}
        return IMAGE_SETTINGS.get(now["flow"], defaults)
