"""Drawing bits one after another, and quicker ways to the same bits.

Each bit is set where a uniform number is less than its chance; all ways below take the same numbers and come to the
same vectors.
"""

import torch
from torch import Tensor

from .model import chosen
from .nets.nade import NADE
from .nets.net import Net

Drawn = tuple[Tensor, Tensor]
"""Bits (n, dim), and the chance each had to be set when it was drawn (n, dim)."""


def ancestral(net: Net, u: Tensor, number: int = 0, given: Tensor | None = None, known: int = 0) -> Drawn:
    """As the model is written: bit by bit in the order, a whole pass for each.

    `u` (n, dim) uniform; `given` (n, dim): the first `known` bits of the order are taken from it.
    """
    order, which = net.orders[number], chosen(number, u)
    x = torch.zeros_like(u)
    kept = order[:known]
    if given is not None:
        x[:, kept] = given[:, kept]
    for i in order[known:].tolist():
        x[:, i] = (u[:, i] < torch.sigmoid(net(x, which)[:, i])).to(u)
    return x, torch.sigmoid(net(x, which))


def settled(net: Net, u: Tensor, number: int = 0, given: Tensor | None = None, known: int = 0) -> Drawn:
    """The same by guessing all bits at once, and again from these guesses, until nothing changes.

    After k rounds the first k bits are right, whatever the rest, so that it ends after dim + 1 rounds at most; most
    bits hear little from their nearest forerunners, and it takes far fewer (Song et al. 2021, "Accelerating feedforward
    computation via parallel nonlinear equation solving"; Wiggers and Hoogeboom 2020, "Predictive sampling").
    """
    which, fixed = chosen(number, u), torch.zeros(u.shape[1], dtype=torch.bool, device=u.device)
    x = torch.zeros_like(u)
    if given is not None:
        fixed[torch.from_numpy(net.orders[number][:known].copy())] = True
        x = torch.where(fixed, given, x)
    for _ in range(u.shape[1] + 1):
        chances = torch.sigmoid(net(x, which))
        after = torch.where(fixed, x, (u < chances).to(u))
        if torch.equal(after, x):
            break
        x = after
    return x, chances


def drawn(net: Net, u: Tensor, number: int = 0, given: Tensor | None = None, known: int = 0) -> Drawn:
    """The quickest way to what `ancestral` draws. A model that leaks has to be asked bit by bit: what a bit would hear
    of
    itself is not there yet."""
    if net.leak:
        return ancestral(net, u, number, given, known)
    if isinstance(net, NADE) and given is None:
        return net.sampled(u)
    return settled(net, u, number, given, known)


def mixed(net: Net, u: Tensor, sets: Tensor) -> Tensor:
    """Bits (n, dim) of the mean over all sets of masks: each vector is drawn by the one that `sets` (n,) says."""
    x = torch.empty_like(u)
    for number in range(len(net.orders)):
        mine = sets == number
        if mine.any():
            x[mine] = drawn(net, u[mine], number)[0]
    return x
