"""The settings of a model of sequences. No torch here: the server reads them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from playground.core.config import Config, setting
from playground.core.i18n import N_
from playground.data.tokens import tasks
from playground.data.tokens.task import TokenTask
from playground.data.tokens.text_codec import MAX_CODE_LENGTH
from playground.training.settings import (
    OptimiserName,
    batch_setting,
    clip_setting,
    ema_setting,
    lr_setting,
    optimiser_setting,
)

from .sizes import Sizes, width_for

RECURRENT = ("lstm", "gru", "rnn")
TaskName = str if TYPE_CHECKING else Literal[tuple(tasks.TASKS)]
WITH_SOURCE = tuple(name for name in tasks.TASKS if name not in tasks.RUNNING_TEXT)


class TransformerConfig(Config):
    """A Transformer or a recurrent network, on sequences of tokens."""

    data_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        name: {"length": choice.length} for name, choice in tasks.TASKS.items() if choice.length
    }

    data: TaskName = setting(
        "copy",
        N_("Data"),
        N_("A task whose right answer is known, or a text, character by character."),
        group="data",
        options={name: choice.title for name, choice in tasks.TASKS.items()},
    )
    own_text: str = setting(
        "",
        N_("Own text"),
        N_("The text that you pasted or uploaded, as a short code. If it is empty, an English text is the example."),
        group="data",
        longest=MAX_CODE_LENGTH,
        when={"data": ("own_text",)},
    )
    length: int = setting(
        30,
        N_("Length"),
        N_("How long the sequences are: the gap of the copy task, the letters of a word, the characters of a window."),
        group="data",
        low=1,
        high=256,
        log=True,
        when={"data": tuple(name for name, choice in tasks.TASKS.items() if choice.length)},
    )
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
    width: Literal[16, 32, 48, 64, 96, 128, 192, 256] = setting(
        48, N_("Width"), N_("Numbers that stand for one token in each layer.")
    )
    match: bool = setting(
        True,
        N_("Same number of parameters"),
        N_("The recurrent network is made as wide as it takes to have as many parameters as the Transformer."),
        when={"model": RECURRENT},
    )
    heads: Literal[1, 2, 4, 8] = setting(
        4, N_("Heads"), N_("Number of attention heads in each layer."), when={"model": ("transformer",)}
    )
    ratio: Literal[1, 2, 4] = setting(
        4,
        N_("MLP ratio"),
        N_("How many times wider the network between two attentions is inside."),
        when={"model": ("transformer",)},
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
        key=True,
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
    def domain_of(cls, values: Mapping[str, Any]) -> str:
        return "tokens"

    @classmethod
    def idle(cls, values: Mapping[str, Any]) -> Mapping[str, str]:
        """A text has no source: it is read by a decoder, whatever the architecture that stands in the settings."""
        if values["data"] in WITH_SOURCE:
            return super().idle(values)
        return {**super().idle(values), "attention": "data"}


def task_of(config: TransformerConfig) -> TokenTask:
    """The task of the settings."""
    return tasks.task(config)


def effective_architecture(config: TransformerConfig) -> str:
    """The architecture in force: a text without a source is read by a decoder."""
    return config.architecture if config.data in WITH_SOURCE else "decoder"


def sizes(config: TransformerConfig) -> Sizes:
    """What decides the number of parameters, besides the width."""
    task = task_of(config)
    return Sizes(
        len(task.vocabulary), task.source_length, task.answer_length, effective_architecture(config), config.layers,
        config.ratio, config.positions, config.norm == "pre", config.tied, config.attention,
    )  # fmt: skip


def effective_width(config: TransformerConfig) -> int:
    """The width in force: of a recurrent network with `match`, that with the Transformer's number of parameters."""
    if config.model == "transformer" or not config.match:
        return config.width
    found = sizes(config)
    return width_for(lambda width: found.recurrent(config.model, width), found.transformer(config.width))


def parameter_counts(config: TransformerConfig) -> dict[str, int]:
    """The number of parameters of every model with these settings, by its name: for the page."""
    found = {}
    for model in ("transformer", *RECURRENT):
        other = config.model_copy(update={"model": model})
        count, width = sizes(other), effective_width(other)
        found[model] = count.transformer(width) if model == "transformer" else count.recurrent(model, width)
    return found
