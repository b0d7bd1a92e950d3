"""The settings of tasks on tokens. No torch here."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ValidationInfo

from playground.core.config import Config, setting
from playground.core.i18n import N_

from .dataset import dataset_of
from .settings import TokenData, data_setting
from .tokens import text_codec
from .tokens.task import TokenTask
from .tokens.text import OWN, SHIPPED, TextTask

WINDOWED = (*SHIPPED, OWN[0])
"""Data that are windows of a text."""


def _long_enough(code: str, known: ValidationInfo) -> str:
    text = text_codec.decode(code) if code else ""
    if text and known.data.get("data") == OWN[0] and "window" in known.data:
        TextTask.of(text, known.data["window"])
    return code


OwnText = Annotated[str, AfterValidator(_long_enough)]
"""A visitor's text as a code (`tokens.text_codec`)."""


class TokenConfig(Config):
    """Settings with a task on tokens among them: a family may declare `data` anew, with its own default."""

    data_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {"number_words": {"digits": 4}}

    data: TokenData = data_setting("copy", N_("The task to learn, or the text."))
    gap: int = setting(
        30,
        N_("Gap length"),
        N_("Number of tokens between the letters and the place where they are to be repeated."),
        group="data",
        low=1,
        high=500,
        log=True,
        when={"data": ("copy",)},
        key=True,
    )
    length: int = setting(
        20,
        N_("Length"),
        N_("Number of tokens of the source."),
        group="data",
        low=2,
        high=200,
        log=True,
        when={"data": ("reverse", "sort", "parity", "brackets")},
        key=True,
    )
    pairs: int = setting(
        8,
        N_("Pairs"),
        N_("Number of pairs of a letter and a digit."),
        group="data",
        low=2,
        high=52,
        log=True,
        when={"data": ("recall", "queues")},
        key=True,
    )
    digits: int = setting(
        3,
        N_("Digits"),
        N_("Number of digits of each number; of a number in words, the largest number of digits."),
        group="data",
        low=1,
        high=6,
        when={"data": ("addition", "subtraction", "number_words")},
        key=True,
    )
    least_first: bool = setting(
        True,
        N_("Ones first"),
        N_(
            "The answer begins with the ones, as one adds by hand. Otherwise it begins with the largest digit, which "
            "depends on all others."
        ),
        group="data",
        when={"data": ("addition", "subtraction")},
    )
    modulus: int = setting(
        97,
        N_("Modulus"),
        N_("The sums are taken modulo this number, which is also the number of tokens."),
        group="data",
        low=5,
        high=199,
        when={"data": ("modular",)},
    )
    train_share: float = setting(
        0.5,
        N_("Training share"),
        N_("The part of the table that is for training. The rest is held out."),
        group="data",
        low=0.1,
        high=0.9,
        when={"data": ("modular",)},
        key=True,
    )
    to: Literal["chinese", "english"] = setting(
        "chinese",
        N_("Into"),
        N_("The language of the answer."),
        group="data",
        options={"chinese": N_("Chinese"), "english": N_("English")},
        when={"data": ("number_words",)},
    )
    running: bool = setting(
        False,
        N_("After each bit"),
        N_("Asks for the parity after each bit, not only after the last. Each answer then needs one more bit alone."),
        group="data",
        when={"data": ("parity",)},
    )
    window: int = setting(
        64,
        N_("Window"),
        N_("Number of characters that the model reads at a time."),
        group="data",
        low=8,
        high=512,
        log=True,
        when={"data": WINDOWED},
        key=True,
    )
    own_text: OwnText = setting(
        "",
        N_("Own text"),
        N_("The text that you pasted or uploaded, as a code. If it is empty, the English text is the example."),
        group="data",
        longest=text_codec.MAX_CODE_LENGTH,
        when={"data": (OWN[0],)},
    )

    @classmethod
    def domain_of(cls, values: Mapping[str, Any]) -> str:
        return "tokens"

    @property
    def task(self) -> TokenTask:
        """The task that these settings choose."""
        return dataset_of(self)
