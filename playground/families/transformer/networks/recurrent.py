"""Recurrent networks: one token after the other, everything read so far in a state of fixed size."""

from collections.abc import Iterable
from typing import Any

from torch import Tensor, nn

from playground.training.recurrent import Layer, State

from .attention import Weights
from .cache import Cache
from .dropout import KEEP, Dropout
from .sequence import SequenceModel, Shape


class Recurrent(SequenceModel):
    """`layers` layers, each reading the outputs of the one below. As encoder and decoder, the state with which the
    encoder ends is all that the decoder gets (Sutskever et al. 2014)."""

    def __init__(self, shape: Shape, cell: str, width: int, layers: int, tied: bool = False, gain: float = 1.0):
        super().__init__(shape, width, tied)

        def stack() -> Any:
            return nn.ModuleList([Layer(cell, width, width, gain) for _ in range(layers)])

        self.encoder = stack() if shape.architecture == "encoder_decoder" else None
        self.decoder = stack()
        self.sites = (1 + layers) * (1 if self.encoder is None else 2)

    def encode(self, source: Tensor, look: Weights | None = None, drop: Dropout = KEEP) -> Any:
        assert self.encoder is not None
        return run(self.encoder, source, None, drop)[1]

    def decode(
        self,
        x: Tensor,
        memory: Any = None,
        cache: Cache | None = None,
        look: Weights | None = None,
        drop: Dropout = KEEP,
    ) -> Tensor:
        before = memory
        if cache is not None and cache.entries:
            before = [cache.entries[f"layer {number}"] for number in range(len(self.decoder))]
        h, after = run(self.decoder, x, before, drop)
        if cache is not None:
            cache.entries = {f"layer {number}": state for number, state in enumerate(after)}
            cache.length += x.shape[1]
        return h


def run(layers: Iterable[Any], x: Tensor, states: Any, drop: Dropout) -> tuple[Tensor, list[State]]:
    """x (n, length, width) through all layers, from their `states` on; the outputs, and the states at the end."""
    h, after = drop(x), []
    for number, layer in enumerate(layers):
        h, state = layer(h, states[number] if states is not None else None)
        h = drop(h)
        after.append(state)
    return h, after
