"""The settings of training that families share, each declared once; a family gives its own defaults. No torch here."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Literal

from playground.core.config import setting
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.dataset import dataset_of
from playground.data.settings import DataConfig

Key = bool | Mapping[str, tuple[Any, ...]]
"""When a setting is one of the few shown at first (`core.config.setting`)."""
Degrees = Literal["even", "in_turn"]
OptimiserName = Literal["adam", "sgd", "rmsprop"]
Activation = Literal["relu", "leaky_relu", "elu", "silu", "tanh"]


class MaskedConfig(DataConfig):
    """Settings of a family with a masked network, of its `width` and with its `degrees` (`degrees_setting`)."""

    @classmethod
    def masked_numbers(cls, values: Mapping[str, Any]) -> int:
        """How many numbers the masked network sees one after the other."""
        return dataset_of(SimpleNamespace(**values, domain=cls.domain_of(values))).dim

    @classmethod
    def idle(cls, values: Mapping[str, Any]) -> Mapping[str, str]:
        """With a hidden unit for every degree, both ways of giving them out are the same."""
        try:
            narrow = values["width"] < cls.masked_numbers(values) - 1
        except UserError:  # a table that is not here
            narrow = True
        return super().idle(values) if narrow else {**super().idle(values), "degrees": "width < numbers - 1"}


def degrees_setting(when: Mapping[str, tuple[Any, ...]]) -> Any:
    return setting(
        "even",
        N_("Degrees of the hidden units"),
        N_(
            "A hidden unit of degree d sees the first d numbers. Where there are fewer units than numbers, degrees are "
            "spread evenly over all of them; in turn, as older runs have it, only the first numbers are seen."
        ),
        options={"even": N_("spread evenly"), "in_turn": N_("in turn")},
        when=when,
        unlisted=("in_turn",),
    )


def batch_setting(default: int, help: str = N_("Number of samples in each update.")) -> Any:
    return setting(default, N_("Batch size"), help, group="data", low=8, high=2048, log=True)


def activation_setting(
    default: str,
    help: str = N_(
        "The nonlinearity of the hidden layers. ReLU is fastest and piecewise linear; the others are smoother."
    ),
    when: Mapping[str, tuple[Any, ...]] | None = None,
) -> Any:
    options = {"relu": "ReLU", "leaky_relu": "Leaky ReLU", "elu": "ELU", "silu": "SiLU", "tanh": "tanh"}
    return setting(default, N_("Activation"), help, options=options, when=when)


def optimiser_setting(default: str = "adam") -> Any:
    return setting(
        default,
        N_("Optimiser"),
        N_("The algorithm that updates the weights from the gradient."),
        group="optimiser",
        options={"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop"},
    )


def lr_setting(
    default: float,
    title: str = N_("Learning rate"),
    help: str = N_("Step size of the updates. A larger one learns faster; too large a one diverges."),
    high: float = 10,
    key: Key = False,
) -> Any:
    return setting(default, title, help, group="optimiser", live=True, low=0, high=high, log=True, key=key)


def clip_setting(default: float) -> Any:
    return setting(
        default,
        N_("Gradient clipping"),
        N_("Maximum norm of the gradient; a larger gradient is scaled down to it."),
        group="optimiser",
        live=True,
        low=0.01,
        high=1000,
        log=True,
    )


def ema_setting(default: float, title: str = N_("Weight averaging")) -> Any:
    return setting(
        default,
        title,
        N_(
            "Decay of the exponential moving average (EMA) of the weights. The playground shows and scores the "
            "averaged weights; 0 shows the newest weights."
        ),
        group="optimiser",
        live=True,
        low=0,
        high=0.9999,
    )


def best_setting(domain: str, key: Key = False) -> Any:
    """Only where data of this domain are kept for validation."""
    return setting(
        True,
        N_("Keep the best"),
        N_(
            "Show and score the weights with the best validation score instead of the newest ones. It avoids "
            "overfitting."
        ),
        group="optimiser",
        live=True,
        when={"domain": (domain,)},
        key=key,
    )


def int_from_text(value: object) -> object:
    """The number that a text may stand for: choices that are numbers come as text from a link or a command line."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value
