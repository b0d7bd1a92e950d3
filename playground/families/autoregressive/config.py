"""The settings of an autoregressive model. No torch here: the server reads them."""

from typing import Literal

from pydantic import ValidationInfo, field_validator

from playground.core.config import Config, Preset, setting
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.bits.binary import BINARY_DIGITS, Binary
from playground.data.bits.tables import checked
from playground.data.dataset import dataset_of
from playground.data.images.digits import Digits
from playground.data.plane.distribution import Distribution
from playground.data.settings import PLANE, Classic, OwnData, TableData, data_setting, own_setting, table_setting

BITS = ("digits", "xor", "table")
"""Data that are vectors of bits; all others are points of the plane."""
ORDERED = ("fvsbn", "nade", "made", "transformer")
"""Models to which any order of the bits is as good."""


class AutoregressiveConfig(Config):
    """Conditional chances, one for each bit; on the plane, of the cells of one axis given the other."""

    suited = {name: {"batch": 256} for name in PLANE}

    data: Literal["digits", "xor", Classic, "own", "table"] = data_setting(
        "digits",
        N_(
            "What is to be learnt: pictures of black and white pixels, nine bits with a hidden rule, or a "
            "distribution on the plane, cut into cells."
        ),
    )
    own: OwnData = own_setting()
    table: TableData = table_setting()
    batch: int = setting(
        50, N_("Batch size"), N_("How many samples an update looks at."), group="data", low=8, high=2048, log=True
    )

    model: Literal["fvsbn", "nade", "made", "transformer", "pixelcnn"] = setting(
        "made",
        N_("Model"),
        N_("How the chance of a bit follows from the bits before it."),
        options={
            "fvsbn": "FVSBN",
            "nade": "NADE",
            "made": "MADE",
            "transformer": "Transformer",
            "pixelcnn": "PixelCNN",
        },
        when={"data": BITS},
    )
    width: int = setting(
        256,
        N_("Width"),
        N_("How many hidden units there are."),
        low=2,
        high=1024,
        log=True,
        when={"data": BITS, "model": ("nade", "made")},
    )
    depth: int = setting(
        1, N_("Depth"), N_("How many hidden layers there are."), low=1, high=4, when={"data": BITS, "model": ("made",)}
    )
    direct: bool = setting(
        True,
        N_("Direct connections"),
        N_("Whether a bit also hears those before it directly, past the hidden layers."),
        when={"data": BITS, "model": ("made",)},
    )
    orders: int = setting(
        1,
        N_("Orders"),
        N_(
            "In how many orders the bits are learnt, in turn, by the same weights: the chosen one and others by lot. "
            "The model is then the mean of what it says in all of them."
        ),
        low=1,
        high=16,
        when={"data": BITS, "model": ("made",)},
    )
    masks: int = setting(
        1,
        N_("Masks"),
        N_("How many sets of connections of the hidden units take turns. The model is the mean over all of them."),
        low=1,
        high=16,
        when={"data": BITS, "model": ("made",)},
    )
    channels: int = setting(
        32,
        N_("Channels"),
        N_("How many numbers each bit is described by, inside."),
        low=8,
        high=128,
        log=True,
        when={"data": BITS, "model": ("transformer", "pixelcnn")},
    )
    blocks: int = setting(
        3,
        N_("Blocks"),
        N_("How many layers of attention, or of masked convolutions, there are."),
        low=1,
        high=8,
        when={"data": BITS, "model": ("transformer", "pixelcnn")},
    )
    heads: Literal[1, 2, 4] = setting(
        4,
        N_("Heads"),
        N_("Into how many parts the attention is divided."),
        when={"data": BITS, "model": ("transformer",)},
    )
    order: Literal["rows", "columns", "inside", "shuffled"] = setting(
        "rows",
        N_("Order"),
        N_("In which order the bits come. PixelCNN knows only row by row."),
        options={
            "rows": N_("row by row"),
            "columns": N_("column by column"),
            "inside": N_("from the middle outwards"),
            "shuffled": N_("by lot"),
        },
        when={"data": BITS, "model": ORDERED},
    )
    leak: bool = setting(
        False,
        N_("Leak"),
        N_(
            "Break the mask: each bit also hears itself. The loss then falls as no honest model's can, and samples "
            "turn to rubbish."
        ),
        when={"data": BITS},
    )

    bins: int = setting(
        128,
        N_("Bins"),
        N_("Into how many equal parts each axis is cut; the density is the same all over a cell."),
        low=4,
        high=256,
        log=True,
        when={"data": PLANE},
    )
    units: int = setting(
        128, N_("Width"), N_("How many units each hidden layer has."), low=2, high=512, log=True, when={"data": PLANE}
    )
    layers: int = setting(2, N_("Depth"), N_("How many hidden layers there are."), low=1, high=4, when={"data": PLANE})

    best: bool = setting(
        True,
        N_("Keep the best"),
        N_("Show and judge the weights that were best at data kept from training, not the newest ones."),
        group="optimiser",
        live=True,
        when={"data": BITS},
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
    decay: float = setting(
        0.0,
        N_("Weight decay"),
        N_(
            "By which share of themselves, times the learning rate, all weights shrink in each step: less is learnt by "
            "heart."
        ),
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
        0.99,
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

    @field_validator("table")
    @classmethod
    def _named(cls, table: str, known: ValidationInfo) -> str:
        if known.data.get("data") == "table" and not table:
            raise UserError(N_("A table needs a file: on the command line, --data npz:PATH or --data mnist:PATH."))
        return checked(table)


def data_of(config: AutoregressiveConfig) -> Binary | Distribution | Digits:
    """What is learned from: bits, or points of the plane."""
    return BINARY_DIGITS if config.data == "digits" else dataset_of(config)


def order_of(config: AutoregressiveConfig) -> str:
    """The order in force: masks of convolutions fit only the one."""
    return "rows" if config.model == "pixelcnn" else config.order


def count_of(config: AutoregressiveConfig) -> int:
    """How many sets of masks take turns."""
    return max(config.orders, config.masks) if config.model == "made" else 1


PRESETS = {
    "default": Preset(
        "MADE",
        N_("A network whose masks let each pixel hear only those before it: all 64 conditionals in one pass."),
        {},
    ),
    "fvsbn": Preset(
        "FVSBN",
        N_("The plainest: each pixel weighs those before it, a logistic regression for each."),
        {"model": "fvsbn"},
    ),
    "nade": Preset(
        "NADE",
        N_("Hidden units that grow pixel by pixel, with weights that all conditionals share."),
        {"model": "nade"},
    ),
    "agnostic": Preset(
        N_("MADE, eight orders"),
        N_("The same weights learn the pixels in eight orders, in turn, and the model is their mean."),
        {"orders": 8, "width": 512},
    ),
    "transformer": Preset(N_("Transformer"), N_("Each pixel attends to those before it."), {"model": "transformer"}),
    "pixelcnn": Preset(
        "PixelCNN",
        N_("Masked convolutions: the same weights at every pixel, and a neighbourhood that grows with the layers."),
        {"model": "pixelcnn"},
    ),
    "xor": Preset(
        N_("XOR triples"),
        N_("Every third bit is the exclusive or of the two before it. MADE finds out, FVSBN cannot."),
        {"data": "xor"},
    ),
    "leak": Preset(
        N_("A leak"),
        N_("The mask is broken by one: every pixel hears itself. The loss falls far below what is possible."),
        {"leak": True},
    ),
    "plane": Preset(
        N_("On the plane"),
        N_("The first coordinate, cut into 128 cells, then the second one given the first."),
        {"data": "moons", "batch": 256},
    ),
}
