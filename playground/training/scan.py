"""The loops of recurrent networks over time, and their gradients by hand: backpropagation through time (Werbos 1990).

A step needs the one before it, so nothing here can be done for all times at once but what comes from the inputs: their
products with the weights are made before (`x`), and the gradients of the weights after the loop. Each loop is one
operation for who records a training step: unrolled, its hundreds of steps would take seconds to record.

x (length, n, gates * width); weight (gates * width, width) and bias (gates * width,) act on the state h (n, width).
Every cell returns all its states h and, for the LSTM, c (length, n, width), and what its gradients need of the gates.
"""

from collections.abc import Callable

import torch
from torch import Tensor

Forward = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]
Backward = Callable[..., tuple[Tensor, Tensor, Tensor, Tensor]]


def rnn(x: Tensor, weight: Tensor, bias: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """h' = tanh(x + W h + b) (Elman 1990)."""
    states = torch.empty_like(x)
    across = weight.t()
    for t in range(len(x)):
        h = torch.tanh(x[t] + torch.addmm(bias, h, across))  # (n, width)
        states[t] = h
    return states, x.new_empty(0), x.new_empty(0)


def rnn_backward(
    dh: Tensor, dc: Tensor, states: Tensor, cells: Tensor, gates: Tensor, weight: Tensor, h: Tensor, c: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The gradients by x, by what is added to it from the state, by h and by c."""
    dx, slope = torch.empty_like(states), 1 - states.square()
    back = torch.zeros_like(h)
    for t in range(len(states) - 1, -1, -1):
        torch.mul(dh[t] + back, slope[t], out=dx[t])
        back = dx[t] @ weight  # (n, width): the product that shrinks or explodes over time
    return dx, dx, back, torch.zeros_like(c)


def gru(x: Tensor, weight: Tensor, bias: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """r, z = sigmoid(x + W h + b); n = tanh(x_n + r (W_n h + b_n)); h' = (1 - z) n + z h (Cho et al. 2014)."""
    length, n, width = len(x), len(h), h.shape[1]
    states, gates, across = x.new_empty(length, n, width), x.new_empty(length, n, 4 * width), weight.t()
    for t in range(length):
        from_state = torch.addmm(bias, h, across)  # (n, 3 width)
        rz = torch.sigmoid(x[t, :, : 2 * width] + from_state[:, : 2 * width])
        r, z = rz.chunk(2, 1)
        inner = from_state[:, 2 * width :]
        new = torch.tanh(x[t, :, 2 * width :] + r * inner)
        h = torch.lerp(new, h, z)
        states[t] = h
        torch.cat([rz, new, inner], 1, out=gates[t])
    return states, x.new_empty(0), gates


def gru_backward(
    dh: Tensor, dc: Tensor, states: Tensor, cells: Tensor, gates: Tensor, weight: Tensor, h: Tensor, c: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """As `rnn_backward`."""
    length, n, width = states.shape
    r, z, new, inner = gates.chunk(4, 2)  # (length, n, width) each
    before = torch.cat([h[None], states[:-1]])
    # What each gate's input moves h' by, as far as it does not depend on later times:
    new_slope = (1 - z) * (1 - new.square())
    z_slope = (before - new) * z * (1 - z)
    r_slope = new_slope * inner * r * (1 - r)
    slopes = torch.cat([r_slope, z_slope, new_slope], 2).view(length, n, 3, width)
    shares = torch.cat([r_slope, z_slope, new_slope * r], 2).view(length, n, 3, width)
    totals, dstate = torch.empty_like(states), x_like(shares)
    back = torch.zeros_like(h)
    for t in range(length - 1, -1, -1):
        total = torch.add(dh[t], back, out=totals[t])  # (n, width)
        torch.mul(shares[t], total[:, None], out=dstate[t])
        back = torch.addmm(total * z[t], dstate[t].view(n, 3 * width), weight)
    dx = (slopes * totals[:, :, None]).view(length, n, 3 * width)
    return dx, dstate.view(length, n, 3 * width), back, torch.zeros_like(c)


def lstm(x: Tensor, weight: Tensor, bias: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """i, f, o = sigmoid, g = tanh of x + W h + b; c' = f c + i g; h' = o tanh(c') (Hochreiter and Schmidhuber 1997,
    with the forget gate of Gers et al. 2000). Gates in the order i, f, g, o."""
    length, n, width = len(x), len(h), h.shape[1]
    states, cells, gates = x.new_empty(length, n, width), x.new_empty(length, n, width), torch.empty_like(x)
    across = weight.t()
    for t in range(length):
        inputs = x[t] + torch.addmm(bias, h, across)  # (n, 4 width)
        now = gates[t]
        torch.sigmoid(inputs, out=now)
        i, f, g, o = now.chunk(4, 1)
        torch.tanh(inputs[:, 2 * width : 3 * width], out=g)
        c = torch.addcmul(f * c, i, g)
        h = o * torch.tanh(c)
        states[t], cells[t] = h, c
    return states, cells, gates


def lstm_backward(
    dh: Tensor, dc: Tensor, states: Tensor, cells: Tensor, gates: Tensor, weight: Tensor, h: Tensor, c: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """As `rnn_backward`."""
    length, n, width = states.shape
    i, f, g, o = gates.chunk(4, 2)  # (length, n, width) each
    before = torch.cat([c[None], cells[:-1]])
    squashed = torch.tanh(cells)
    to_cell, o_slope = o * (1 - squashed.square()), squashed * o * (1 - o)
    slopes = torch.stack([g * i * (1 - i), before * f * (1 - f), i * (1 - g.square())], 2)  # (length, n, 3, width)
    dx = torch.empty_like(gates)
    parts = dx.view(length, n, 4, width)
    back, back_cell = torch.zeros_like(h), torch.zeros_like(c)
    for t in range(length - 1, -1, -1):
        total = dh[t] + back  # (n, width)
        cell = torch.addcmul(dc[t] + back_cell, total, to_cell[t])
        torch.mul(slopes[t], cell[:, None], out=parts[t, :, :3])
        torch.mul(total, o_slope[t], out=parts[t, :, 3])
        back, back_cell = dx[t] @ weight, cell * f[t]  # f alone carries the cell back: no matrix, no squashing
    return dx, dx, back, back_cell


def x_like(tensor: Tensor) -> Tensor:
    return torch.empty_like(tensor, memory_format=torch.contiguous_format)


def rnn_step(x: Tensor, from_state: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """The cells for one step, for whose input depends on the state: x and `from_state` (n, gates * width) as above;
    h and c (n, width) -> the next ones."""
    return torch.tanh(x + from_state), c


def gru_step(x: Tensor, from_state: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    width = h.shape[1]
    r, z = torch.sigmoid(x[:, : 2 * width] + from_state[:, : 2 * width]).chunk(2, 1)
    return torch.lerp(torch.tanh(x[:, 2 * width :] + r * from_state[:, 2 * width :]), h, z), c


def lstm_step(x: Tensor, from_state: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    i, f, g, o = (x + from_state).chunk(4, 1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


STEPS = {"rnn": rnn_step, "gru": gru_step, "lstm": lstm_step}
CELLS: dict[str, tuple[Forward, Backward, int]] = {
    "rnn": (rnn, rnn_backward, 1),
    "gru": (gru, gru_backward, 3),
    "lstm": (lstm, lstm_backward, 4),
}
"""The loop of each cell, its gradients, and how many gates it has."""


@torch.library.custom_op("playground::scan", mutates_args=())
def scan(cell: str, x: Tensor, weight: Tensor, bias: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """One layer over all times: see the top of this file."""
    return CELLS[cell][0](x, weight, bias, h, c)


@torch.library.custom_op("playground::scan_backward", mutates_args=())
def scan_backward(
    cell: str,
    dh: Tensor,
    dc: Tensor,
    states: Tensor,
    cells: Tensor,
    gates: Tensor,
    weight: Tensor,
    h: Tensor,
    c: Tensor,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """The gradients by x, weight, bias, h and c, from those by all states."""
    dx, dstate, dh0, dc0 = CELLS[cell][1](dh.contiguous(), dc, states, cells, gates, weight, h, c)
    before = torch.cat([h[None], states[:-1]]).flatten(0, 1)  # (length * n, width)
    flat = dstate.flatten(0, 1)  # (length * n, gates * width)
    return dx.clone() if dx is dstate else dx, flat.t() @ before, flat.sum(0), dh0, dc0


@scan.register_fake
def _(cell, x, weight, bias, h, c):
    length, n, width = len(x), *h.shape
    kept = {"rnn": 0, "gru": 4 * width, "lstm": 4 * width}[cell]
    none = x.new_empty(0)
    return (
        x.new_empty(length, n, width),
        x.new_empty(length, n, width) if cell == "lstm" else none,
        x.new_empty(length, n, kept) if kept else none.clone(),
    )


@scan_backward.register_fake
def _(cell, dh, dc, states, cells, gates, weight, h, c):
    x = states.new_empty(*states.shape[:2], len(weight))
    return x, torch.empty_like(weight), weight.new_empty(len(weight)), torch.empty_like(h), torch.empty_like(c)


def _keep(ctx, inputs, output):
    cell, _, weight, _, h, c = inputs
    ctx.cell = cell
    ctx.save_for_backward(*output, weight, h, c)


def _gradients(ctx, dh, dc, dgates):
    return None, *scan_backward(ctx.cell, dh, dc, *ctx.saved_tensors)


scan.register_autograd(_gradients, setup_context=_keep)
