"""The settings of an autoregressive model. No torch here: the server reads them."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator

from playground.core.config import setting
from playground.core.i18n import N_
from playground.data.settings import PLANE_DATA, BitsOrPlane, DataConfig, TableData, data_setting, table_setting
from playground.training.settings import (
    Degrees,
    MaskedConfig,
    OptimiserName,
    batch_setting,
    best_setting,
    clip_setting,
    degrees_setting,
    ema_setting,
    int_from_text,
    lr_setting,
    optimiser_setting,
)

ORDER_AGNOSTIC = ("fvsbn", "nade", "made", "transformer")
"""Models that work in any order of the bits."""


class AutoregressiveConfig(MaskedConfig):
    """Conditional probabilities, one for each bit; on the plane, of the bins of one axis given the other."""

    domains: ClassVar[Mapping[str, str]] = {**DataConfig.domains, "digits": "bits"}
    data_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {name: {"batch": 256} for name in PLANE_DATA}

    data: BitsOrPlane = data_setting(
        "digits",
        N_(
            "Black and white pictures of digits, nine bits with a hidden rule, or a distribution of the plane, cut "
            "into cells."
        ),
    )
    table: TableData = table_setting()
    batch: int = batch_setting(50)

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
        when={"domain": ("bits",)},
        key=True,
    )
    width: int = setting(
        256,
        N_("Width"),
        N_("Number of units in each hidden layer."),
        low=2,
        high=1024,
        log=True,
        when={"domain": ("bits",), "model": ("nade", "made")},
        key=True,
    )
    depth: int = setting(
        1, N_("Depth"), N_("Number of hidden layers."), low=1, high=4, when={"domain": ("bits",), "model": ("made",)}
    )
    direct: bool = setting(
        True,
        N_("Direct connections"),
        N_("Adds weights from each bit straight to the bits after it, past the hidden layers."),
        when={"domain": ("bits",), "model": ("made",)},
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
        when={"domain": ("bits",), "model": ("made",)},
    )
    masks: int = setting(
        1,
        N_("Masks"),
        N_("How many sets of masks of the hidden units take turns. The model is the mean over all of them."),
        low=1,
        high=16,
        when={"domain": ("bits",), "model": ("made",)},
    )
    degrees: Degrees = degrees_setting({"domain": ("bits",), "model": ("made",)})
    channels: int = setting(
        32,
        N_("Channels"),
        N_("Number of features for each bit inside the network."),
        low=8,
        high=128,
        log=True,
        when={"domain": ("bits",), "model": ("transformer", "pixelcnn")},
    )
    blocks: int = setting(
        3,
        N_("Blocks"),
        N_("Number of layers of attention, or of masked convolutions."),
        low=1,
        high=8,
        when={"domain": ("bits",), "model": ("transformer", "pixelcnn")},
        key=True,
    )
    heads: Annotated[Literal[1, 2, 4], BeforeValidator(int_from_text)] = setting(
        4,
        N_("Heads"),
        N_("Number of attention heads."),
        when={"domain": ("bits",), "model": ("transformer",)},
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
        when={"domain": ("bits",), "model": ORDER_AGNOSTIC},
        key=True,
    )
    leak: bool = setting(
        False,
        N_("Leak"),
        N_(
            "Breaks the mask: each bit also depends on itself. The loss then falls below what is possible, and samples "
            "become noise."
        ),
        when={"domain": ("bits",)},
        key=True,
    )

    bins: int = setting(
        128,
        N_("Bins"),
        N_("Number of equal parts of each axis. The density is constant within a cell."),
        low=4,
        high=256,
        log=True,
        when={"domain": ("plane",)},
        key=True,
    )
    units: int = setting(
        128,
        N_("Width"),
        N_("Number of units in each hidden layer."),
        low=2,
        high=512,
        log=True,
        when={"domain": ("plane",)},
        key=True,
    )
    layers: int = setting(
        2, N_("Depth"), N_("Number of hidden layers."), low=1, high=4, when={"domain": ("plane",)}, key=True
    )

    best: bool = best_setting("bits")
    optimiser: OptimiserName = optimiser_setting()
    lr: float = lr_setting(3e-3, key={"domain": ("plane",)})
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
        key=True,
    )
    clip: float = clip_setting(10.0)
    ema: float = ema_setting(0.99)


def effective_order(config: AutoregressiveConfig) -> str:
    """The name of the order in force: masked convolutions only work row by row."""
    return "rows" if config.model == "pixelcnn" else config.order


def mask_set_count(config: AutoregressiveConfig) -> int:
    """How many sets of masks take turns."""
    return max(config.orders, config.masks) if config.model == "made" else 1
