"""Settings worth a click."""

from playground.core.i18n import N_
from playground.core.preset import Preset

PRESETS = {
    "default": Preset(
        "MADE",
        N_("A network whose masks let each pixel depend only on earlier ones: one pass gives all 64 conditionals."),
        {},
        "works",
    ),
    "fvsbn": Preset(
        "FVSBN",
        N_("The simplest model: a logistic regression for each pixel, from all pixels before it."),
        {"model": "fvsbn"},
    ),
    "nade": Preset(
        "NADE",
        N_("Hidden units that are updated pixel by pixel, with weights that all conditionals share."),
        {"model": "nade"},
        "works",
    ),
    "agnostic": Preset(
        N_("MADE, eight orders"),
        N_("The same weights learn eight orders of the pixels in turn. The model is their mean."),
        {"orders": 8, "width": 512},
    ),
    "transformer": Preset(
        N_("Transformer"), N_("Each pixel attends to the pixels before it."), {"model": "transformer"}, "works"
    ),
    "pixelcnn": Preset(
        "PixelCNN",
        N_("Masked convolutions: the same weights at every pixel. The receptive field grows with the layers."),
        {"model": "pixelcnn"},
        "works",
    ),
    "xor": Preset(
        N_("XOR triples"),
        N_("Every third bit is the exclusive or of the two before it. MADE learns this rule, FVSBN cannot."),
        {"data": "xor"},
    ),
    "leak": Preset(
        N_("A leak"),
        N_("The mask is off by one: every pixel depends on itself. The loss falls far below what is possible."),
        {"leak": True},
        "fails",
    ),
    "plane": Preset(
        N_("On the plane"),
        N_("The first coordinate, cut into 128 bins, then the second one given the first."),
        {"data": "moons", "batch": 256},
        "works",
    ),
}
DIVERGING = {"optimiser": "sgd", "lr": 10.0, "clip": 1000.0, "decay": 10.0}
"""Settings with which training soon diverges."""
