"""TRN's loops over time and, at every time, over the imagined future, and their gradients by hand.

A window of 32 frames with 8 imagined ones takes 288 cells one after the other: as a recorded step thousands of
operations. So they are one operation, as those of `playground.training.scan` are. What does not depend on the loop, the
products with the frames, is made before it, and the gradients of the weights after it.

Axes: length, queries, n, then numbers. Gates in the order i, f, g, o.

- x (length, n, 4 width): the frames' share of the encoder's gates, with a bias;
- we (4 width, width + features), be: what its cell reads, its own state and then the mean of the imagined future;
- wh, bh, wc, bc: with a ReLU, from its h and c to those with which the decoder begins, (width, width) and (width,);
- wd (4 width, 2 width), bd: what the decoder's cell reads, first its input and then its own state;
- wo (width + features, width), bo: with a ReLU, from the decoder's state to its next input and to what is imagined;
- h, c (n, width), future (n, features): the state before the first frame.
"""

import torch
from torch import Tensor


@torch.library.custom_op("playground::trn_loop", mutates_args=())
def trn_loop(
    x: Tensor, we: Tensor, be: Tensor, wh: Tensor, bh: Tensor, wc: Tensor, bc: Tensor, wd: Tensor, bd: Tensor,
    wo: Tensor, bo: Tensor, h: Tensor, c: Tensor, future: Tensor, queries: int,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:  # fmt: skip
    """All h and c (length, n, width), the mean futures (length, n, features), the decoder's states (length, queries, n,
    width); and what the gradients need."""
    length, width = len(x), h.shape[1]
    kept = [torch.empty(shape, dtype=x.dtype, device=x.device) for shape in _shapes(x, h, future, queries)]
    states, cells, futures, imagined, seen, gates, starts, read, inner_gates, inner_cells, out = kept
    read[:, 0, :, :width] = 0  # the decoder's first input
    for t in range(length):
        torch.cat([h, future], 1, out=seen[t])
        h, c = _cell(torch.addmm(be, seen[t], we.t()) + x[t], c, gates[t])
        states[t], cells[t] = h, c
        s, m = torch.addmm(bh, h, wh.t()).relu_(), torch.addmm(bc, c, wc.t()).relu_()  # (n, width) each
        starts[t, 0], starts[t, 1] = s, m
        for k in range(queries):
            now, made = read[t, k], out[t, k]
            now[:, width:] = s
            s, m = _cell(torch.addmm(bd, now, wd.t()), m, inner_gates[t, k])
            imagined[t, k], inner_cells[t, k] = s, m
            torch.addmm(bo, s, wo.t(), out=made).relu_()
            if k + 1 < queries:
                read[t, k + 1, :, :width] = made[:, :width]
        torch.mean(out[t, :, :, width:], 0, out=futures[t])
        future = futures[t]
    return states, cells, futures, imagined, seen, gates, starts, read, inner_gates, inner_cells, out


def _shapes(x: Tensor, h: Tensor, future: Tensor, queries: int) -> list[tuple[int, ...]]:
    (length, n, gates), width, features = x.shape, h.shape[1], future.shape[1]
    outer, inner = (length, n), (length, queries, n)
    return [
        (*outer, width), (*outer, width), (*outer, features), (*inner, width), (*outer, width + features),
        (*outer, gates), (length, 2, n, width), (*inner, 2 * width), (*inner, gates), (*inner, width),
        (*inner, width + features),
    ]  # fmt: skip


def _cell(inputs: Tensor, c: Tensor, gates: Tensor) -> tuple[Tensor, Tensor]:
    """An LSTM's cell: inputs (n, 4 width) and c -> h and c; the gates are written down."""
    width = c.shape[1]
    torch.sigmoid(inputs, out=gates)
    i, f, g, o = gates.chunk(4, 1)
    torch.tanh(inputs[:, 2 * width : 3 * width], out=g)
    c = torch.addcmul(f * c, i, g)
    return o * torch.tanh(c), c


@torch.library.custom_op("playground::trn_loop_backward", mutates_args=())
def trn_loop_backward(
    dh: Tensor, dc: Tensor, dfuture: Tensor, dimagined: Tensor, kept: list[Tensor], we: Tensor, wh: Tensor, wc: Tensor,
    wd: Tensor, wo: Tensor, c: Tensor,
) -> list[Tensor]:  # fmt: skip
    """The gradients by all tensors that `trn_loop` takes, in their order."""
    states, cells, _, imagined, seen, gates, starts, read, inner_gates, inner_cells, out = kept
    length, queries, n, width = imagined.shape
    dx, dz, dout = torch.empty_like(gates), torch.empty_like(inner_gates), torch.empty_like(out)
    dstarts, begun, alive = torch.empty_like(starts), starts > 0, out > 0
    outer = _slopes(gates, cells, torch.cat([c[None], cells[:-1]]))
    inner = _slopes(inner_gates, inner_cells, torch.cat([starts[:, 1:], inner_cells[:, :-1]], 1))
    zero, from_next = (
        torch.zeros_like(c),
        torch.zeros_like(seen[0]),
    )  # what comes back from later: (n, width + features)
    dcell = zero
    for t in range(length - 1, -1, -1):
        share = (dfuture[t] + from_next[:, width:]) / queries  # (n, features)
        torch.mul(share, alive[t, :, :, width:], out=dout[t, :, :, width:])
        du, ds, dm = zero, zero, zero  # by the decoder's next input, its state and its cell
        for k in range(queries - 1, -1, -1):
            torch.mul(du, alive[t, k, :, :width], out=dout[t, k, :, :width])
            total = torch.addmm(dimagined[t, k] + ds, dout[t, k], wo)  # (n, width)
            dm = _cell_back(total, dm, inner, (t, k), dz[t, k])
            du, ds = (dz[t, k] @ wd).split(width, 1)
        torch.mul(ds, begun[t, 0], out=dstarts[t, 0])
        torch.mul(dm, begun[t, 1], out=dstarts[t, 1])
        total = torch.addmm(dh[t] + from_next[:, :width], dstarts[t, 0], wh)
        dcell = _cell_back(total, torch.addmm(dc[t] + dcell, dstarts[t, 1], wc), outer, (t,), dx[t])
        from_next = dx[t] @ we  # (n, width + features)
    found = [dx]
    for slope, given in (
        (dx, seen), (dstarts[:, 0], states), (dstarts[:, 1], cells), (dz, read), (dout, imagined)
    ):  # fmt: skip
        flat = slope.reshape(-1, slope.shape[-1])
        found += [flat.t() @ given.reshape(-1, given.shape[-1]), flat.sum(0)]
    return [*found, from_next[:, :width].clone(), dcell, from_next[:, width:].clone()]


Slopes = tuple[Tensor, Tensor, Tensor, Tensor]


def _slopes(gates: Tensor, cells: Tensor, before: Tensor) -> Slopes:
    """By what h moves the cell and the gate o, by what the cell moves the other gates (..., n, 3, width), and f."""
    i, f, g, o = gates.chunk(4, -1)
    squashed = torch.tanh(cells)
    by_cell = torch.stack([g * i * (1 - i), before * f * (1 - f), i * (1 - g.square())], -2)
    return o * (1 - squashed.square()), squashed * o * (1 - o), by_cell, f


def _cell_back(total: Tensor, dcell: Tensor, slopes: Slopes, at: tuple[int, ...], dz: Tensor) -> Tensor:
    """One cell backwards: the gradients by h and c (n, width) -> that by the inputs, written to dz (n, 4 width), and
    that by the cell before."""
    to_cell, to_o, by_cell, f = (part[at] for part in slopes)
    dcell = torch.addcmul(dcell, total, to_cell)
    parts = dz.view(len(dz), 4, -1)
    torch.mul(by_cell, dcell[:, None], out=parts[:, :3])
    torch.mul(total, to_o, out=parts[:, 3])
    return dcell * f


@trn_loop.register_fake
def _(x, we, be, wh, bh, wc, bc, wd, bd, wo, bo, h, c, future, queries):
    return tuple(x.new_empty(shape) for shape in _shapes(x, h, future, queries))


@trn_loop_backward.register_fake
def _(dh, dc, dfuture, dimagined, kept, we, wh, wc, wd, wo, c):
    states, _, futures, _, _, gates, *_ = kept
    weights = [part for w in (we, wh, wc, wd, wo) for part in (torch.empty_like(w), w.new_empty(len(w)))]
    last = futures.new_empty(futures.shape[1:])
    return [torch.empty_like(gates), *weights, torch.empty_like(c), torch.empty_like(c), last]


def _keep(ctx, inputs, output):
    _, we, _, wh, _, wc, _, wd, _, wo, _, _, c, _, _ = inputs
    ctx.save_for_backward(*output, we, wh, wc, wd, wo, c)


def _gradients(ctx, dh, dc, dfuture, dimagined, *_):
    *kept, we, wh, wc, wd, wo, c = ctx.saved_tensors
    given = (part.contiguous() for part in (dh, dc, dfuture, dimagined))
    return (*trn_loop_backward(*given, kept, we, wh, wc, wd, wo, c), None)


trn_loop.register_autograd(_gradients, setup_context=_keep)
