"""The settings of a model of sequences. No torch here: the server reads them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator

from playground.core.config import setting
from playground.core.i18n import N_
from playground.data.settings import TOKEN_DATA
from playground.data.token_settings import WINDOWED, TokenConfig
from playground.training.settings import (
    OptimiserName,
    batch_setting,
    clip_setting,
    ema_setting,
    int_from_text,
    lr_setting,
    optimiser_setting,
)

from .sizes import Sizes, width_for

RECURRENT = ("lstm", "gru", "rnn")
WITH_SOURCE = tuple(name for name in TOKEN_DATA if name not in WINDOWED)
"""Data with a source and an answer; in a text every character is predicted from those before it."""


NARROW = 32
"""The width that suits an encoder-decoder, and a text with many different characters."""


class TransformerConfig(TokenConfig):
    """A Transformer or a recurrent network, on sequences of tokens."""

    data_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        **TokenConfig.data_defaults,
        "four_books": {"width": NARROW, "tied": True},
    }

    batch: int = batch_setting(64, N_("Number of sequences in each update."))

    model: Literal["transformer", "lstm", "gru", "rnn"] = setting(
        "transformer",
        N_("Model"),
        N_("The Transformer attends to all tokens at once. The others read them one by one into a state."),
        options={"transformer": "Transformer", "lstm": "LSTM", "gru": "GRU", "rnn": "RNN"},
        key=True,
    )
    architecture: Literal["decoder", "encoder_decoder", "encoder"] = setting(
        "decoder",
        N_("Architecture"),
        N_(
            "A decoder reads source and answer as one sequence. An encoder-decoder reads the source first. An encoder "
            "fills in all blanks of the answer at once."
        ),
        options={
            "decoder": N_("decoder only"),
            "encoder_decoder": N_("encoder-decoder"),
            "encoder": N_("encoder only"),
        },
        when={"data": WITH_SOURCE},
        key=True,
    )
    attention: bool = setting(
        True,
        N_("Additive attention"),
        N_("The decoder looks back at every state of the encoder. Without it, one state must hold the whole source."),
        when={"model": RECURRENT, "architecture": ("encoder_decoder",)},
        key=True,
    )
    positions: Literal["none", "sinusoidal", "learned", "rotary", "alibi"] = setting(
        "rotary",
        N_("Positions"),
        N_("How the model knows where a token stands. Without positions, attention sees tokens in no order."),
        options={
            "none": N_("none"),
            "sinusoidal": N_("sinusoidal"),
            "learned": N_("learned"),
            "rotary": N_("rotary"),
            "alibi": "ALiBi",
        },
        when={"model": ("transformer",)},
        key=True,
    )
    layers: int = setting(2, N_("Layers"), N_("Number of layers of the encoder and of the decoder."), low=1, high=6)
    width: Annotated[Literal[16, 32, 48, 64, 96, 128, 192, 256], BeforeValidator(int_from_text)] = setting(
        48, N_("Width"), N_("Numbers that stand for one token in each layer.")
    )
    match: bool = setting(
        True,
        N_("Same number of parameters"),
        N_("The recurrent network is made as wide as it takes to have as many parameters as the Transformer."),
        when={"model": RECURRENT},
    )
    gain: float = setting(
        1.0,
        N_("Recurrent gain"),
        N_(
            "Initial size of the weights from state to state. Below 1 gradients shrink on their way back, above 1 they "
            "may grow."
        ),
        low=0.1,
        high=3,
        when={"model": RECURRENT},
    )
    heads: Annotated[Literal[1, 2, 4, 8], BeforeValidator(int_from_text)] = setting(
        4, N_("Heads"), N_("Number of attention heads in each layer."), when={"model": ("transformer",)}
    )
    ratio: Annotated[Literal[1, 2, 4], BeforeValidator(int_from_text)] = setting(
        4,
        N_("MLP ratio"),
        N_("How many times wider the network between two attentions is inside."),
    )
    norm: Literal["pre", "post"] = setting(
        "pre",
        N_("Normalisation"),
        N_("Pre-norm normalises what enters a part; post-norm, as in the paper, what leaves it, and needs warm-up."),
        options={"pre": N_("pre-norm"), "post": N_("post-norm")},
        when={"model": ("transformer",)},
    )
    activation: Literal["gelu", "relu"] = setting(
        "gelu",
        N_("Activation"),
        N_("The nonlinearity between two attentions. ReLU is the paper's; GELU is smoother."),
        options={"gelu": "GELU", "relu": "ReLU"},
        when={"model": ("transformer",)},
    )
    causal: bool = setting(
        True,
        N_("Causal mask"),
        N_("Hides later tokens. Without it the model reads its answer off the input, and generation fails."),
        when={"model": ("transformer",), "architecture": ("decoder", "encoder_decoder")},
    )
    tied: bool = setting(
        False, N_("Tied embeddings"), N_("The output layer is the matrix of the embedding: fewer parameters.")
    )
    dropout: float = setting(
        0.0,
        N_("Dropout"),
        N_("Probability with which numbers between the layers are set to zero in training. It reduces overfitting."),
        low=0,
        high=0.9,
    )

    smoothing: float = setting(
        0.0,
        N_("Label smoothing"),
        N_("The share of the target that is spread over all tokens, so that the model does not become too sure."),
        group="objective",
        low=0,
        high=0.5,
    )

    optimiser: OptimiserName = optimiser_setting()
    lr: float = lr_setting(3e-3, N_("Peak learning rate"), key=True)
    schedule: Literal["constant", "cosine", "inverse_sqrt"] = setting(
        "constant",
        N_("Schedule"),
        N_("How the learning rate goes on after the warm-up."),
        group="optimiser",
        options={
            "constant": N_("constant"),
            "cosine": N_("cosine"),
            "inverse_sqrt": N_("inverse square root"),
        },
    )
    warmup: int = setting(
        30,
        N_("Warm-up"),
        N_("Steps over which the learning rate grows from zero to its peak."),
        group="optimiser",
        live=True,
        low=0,
        high=10_000,
        log=True,
    )
    horizon: int = setting(
        2000,
        N_("Steps of the cosine"),
        N_("The step at which the cosine has come down to its lowest rate."),
        group="optimiser",
        live=True,
        low=1,
        high=200_000,
        log=True,
        when={"schedule": ("cosine",)},
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
    clip: float = clip_setting(1.0)
    ema: float = ema_setting(0.0)

    @classmethod
    def companions(cls, name: str, now: Mapping[str, Any]) -> Mapping[str, Any]:
        """An encoder-decoder has more than twice the weights of a layer: narrower, it keeps as many states of a run."""
        narrow, wide = NARROW, cls.model_fields["width"].default
        both = now["architecture"] == "encoder_decoder"
        if name != "architecture" or now["width"] != (wide if both else narrow):
            return {}
        return {"width": narrow if both else wide}

    @classmethod
    def idle(cls, values: Mapping[str, Any]) -> Mapping[str, str]:
        """A text has no source, so that it has one architecture; the network between two attentions is a Transformer's,
        and counts where another model is to have as many parameters."""
        found = dict(super().idle(values))
        if values["data"] in WINDOWED:
            found["attention"] = f"data != {values['data']}"
        if values["model"] in RECURRENT and not values["match"]:
            found["ratio"] = "match = True"
        return found


def effective_architecture(config: TransformerConfig) -> str:
    """The architecture in force: a text without a source is read by a decoder."""
    return config.architecture if config.data in WITH_SOURCE else "decoder"


def has_cache(config: TransformerConfig) -> bool:
    """Whether what the model has made of earlier tokens still holds when another one follows."""
    attends_back = config.model in RECURRENT or config.causal
    return attends_back and effective_architecture(config) != "encoder"


def is_attentive(config: TransformerConfig) -> bool:
    """Whether this is a recurrent network with additive attention."""
    both = effective_architecture(config) == "encoder_decoder"
    return both and config.model in RECURRENT and config.attention


def sizes(config: TransformerConfig) -> Sizes:
    """What decides the number of parameters, besides the width."""
    task = config.task
    return Sizes(
        len(task.vocabulary), task.source_length, task.answer_length, effective_architecture(config), config.layers,
        config.ratio, config.positions, config.norm == "pre", config.tied, config.attention,
    )  # fmt: skip


def effective_width(config: TransformerConfig) -> int:
    """The width in force: of a recurrent network with `match`, that with the Transformer's number of parameters. What
    is compared with is a Transformer without a table of positions, and with pre-norm."""
    if config.model == "transformer" or not config.match:
        return config.width
    found = sizes(config)
    wanted = replace(found, positions="rotary", pre=True).transformer(config.width)
    return width_for(lambda width: found.recurrent(config.model, width), wanted)


def parameter_counts(config: TransformerConfig) -> dict[str, tuple[int, int]]:
    """Of every model with these settings, by its name: its number of parameters and its width. For the page."""
    found = {}
    for model in ("transformer", *RECURRENT):
        other = config.with_defaults(model=model)
        count, width = sizes(other), effective_width(other)
        number = count.transformer(width) if model == "transformer" else count.recurrent(model, width)
        found[model] = (number, width)
    return found
