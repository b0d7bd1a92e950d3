"""Dials that several panels have."""

from collections.abc import Mapping
from types import MappingProxyType

from playground.core.i18n import N_
from playground.core.panels import Dial
from playground.data.tokens.task import TokenTask

from ...config import TransformerConfig, effective_architecture
from ..frames import SHOWN_COUNT
from ..typed import MAX_TYPED

KINDS = {
    "self": N_("decoder: self-attention"),
    "cross": N_("decoder: cross-attention"),
    "encoder": N_("encoder: self-attention"),
    "gradient": N_("gradient"),
}
"""What may link the tokens, by the names of `attention_maps`."""


def row_dial() -> Dial:
    """Which of the sequences on the stage."""
    return Dial("row", N_("Sequence"), default=1, low=1, high=SHOWN_COUNT, step=1, help=N_("One of the stage's."))


def text_dial(name: str, title: str, default: str, task: TokenTask) -> Dial:
    """A sequence that a visitor types."""
    help = (
        N_("What is given; the model writes the answer. You may type > for → and _ for a blank.")
        if task.source_length
        else N_("What the text begins with. ↵ stands for a line break.")
    )
    return Dial(name, title, "text", default, longest=MAX_TYPED, help=help)


def kind_dials(config: TransformerConfig, *kinds: str) -> tuple[Dial, ...]:
    """Which kind of links, where there are several."""
    if len(kinds) < 2:
        return ()
    return (Dial("kind", N_("Links"), "choice", kinds[0], options=tuple((kind, KINDS[kind]) for kind in kinds)),)


def attention_kinds(config: TransformerConfig) -> tuple[str, ...]:
    """Those that a Transformer has."""
    return ("self", "cross", "encoder") if effective_architecture(config) == "encoder_decoder" else ("self",)


def head_dials(
    config: TransformerConfig, when: Mapping[str, tuple[str, ...]] = MappingProxyType({})
) -> tuple[Dial, ...]:
    """Which layer and which head of a Transformer, where there are several; `when` a single head is looked at."""
    found = (
        Dial("layer", N_("Layer"), default=1, low=1, high=config.layers, step=1),
        Dial("head", N_("Head"), default=1, low=1, high=config.heads, step=1, when=when),
    )
    return tuple(dial for dial in found if dial.high > dial.low)


def draw_dial(when: Mapping[str, tuple[str, ...]]) -> Dial:
    """The number of a random draw."""
    help = N_("Each number is another random draw.")
    return Dial("draw", N_("Draw"), default=1, low=1, high=50, step=1, help=help, when=when)
