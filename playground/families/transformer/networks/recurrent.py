"""Recurrent networks: one token after the other, everything read so far in a state of fixed size."""

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .attention import Weights
from .cache import Cache
from .dropout import KEEP, Dropout
from .scan import CELLS, STEPS, scan
from .sequence import SequenceModel, Shape

State = tuple[Tensor, Tensor]
"""h and c (n, width); without a cell, c is 0."""


class Layer(nn.Module):
    """A layer of cells, with the parameters of torch's: x (n, length, inputs) -> (n, length, width)."""

    def __init__(self, cell: str, inputs: int, width: int, gain: float = 1.0):
        super().__init__()
        self.cell, self.width, self.gain, rows = cell, width, gain, CELLS[cell][2] * width
        self.weight_ih, self.weight_hh = nn.Parameter(torch.empty(rows, inputs)), nn.Parameter(torch.empty(rows, width))
        self.bias_ih, self.bias_hh = nn.Parameter(torch.empty(rows)), nn.Parameter(torch.empty(rows))

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        """Orthogonal weights from state to state (Saxe et al. 2014), times `gain`; the forget gate begins open
        (Jozefowicz et al. 2015): both keep gradients alive over time."""
        shape = getattr(self, name).shape
        if name == "weight_hh":
            squares = [torch.randn(self.width, self.width, generator=generator) for _ in range(shape[0] // self.width)]
            return torch.cat([self.gain * torch.linalg.qr(square).Q for square in squares])
        if name == "weight_ih":
            return torch.randn(shape, generator=generator) / math.sqrt(shape[1])
        bias = torch.zeros(shape)
        if self.cell == "lstm" and name == "bias_ih":
            bias[self.width : 2 * self.width] = 1.0
        return bias

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """All outputs, and the state after the last token."""
        if state is None:
            zero = x.new_zeros(len(x), self.width)
            state = zero, zero.clone()
        inputs = F.linear(x.transpose(0, 1), self.weight_ih, self.bias_ih)  # (length, n, gates * width), all at once
        h, c, _ = scan(self.cell, inputs.contiguous(), self.weight_hh, self.bias_hh, *state)
        return h.transpose(0, 1), (h[-1], c[-1] if self.cell == "lstm" else state[1])

    def step(self, x: Tensor, state: State) -> State:
        """The state after one more token x (n, inputs)."""
        inputs, from_state = F.linear(x, self.weight_ih, self.bias_ih), F.linear(state[0], self.weight_hh, self.bias_hh)
        return STEPS[self.cell](inputs, from_state, *state)


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
