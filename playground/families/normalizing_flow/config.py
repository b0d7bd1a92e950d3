"""The settings of a normalizing flow, and the plan of its chain. No torch here: the server reads them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from playground.core.config import Config, Preset, setting
from playground.core.i18n import N_
from playground.data.settings import PLANE, Classic, OwnData, data_setting, own_setting

COUPLINGS = ("nice", "realnvp", "glow", "nsf")
"""Flows that move one half of the numbers by what the other half says."""
NETWORKS = (*COUPLINGS, "maf", "iaf", "ffjord")
"""Flows whose maps ask a network."""


ON_DIGITS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "maf": {"layers": 10, "width": 128, "depth": 1, "batch": 128, "activation": "elu", "lr": 5e-4},
        "nice": {"layers": 8, "width": 128, "depth": 2, "batch": 128, "activation": "elu", "lr": 5e-4},
        "realnvp": {"layers": 8, "width": 32, "depth": 2, "batch": 64, "activation": "elu", "lr": 1e-3},
        "glow": {"layers": 8, "width": 32, "depth": 2, "batch": 64, "activation": "relu", "lr": 1e-3},
    }
)
"""What suits pictures of digits, by flow: convolutions are narrower and see fewer pictures at a time."""


class NormalizingFlowConfig(Config):
    """A chain of invertible maps between noise and data."""

    suited: ClassVar[Mapping[str, Mapping[str, Any]]] = {"digits": {"flow": "maf", **ON_DIGITS["maf"]}}

    data: Literal[Classic, "digits", "own"] = data_setting(
        "moons", N_("The distribution whose density is to be learnt.")
    )
    own: OwnData = own_setting()
    batch: int = setting(
        256, N_("Batch size"), N_("How many samples an update looks at."), group="data", low=8, high=2048, log=True
    )
    noise: float = setting(
        0.0,
        N_("Noise on the data"),
        N_(
            "Width of a Gaussian blur added to the training samples. It bridges gaps that a connected flow cannot "
            "jump; the picture then shows the blurred density."
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
        N_("What kind of invertible maps the chain is made of."),
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
        N_("How many layers the chain has."),
        low=1,
        high=64,
        log=True,
        when={"flow": ("planar", "radial", *COUPLINGS, "maf", "iaf")},
    )
    width: int = setting(
        64,
        N_("Width"),
        N_("How many units each hidden layer of a map's network has."),
        low=2,
        high=256,
        log=True,
        when={"flow": NETWORKS},
    )
    depth: int = setting(
        2, N_("Depth"), N_("How many hidden layers the network of a map has."), low=1, high=4, when={"flow": NETWORKS}
    )
    activation: Literal["relu", "leaky_relu", "elu", "silu", "tanh"] = setting(
        "relu",
        N_("Activation"),
        N_(
            "What bends the hidden layers. ReLU is quickest, and gives the density visible creases; "
            "the others are smoother."
        ),
        options={"relu": "ReLU", "leaky_relu": "Leaky ReLU", "elu": "ELU", "silu": "SiLU", "tanh": "tanh"},
        when={"flow": (*COUPLINGS, "maf", "iaf")},
    )
    bins: int = setting(
        8, N_("Bins"), N_("Of how many pieces each spline is made."), low=2, high=32, when={"flow": ("nsf",)}
    )
    tail: float = setting(
        4.0,
        N_("Tail bound"),
        N_("Splines bend only what lies between minus and plus this number."),
        low=1,
        high=10,
        when={"flow": ("nsf",)},
    )
    alternate: bool = setting(
        True,
        N_("Alternate the masks"),
        N_(
            "Whether layers take turns in which half of the numbers they move. Without it one half is never "
            "moved by any layer."
        ),
        when={"flow": ("nice", "realnvp", "nsf", "maf", "iaf")},
    )
    permutation: Literal["conv1x1", "fixed", "none"] = setting(
        "conv1x1",
        N_("Mixing"),
        N_(
            "What mixes the numbers between couplings: a learnt invertible 1×1 convolution, a fixed exchange, "
            "or nothing."
        ),
        options={"conv1x1": N_("1×1 convolution"), "fixed": N_("fixed exchange"), "none": N_("nothing")},
        when={"flow": ("glow",)},
    )
    scaling: bool = setting(
        True,
        N_("Diagonal scaling"),
        N_(
            "One learnt factor for each number at the end of the chain. Without it NICE keeps every volume: "
            "the density can only be pushed around."
        ),
        when={"flow": ("nice",)},
    )
    normalisation: Literal["none", "actnorm", "batchnorm"] = setting(
        "none",
        N_("Normalisation"),
        N_(
            "What keeps the numbers between layers near 0 ± 1: nothing, a learnt shift and scale set by the first "
            "batch (actnorm), or each batch's own mean and spread (batch norm)."
        ),
        options={"none": N_("none"), "actnorm": N_("actnorm"), "batchnorm": N_("batch norm")},
        when={"flow": ("nice", "realnvp", "nsf", "maf", "iaf")},
    )
    solver: Literal["rk4", "midpoint", "euler", "dopri5"] = setting(
        "rk4",
        N_("Solver"),
        N_(
            "How the differential equation is solved: by steps of equal length, or of lengths chosen by their "
            "error (Dormand–Prince), which is slower and cannot be traced."
        ),
        options={"rk4": "RK4", "midpoint": N_("midpoint"), "euler": "Euler", "dopri5": "Dormand–Prince 5"},
        when={"flow": ("ffjord",)},
    )
    ode_steps: int = setting(
        8,
        N_("Solver steps"),
        N_("How many steps of equal length lead from noise to data."),
        low=1,
        high=64,
        log=True,
        when={"flow": ("ffjord",), "solver": ("rk4", "midpoint", "euler")},
    )

    best: bool = setting(
        True,
        N_("Keep the best"),
        N_(
            "Show and judge the weights that needed fewest bits for pictures kept from training, not the newest ones: "
            "after a while a flow learns its training pictures by heart."
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
        1e-3,
        N_("Learning rate"),
        N_("How far one update goes."),
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
            "A gradient longer than this is shortened to it: a few points that the flow has put where nothing should "
            "be would otherwise decide the step."
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
        N_(
            "What is shown and judged is a running average of the weights that keeps this much of its past in each "
            "step; 0 shows the weights themselves."
        ),
        group="optimiser",
        live=True,
        low=0,
        high=0.9999,
    )

    @classmethod
    def along(cls, name: str, now: Mapping[str, Any]) -> Mapping[str, Any]:
        """On digits every flow comes with what suits it there."""
        if name != "flow" or now["data"] != "digits":
            return {}
        return ON_DIGITS.get(now["flow"], {field: cls.model_fields[field].default for field in ON_DIGITS["maf"]})


TITLES = {
    "planar": N_("Planar"),
    "radial": N_("Radial"),
    "additive": N_("Additive coupling"),
    "affine": N_("Affine coupling"),
    "spline": N_("Spline coupling"),
    "maf": N_("Masked autoregressive"),
    "iaf": N_("Inverse autoregressive"),
    "ode": N_("Differential equation"),
    "scaling": N_("Diagonal scaling"),
    "actnorm": N_("Actnorm"),
    "batchnorm": N_("Batch norm"),
    "conv1x1": N_("1×1 convolution"),
    "fixed": N_("Exchange"),
    "checkerboard": N_("Coupling by checkerboard"),
    "channels": N_("Coupling by channels"),
    "squeeze": N_("Squeeze"),
    "split": N_("Split"),
    "logit": N_("Logit"),
}
"""The maps that a chain may hold, with their titles."""

_CORE = {
    "planar": "planar",
    "radial": "radial",
    "nice": "additive",
    "realnvp": "affine",
    "glow": "affine",
    "maf": "maf",
    "iaf": "iaf",
    "nsf": "spline",
    "ffjord": "ode",
}


def plan(config: NormalizingFlowConfig) -> tuple[tuple[str, int], ...]:
    """The chain from noise to data: (name of the map, number of its layer from 0) of every map in order.

    Names are the keys of `TITLES`. A layer is what `config.layers` counts; it may have several maps.
    """
    if config.flow == "ffjord":
        return (("ode", 0),)
    if config.data == "digits" and config.flow in ("realnvp", "glow"):
        return _image(config)
    chain = [(name, k) for k in range(config.layers) for name in (_CORE[config.flow], *_beside(config))]
    if config.flow == "nice" and config.scaling:  # the last map of data -> noise, Dinh et al. 2014, section 3.3
        chain.insert(0, ("scaling", 0))
    if config.data == "digits":
        chain.append(("logit", config.layers - 1))
    return tuple(chain)


def _beside(config: NormalizingFlowConfig) -> tuple[str, ...]:
    """What stands beside the main map in every layer, on its side of the data."""
    if config.flow == "glow":  # data -> noise: actnorm, mixing, coupling (Kingma and Dhariwal 2018, figure 2a)
        return (*(() if config.permutation == "none" else (config.permutation,)), "actnorm")
    mixed = config.normalisation != "none" and config.flow in ("nice", "realnvp", "nsf", "maf", "iaf")
    return (config.normalisation,) if mixed else ()


def _image(config: NormalizingFlowConfig) -> tuple[tuple[str, int], ...]:
    """Several scales: after a split, half of the numbers are noise already (Dinh et al. 2016, section 3.6).

    Data to noise, RealNVP: couplings by checkerboard, squeeze, by channels, split, by checkerboard. Glow: squeeze,
    by channels, split, squeeze, by channels.
    """
    stages = {
        "realnvp": ((), "checkerboard", ("squeeze",), "channels", ("split",), "checkerboard"),
        "glow": (("squeeze",), "channels", ("split", "squeeze"), "channels"),
    }[config.flow]
    betweens, cores = stages[::2], stages[1::2]
    chain, left = [("logit", config.layers - 1)], config.layers
    for number, (between, core) in enumerate(zip(betweens, cores, strict=True)):
        count = -(-left // (len(cores) - number))  # the first stages get what does not divide
        chain += [(name, max(left - 1, 0)) for name in between]
        chain += [(name, k) for k in range(left - 1, left - count - 1, -1) for name in (*_beside(config)[::-1], core)]
        left -= count
    return tuple(reversed(chain))


PRESETS = {
    "default": Preset(N_("Two moons"), N_("RealNVP: eight affine couplings fold a Gaussian into two moons."), {}),
    "volume": Preset(
        N_("Volumes kept"),
        N_(
            "NICE without its scaling: a push never changes a volume, so the density has the same heights as the "
            "noise, only elsewhere. RealNVP on the same data shows what scaling is worth."
        ),
        {"flow": "nice", "scaling": False, "data": "8gaussians"},
    ),
    "masks": Preset(
        N_("Masks that do not alternate"),
        N_("All layers move the same coordinate: the other keeps the shape of the noise for ever."),
        {"alternate": False},
    ),
    "bridge": Preset(
        N_("The thin bridge"),
        N_(
            "A flow is one piece and stays one piece: a thread of density must join the two moons. "
            "More layers make it thinner; nothing makes it go."
        ),
        {"layers": 4},
    ),
    "splines": Preset(
        N_("Splines"),
        N_(
            "A spline may be nearly flat here and steep there: few layers give sharp borders, and the bridges "
            "between the parts all but vanish."
        ),
        {"flow": "nsf", "layers": 4, "data": "checkerboard"},
    ),
    "noise": Preset(
        N_("Noise as a remedy"),
        N_("A little noise on narrow data fills the gaps between the modes: the map need not be torn."),
        {"data": "8narrow", "noise": 0.2},
    ),
    "mixing": Preset(
        N_("Glow's mixing"),
        N_(
            "A learnt turn before every coupling. Change it to the fixed exchange or to nothing to see what it is "
            "worth."
        ),
        {"flow": "glow"},
    ),
    "planar": Preset(
        N_("Planar, 32 layers"),
        N_("The first flow of its kind: each layer stretches or squeezes along one line. Many are needed."),
        {"flow": "planar", "layers": 32},
    ),
    "autoregressive": Preset(
        N_("Masked autoregressive flow"),
        N_(
            "Each coordinate is scaled and shifted by what those before it say. Densities are quick, samples take "
            "one pass for each coordinate; the inverse autoregressive flow has it the other way round."
        ),
        {"flow": "maf", "layers": 5},
    ),
    "continuous": Preset(
        N_("A continuous flow"),
        N_(
            "No layers: points drift along a velocity field that changes with time, and the density follows its "
            "divergence."
        ),
        {"flow": "ffjord", "data": "8gaussians", "lr": 3e-3},
    ),
    "digits": Preset(
        N_("Handwritten digits"),
        N_(
            "Pictures of 64 pixels, each scaled and shifted by what those before it say: learnt in seconds, and soon "
            "by heart, as the pictures kept from training show."
        ),
        {"data": "digits", "flow": "maf", **ON_DIGITS["maf"]},
    ),
    "scales": Preset(
        N_("Digits, several scales"),
        N_(
            "Glow on pictures: small squares become channels, turns mix the channels, and half of the numbers are "
            "noise early, so that the other half decides the coarse form. Of the flows here this one needs the fewest "
            "bits."
        ),
        {"data": "digits", "flow": "glow", **ON_DIGITS["glow"]},
    ),
}
