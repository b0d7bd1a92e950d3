"""Settings of flows worth a click."""

from playground.core.i18n import N_
from playground.core.preset import Preset

from .config import IMAGE_SETTINGS

PRESETS = {
    "default": Preset(N_("Two moons"), N_("RealNVP: eight affine couplings map a Gaussian to two moons."), {}, "works"),
    "volume": Preset(
        N_("Volume preserved"),
        N_(
            "NICE without its scaling preserves volume: the model's density takes the values of the noise "
            "density, only in other places. Compare RealNVP on the same data."
        ),
        {"flow": "nice", "scaling": False, "data": "8gaussians"},
        "fails",
    ),
    "masks": Preset(
        N_("Masks that do not alternate"),
        N_("All layers transform the same coordinate; the other one stays Gaussian."),
        {"alternate": False},
        "fails",
    ),
    "bridge": Preset(
        N_("The thin bridge"),
        N_(
            "A flow is continuous, so its density stays connected: a thin bridge joins the two moons. More "
            "layers make it thinner but cannot remove it."
        ),
        {"layers": 4},
        "fails",
    ),
    "splines": Preset(
        N_("Splines"),
        N_(
            "A spline can be nearly flat in one place and steep in another: few layers give sharp edges, and "
            "the bridges between the parts almost vanish."
        ),
        {"flow": "nsf", "layers": 4, "data": "checkerboard"},
        "works",
    ),
    "noise": Preset(
        N_("Noise as a remedy"),
        N_("A little noise on narrow data fills the gaps between the modes, so that the map need not be as steep."),
        {"data": "8narrow", "noise": 0.2},
    ),
    "mixing": Preset(
        N_("Glow's mixing"),
        N_("A learned linear map before every coupling. Compare it with the fixed exchange and with none."),
        {"flow": "glow"},
    ),
    "planar": Preset(
        N_("Planar, 32 layers"),
        N_("The first flow of its kind. Each layer stretches or squeezes along one direction, so many are needed."),
        {"flow": "planar", "layers": 32},
    ),
    "autoregressive": Preset(
        N_("Masked autoregressive flow"),
        N_(
            "The scale and shift of each coordinate depend on the coordinates before it. A density takes one "
            "pass, a sample one pass per coordinate; in the inverse autoregressive flow it is the reverse."
        ),
        {"flow": "maf", "layers": 5},
        "works",
    ),
    "continuous": Preset(
        N_("A continuous flow"),
        N_(
            "No layers: points move along a velocity field that changes with time, and the density follows "
            "from its divergence."
        ),
        {"flow": "ffjord", "data": "8gaussians", "lr": 3e-3},
        "works",
    ),
    "digits": Preset(
        N_("Handwritten digits"),
        N_(
            "Images of 64 pixels; the scale and shift of each pixel depend on the pixels before it. The flow "
            "learns in seconds and soon overfits, as the validation images show."
        ),
        {"data": "digits", "flow": "maf", **IMAGE_SETTINGS["maf"]},
        "works",
    ),
    "scales": Preset(
        N_("Digits, several scales"),
        N_(
            "Glow on images: 2 × 2 squares become channels, linear maps mix the channels, and half of the "
            "dimensions become noise early, so that the rest models the coarse shape. It needs "
            "fewer bits than RealNVP; a neural spline flow needs still fewer."
        ),
        {"data": "digits", "flow": "glow", **IMAGE_SETTINGS["glow"]},
        "works",
    ),
}
DIVERGING = {"optimiser": "sgd", "lr": 10.0, "clip": 1000.0}
"""Settings with which training soon diverges."""
