"""What a model of bits answers to the panels of its page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.bits.binary import Binary, bernoulli
from playground.training import batches

from .bit_panels import KEPT, NO_ANSWER, RANKED
from .config import AutoregressiveConfig
from .model import chosen, log_chance, log_prob
from .nets.net import Net
from .oddities import ODD, ODDITIES, odd
from .sample import drawn

Answer = dict[str, np.ndarray]

COMPLETIONS, DRAWN, ASKED = 128, 16, 8
"""Completions that a chance is counted over; those that are drawn; vectors over which slopes are averaged."""


@dataclass(frozen=True)
class Asked:
    """Who is asked."""

    net: Net
    config: AutoregressiveConfig
    data: Binary
    device: torch.device

    def tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(self.device)

    def uniform(self, count: int, draw: int = 0) -> Tensor:
        generator = batches.generator(self.config.seed, f"panel {draw}")
        return self.tensor(generator.random((count, self.data.dim), np.float32))

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return log_prob(self.net, self.tensor(x)).cpu().numpy()

    def test(self, number: int) -> np.ndarray:
        """A vector that no model has learnt from (dim,)."""
        rows = self.data.rows("test")
        return rows[number % len(rows)].astype(np.float32)


def answer(question: Mapping[str, np.ndarray], asked: Asked) -> Answer:
    """The arrays to one question; `UserError` where a model of bits has no answer."""
    names = [name for name in question if "." not in name]
    if len(names) != 1 or names[0] not in ANSWERS or set(question) - {names[0], f"{names[0]}.pixels"}:
        raise UserError(NO_ANSWER, names=", ".join(ANSWERS))
    arrays = [np.asarray(question[name], np.float32) for name in (names[0], f"{names[0]}.pixels") if name in question]
    if not all(array.ndim == 1 and np.isfinite(array).all() for array in arrays):
        raise UserError(N_("Of '{name}' a model is asked with finite numbers."), name=names[0])
    return ANSWERS[names[0]](asked, *arrays)


def whole(dials: np.ndarray, place: int, end: int) -> int:
    """The whole number of a dial, 0 to `end` - 1; `UserError` if it is none of these."""
    value = int(dials[place]) if place < len(dials) else -1
    if value not in range(end):
        raise UserError(N_("A dial stands where this panel has nothing."))
    return value


def _conditionals(asked: Asked, dials: np.ndarray) -> Answer:
    """`real` (dim,), `known` (dim,) 1 where a bit is known, `chances` (dim,) of each other bit given these, counted
    over
    completions, of the next one exact; `nats` (dim,) that each bit cost, given those before it."""
    net, x, count = asked.net, asked.test(whole(dials, 0, 10**6) - 1), whole(dials, 1, asked.data.dim + 1)
    given = asked.tensor(np.repeat(x[None], COMPLETIONS, 0))
    with torch.no_grad():
        bits, each = drawn(net, asked.uniform(COMPLETIONS), 0, given, count)
        logits = net(given[:1], chosen(0, given))
        nats = -log_chance(logits, given[:1])[0]
    order, known = net.orders[0], np.zeros(asked.data.dim, np.float32)
    known[order[:count]] = 1
    chances = bits.mean(0).cpu().numpy()
    if count < len(order):
        chances[order[count]] = float(each[0, order[count]])
    return {"real": x, "known": known, "chances": chances, "nats": nats.cpu().numpy()}


def _completion(asked: Asked, dials: np.ndarray, pixels: np.ndarray) -> Answer:
    """`known` (dim,), `given` (dim,), `bits` (16, dim) completions, `log_p` (16,), `chances` (dim,) over many more."""
    if len(pixels) != asked.data.dim:
        raise UserError(N_("A dial stands where this panel has nothing."))
    count = round(whole(dials, 0, KEPT + 1) / KEPT * asked.data.dim)
    ink = (pixels >= 0.5).astype(np.float32)
    given = asked.tensor(np.repeat(ink[None], COMPLETIONS, 0))
    with torch.no_grad():
        bits, _ = drawn(asked.net, asked.uniform(COMPLETIONS, whole(dials, 1, 1000)), 0, given, count)
    known = np.zeros(asked.data.dim, np.float32)
    known[asked.net.orders[0][:count]] = 1
    shown = bits[:DRAWN].cpu().numpy()
    return {
        "known": known,
        "given": ink,
        "bits": shown,
        "log_p": asked.log_prob(shown),
        "chances": bits.mean(0).cpu().numpy(),
    }


def _matters(asked: Asked, dials: np.ndarray) -> Answer:
    """`slopes` (dim, dim): how steeply the logit of bit i, a row, follows bit j, a column, both as they stand; mean of
    the sizes of the Jacobian's entries over a few vectors. And `order` (dim,)."""
    base = asked.tensor(asked.data.rows("test")[:ASKED])
    return {"slopes": slopes(asked.net, base).cpu().numpy(), "order": asked.net.orders[0].astype(np.float32)}


def slopes(net: Net, base: Tensor, number: int = 0) -> Tensor:
    """Mean size of d logit_i / d x_j over vectors `base` (n, dim): (dim, dim). Vectors know nothing of each other, so a
    column of logits summed up has the slopes of each of them."""
    which = chosen(number, base)
    with torch.enable_grad():
        x = base.detach().requires_grad_()
        logits = net(x, which)
        found = [
            torch.autograd.grad(logits[:, i].sum(), x, retain_graph=True, allow_unused=True)[0]
            for i in range(logits.shape[1])
        ]
    return torch.stack([torch.zeros(x.shape[1]).to(x) if slope is None else slope.abs().mean(0) for slope in found])


def _leak(asked: Asked, dials: np.ndarray) -> Answer:
    """Bit j is turned: `before` and `after` (dim,) the chances of all bits; `real` (dim,); `order` (dim,). With the
    mask
    broken the same weights are asked with each bit hearing itself, too."""
    net, x = asked.net, asked.test(whole(dials, 0, 10**6) - 1)
    j = int(net.orders[0][min(max(whole(dials, 1, 10**4) - 1, 0), asked.data.dim - 1)])
    other = x.copy()
    other[j] = 1 - other[j]
    with torch.no_grad():
        before, after = (
            torch.sigmoid(
                _asked(net, asked.config, bool(whole(dials, 2, 2)))(
                    asked.tensor(np.stack([x, other])), chosen(0, asked.tensor(x))
                )
            )
            .cpu()
            .numpy()
        )
    return {"real": x, "before": before, "after": after, "order": net.orders[0].astype(np.float32)}


def _asked(net: Net, config: AutoregressiveConfig, leak: bool) -> Net:
    """The same weights in a network whose mask is broken, or not."""
    if leak == net.leak:
        return net
    from .model import build

    twin = build(config.model_copy(update={"leak": leak})).to(next(net.parameters()).device)
    with torch.no_grad():
        for to, of in zip(twin.parameters(), net.parameters(), strict=True):
            to.copy_(of)
    return twin.requires_grad_(False)


def _orders(asked: Asked, dials: np.ndarray) -> Answer:
    """`orders` (sets, dim), `nats` (sets,) of test vectors under each set of masks, and `mean` (1,) of the mean of
    their
    probabilities."""
    rows, net = asked.tensor(asked.data.rows("test")[:RANKED]), asked.net
    with torch.no_grad():
        each = torch.stack([log_chance(net(rows, chosen(k, rows)), rows).sum(1) for k in range(len(net.orders))])
    mean = torch.logsumexp(each, 0) - np.log(len(each))
    return {
        "orders": np.stack(net.orders).astype(np.float32),
        "nats": -each.mean(1).cpu().numpy(),
        "mean": -mean.mean()[None].cpu().numpy(),
    }


def _density(asked: Asked, dials: np.ndarray) -> Answer:
    """`x` (n, dim) test vectors and, last, odd ones, `log_p` (n,), of all test vectors `all` (m,), and `alone` (n,),
    what
    independent bits give them."""
    kind = list(ODDITIES)[whole(dials, 0, len(ODDITIES))]
    rows = asked.data.rows("test")[:RANKED].astype(np.float32)
    strange = odd(kind, asked.data, whole(dials, 1, 1000))
    log_p = asked.log_prob(np.concatenate([rows, strange]))
    shown = slice(len(rows) - 2 * ODD, None)
    x = np.concatenate([rows, strange])[shown]
    return {
        "x": x,
        "log_p": log_p[shown],
        "all": log_p[: len(rows)],
        "alone": bernoulli(x, asked.data.frequencies).astype(np.float32),
    }


def _bits(asked: Asked, dials: np.ndarray) -> Answer:
    """`model` and `alone` (dim,): bits for each bit of test vectors, in the mean, by the model and if each were on its
    own; `order` (dim,)."""
    rows, p = asked.data.rows("test")[:RANKED], asked.data.frequencies
    x = asked.tensor(rows)
    with torch.no_grad():
        nats = -log_chance(asked.net(x, chosen(0, x)), x).mean(0).cpu().numpy()
    alone = -(rows * np.log(p) + (1.0 - rows) * np.log1p(-p)).mean(0)
    return {
        "model": nats / np.log(2),
        "alone": (alone / np.log(2)).astype(np.float32),
        "order": asked.net.orders[0].astype(np.float32),
    }


ANSWERS: dict[str, Callable[..., Answer]] = {
    "conditionals": _conditionals,
    "completion": _completion,
    "matters": _matters,
    "leak": _leak,
    "orders": _orders,
    "density": _density,
    "bits": _bits,
}
"""What can be asked, by its name."""
