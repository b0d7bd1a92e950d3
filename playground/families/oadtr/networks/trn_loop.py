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

aten = torch.ops.aten


@torch.library.custom_op("playground::trn_loop", mutates_args=())
def trn_loop(
    x: Tensor, we: Tensor, be: Tensor, wh: Tensor, bh: Tensor, wc: Tensor, bc: Tensor, wd: Tensor, bd: Tensor,
    wo: Tensor, bo: Tensor, h: Tensor, c: Tensor, future: Tensor, queries: int,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:  # fmt: skip
    """All h and c (length, n, width), the mean futures (length, n, features), the decoder's states (length, queries, n,
    width); and what the gradients need."""
    length, width = len(x), h.shape[1]
    kept = [x.new_empty(shape) for shape in _shapes(x, h, future, queries)]
    states, cells, futures, imagined, seen, gates, starts, inner_gates, inner_cells, out = kept
    for t in range(length):
        torch.cat([h, future], 1, out=seen[t])
        h, c = _cell(torch.addmm(be, seen[t], we.t()) + x[t], c, gates[t])
        states[t], cells[t] = h, c
        s, m = torch.addmm(bh, h, wh.t()).relu_(), torch.addmm(bc, c, wc.t()).relu_()  # (n, width) each
        starts[t, 0], starts[t, 1] = s, m
        u = torch.zeros_like(s)  # the decoder's first input
        for k in range(queries):
            s, m = _cell(torch.addmm(bd, torch.cat([u, s], 1), wd.t()), m, inner_gates[t, k])
            imagined[t, k], inner_cells[t, k] = s, m
            u = torch.addmm(bo, s, wo.t(), out=out[t, k]).relu_()[:, :width]
        torch.mean(out[t, :, :, width:], 0, out=futures[t])
        future = futures[t]
    return states, cells, futures, imagined, seen, gates, starts, inner_gates, inner_cells, out


def _shapes(x: Tensor, h: Tensor, future: Tensor, queries: int) -> list[tuple[int, ...]]:
    (length, n, gates), width, features = x.shape, h.shape[1], future.shape[1]
    outer, inner = (length, n), (length, queries, n)
    return [
        (*outer, width), (*outer, width), (*outer, features), (*inner, width), (*outer, width + features),
        (*outer, gates), (length, 2, n, width), (*inner, gates), (*inner, width), (*inner, width + features),
    ]  # fmt: skip


def _cell(inputs: Tensor, c: Tensor, gates: Tensor) -> tuple[Tensor, Tensor]:
    """An LSTM's cell: inputs (n, 4 width) and c -> h and c; the gates are written down."""
    width = c.shape[1]
    torch.sigmoid(inputs, out=gates)
    i, f, g, o = gates.chunk(4, 1)
    torch.tanh(inputs[:, 2 * width : 3 * width], out=g)
    c = torch.addcmul(f * c, i, g)
    return o * torch.tanh(c), c


def _cell_back(total: Tensor, dcell: Tensor, gates: Tensor, c: Tensor, before: Tensor, inputs: Tensor) -> Tensor:
    """The same backwards: the gradients by h and c (n, width) -> that by the inputs, written to `inputs` (n, 4 width),
    and that by the cell `before`."""
    i, f, g, o = gates.chunk(4, 1)
    by_i, by_f, by_g, by_o = inputs.chunk(4, 1)
    squashed = torch.tanh(c)
    dcell = dcell + aten.tanh_backward(total * o, squashed)
    aten.sigmoid_backward.grad_input(dcell * g, i, grad_input=by_i)
    aten.sigmoid_backward.grad_input(dcell * before, f, grad_input=by_f)
    aten.tanh_backward.grad_input(dcell * i, g, grad_input=by_g)
    aten.sigmoid_backward.grad_input(total * squashed, o, grad_input=by_o)
    return dcell * f


@torch.library.custom_op("playground::trn_loop_backward", mutates_args=())
def trn_loop_backward(
    dh: Tensor, dc: Tensor, dfuture: Tensor, dimagined: Tensor, kept: list[Tensor], we: Tensor, wh: Tensor, wc: Tensor,
    wd: Tensor, wo: Tensor, c: Tensor,
) -> list[Tensor]:  # fmt: skip
    """The gradients by all tensors that `trn_loop` takes, in their order.

    Those of the decoder's weights are summed up frame by frame, while what they are made of is in the cache."""
    states, cells, _, imagined, seen, gates, starts, inner_gates, inner_cells, out = kept
    length, queries, n, width = imagined.shape
    dx, dstarts = torch.empty_like(gates), torch.empty_like(starts)
    dz, dout = torch.empty_like(inner_gates[0]), torch.empty_like(out[0])  # of one frame: (queries, n, ...)
    dwd, dbd, dwo, dbo = torch.zeros_like(wd), wd.new_zeros(len(wd)), torch.zeros_like(wo), wo.new_zeros(len(wo))
    zero, from_next = (
        torch.zeros_like(c),
        torch.zeros_like(seen[0]),
    )  # what comes back from later: (n, width + features)
    dcell = zero
    for t in range(length - 1, -1, -1):
        alive = out[t] > 0
        share = (dfuture[t] + from_next[:, width:]) / queries  # (n, features)
        torch.mul(share, alive[:, :, width:], out=dout[:, :, width:])
        du, ds, dm = zero, zero, zero  # by the decoder's next input, its state and its cell
        for k in range(queries - 1, -1, -1):
            torch.mul(du, alive[k, :, :width], out=dout[k, :, :width])
            total = torch.addmm(dimagined[t, k] + ds, dout[k], wo)  # (n, width)
            before = inner_cells[t, k - 1] if k else starts[t, 1]
            dm = _cell_back(total, dm, inner_gates[t, k], inner_cells[t, k], before, dz[k])
            du, ds = (dz[k] @ wd).split(width, 1)
        inputs = torch.cat([zero[None], out[t, :-1, :, :width]])  # (queries, n, width)
        read = torch.cat([inputs, torch.cat([starts[t, :1], imagined[t, :-1]])], 2).flatten(0, 1)
        dwd.addmm_(dz.flatten(0, 1).t(), read)
        dwo.addmm_(dout.flatten(0, 1).t(), imagined[t].flatten(0, 1))
        dbd.add_(dz.sum((0, 1)))
        dbo.add_(dout.sum((0, 1)))
        torch.mul(ds, starts[t, 0] > 0, out=dstarts[t, 0])
        torch.mul(dm, starts[t, 1] > 0, out=dstarts[t, 1])
        total = torch.addmm(dh[t] + from_next[:, :width], dstarts[t, 0], wh)
        by_cell = torch.addmm(dc[t] + dcell, dstarts[t, 1], wc)
        dcell = _cell_back(total, by_cell, gates[t], cells[t], cells[t - 1] if t else c, dx[t])
        from_next = dx[t] @ we  # (n, width + features)
    found = [dx]
    for slope, given in ((dx, seen), (dstarts[:, 0], states), (dstarts[:, 1], cells)):
        flat = slope.reshape(length * n, -1)
        found += [flat.t() @ given.flatten(0, 1), flat.sum(0)]
    return [*found, dwd, dbd, dwo, dbo, from_next[:, :width].clone(), dcell, from_next[:, width:].clone()]


@trn_loop.register_fake
def _(x, we, be, wh, bh, wc, bc, wd, bd, wo, bo, h, c, future, queries):
    return tuple(x.new_empty(shape) for shape in _shapes(x, h, future, queries))


@trn_loop_backward.register_fake
def _(dh, dc, dfuture, dimagined, kept, we, wh, wc, wd, wo, c):
    _, _, futures, _, _, gates, *_ = kept
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
