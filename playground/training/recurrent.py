"""A layer of recurrent cells: all of a sequence at once, or one step after the other."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .scan import CELLS, STEPS, scan

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
