"""The settings of an autoregressive model. No torch here: the server reads them."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import ValidationInfo, field_validator

from playground.core.config import setting
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.bits.binary import BINARY_DIGITS, Binary
from playground.data.bits.tables import checked
from playground.data.dataset import dataset_of
from playground.data.images.digits import Digits
from playground.data.plane.distribution import Distribution
from playground.data.settings import (
    PLANE,
    BitsOrPlane,
    DataConfig,
    OwnData,
    TableData,
    data_setting,
    own_setting,
    table_setting,
)

BITS = ("digits", "xor", "table")
"""Data that are vectors of bits; all others are points of the plane."""
ORDER_AGNOSTIC = ("fvsbn", "nade", "made", "transformer")
"""Models that work in any order of the bits."""


class AutoregressiveConfig(DataConfig):
    """Conditional probabilities, one for each bit; on the plane, of the bins of one axis given the other."""

    domains: ClassVar[Mapping[str, str]] = {**DataConfig.domains, "digits": "bits"}
    suited = {name: {"batch": 256} for name in PLANE}

    data: BitsOrPlane = data_setting(
        "digits",
        N_(
            "Black and white pictures of digits, nine bits with a hidden rule, or a distribution of the plane, cut "
            "into cells."
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
        N_("The network that gives the probability of each bit from the bits before it."),
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
        N_("Number of units in each hidden layer."),
        low=2,
        high=1024,
        log=True,
        when={"data": BITS, "model": ("nade", "made")},
    )
    depth: int = setting(
        1, N_("Depth"), N_("Number of hidden layers."), low=1, high=4, when={"data": BITS, "model": ("made",)}
    )
    direct: bool = setting(
        True,
        N_("Direct connections"),
        N_("Adds weights from each bit straight to the bits after it, past the hidden layers."),
        when={"data": BITS, "model": ("made",)},
    )
    orders: int = setting(
        1,
        N_("Orders"),
        N_(
            "How many pixel orders share the weights: the chosen one, then random ones. The model is the mean over "
            "all of them."
        ),
        low=1,
        high=16,
        when={"data": BITS, "model": ("made",)},
    )
    masks: int = setting(
        1,
        N_("Masks"),
        N_("How many sets of masks of the hidden units take turns. The model is the mean over all of them."),
        low=1,
        high=16,
        when={"data": BITS, "model": ("made",)},
    )
    channels: int = setting(
        32,
        N_("Channels"),
        N_("Number of features for each bit inside the network."),
        low=8,
        high=128,
        log=True,
        when={"data": BITS, "model": ("transformer", "pixelcnn")},
    )
    blocks: int = setting(
        3,
        N_("Blocks"),
        N_("Number of layers of attention, or of masked convolutions."),
        low=1,
        high=8,
        when={"data": BITS, "model": ("transformer", "pixelcnn")},
    )
    heads: Literal[1, 2, 4] = setting(
        4,
        N_("Heads"),
        N_("Number of attention heads."),
        when={"data": BITS, "model": ("transformer",)},
    )
    order: Literal["rows", "columns", "inside", "shuffled"] = setting(
        "rows",
        N_("Order"),
        N_("The order in which the bits are predicted. PixelCNN only works row by row."),
        options={
            "rows": N_("row by row"),
            "columns": N_("column by column"),
            "inside": N_("from the middle outwards"),
            "shuffled": N_("random"),
        },
        when={"data": BITS, "model": ORDER_AGNOSTIC},
    )
    leak: bool = setting(
        False,
        N_("Leak"),
        N_(
            "Breaks the mask: each bit also depends on itself. The loss then falls below what is possible, and samples "
            "become noise."
        ),
        when={"data": BITS},
    )

    bins: int = setting(
        128,
        N_("Bins"),
        N_("Number of equal parts of each axis. The density is constant within a cell."),
        low=4,
        high=256,
        log=True,
        when={"data": PLANE},
    )
    units: int = setting(
        128, N_("Width"), N_("Number of units in each hidden layer."), low=2, high=512, log=True, when={"data": PLANE}
    )
    layers: int = setting(2, N_("Depth"), N_("Number of hidden layers."), low=1, high=4, when={"data": PLANE})

    best: bool = setting(
        True,
        N_("Keep the best"),
        N_("Show and evaluate the weights with the best validation likelihood, not the newest ones."),
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
            "Decoupled weight decay: each step shrinks the weights by this fraction times the learning rate. It "
            "reduces overfitting."
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
    """The data of the settings: bits, or points of the plane."""
    return BINARY_DIGITS if config.data == "digits" else dataset_of(config)


def effective_order(config: AutoregressiveConfig) -> str:
    """The name of the order in force: masked convolutions only work row by row."""
    return "rows" if config.model == "pixelcnn" else config.order


def mask_set_count(config: AutoregressiveConfig) -> int:
    """How many sets of masks take turns."""
    return max(config.orders, config.masks) if config.model == "made" else 1
