"""Sampling bits one after another, and quicker ways to the same bits.

Each bit is set where a uniform number is less than its probability. All functions below use the same numbers and so
give the same vectors.
"""

import torch
from torch import Tensor

from .model import mask_set
from .networks.nade import NADE
from .networks.network import BitNetwork

Sampled = tuple[Tensor, Tensor]
"""Bits (n, dim), and the probability with which each was set when it was sampled (n, dim)."""


def ancestral_sample(
    net: BitNetwork, u: Tensor, number: int = 0, given: Tensor | None = None, known: int = 0
) -> Sampled:
    """As the model is written: bit by bit in the order, a whole pass for each.

    `u` (n, dim) uniform; `number` the set of masks; `given` (n, dim): the first `known` bits of the order are taken
    from it.
    """
    order, which = net.orders[number], mask_set(number, u)
    x = torch.zeros_like(u)
    kept = order[:known]
    if given is not None:
        x[:, kept] = given[:, kept]
    for i in order[known:].tolist():
        x[:, i] = (u[:, i] < torch.sigmoid(net(x, which)[:, i])).to(u)
    return x, torch.sigmoid(net(x, which))


def fixed_point_sample(
    net: BitNetwork, u: Tensor, number: int = 0, given: Tensor | None = None, known: int = 0
) -> Sampled:
    """The same by fixed-point iteration: all bits are predicted at once, again and again, until nothing changes.

    After k rounds the first k bits are right, whatever the rest, so it ends after dim + 1 rounds at most. Most bits
    depend little on their nearest predecessors, and it takes far fewer (Song et al. 2021, "Accelerating feedforward
    computation via parallel nonlinear equation solving"; Wiggers and Hoogeboom 2020, "Predictive sampling").
    """
    which, fixed = mask_set(number, u), torch.zeros(u.shape[1], dtype=torch.bool, device=u.device)
    x = torch.zeros_like(u)
    if given is not None:
        fixed[torch.from_numpy(net.orders[number][:known].copy()).to(u.device)] = True
        x = torch.where(fixed, given, x)
    for _ in range(u.shape[1] + 1):
        probabilities = torch.sigmoid(net(x, which))
        after = torch.where(fixed, x, (u < probabilities).to(u))
        if torch.equal(after, x):
            break
        x = after
    return x, probabilities


def sample(net: BitNetwork, u: Tensor, number: int = 0, given: Tensor | None = None, known: int = 0) -> Sampled:
    """The quickest way to what `ancestral_sample` gives. A model with a leak needs a pass for each bit: a bit would
    depend on itself, which is not there yet."""
    if net.leak:
        return ancestral_sample(net, u, number, given, known)
    if isinstance(net, NADE) and given is None:
        return net.sample(u)
    return fixed_point_sample(net, u, number, given, known)


def sample_mixture(net: BitNetwork, u: Tensor, sets: Tensor) -> Tensor:
    """Bits (n, dim) of the mean over all sets of masks: each vector is sampled by the set that `sets` (n,) names."""
    x = torch.empty_like(u)
    for number in range(len(net.orders)):
        mine = sets == number
        if mine.any():
            x[mine] = sample(net, u[mine], number)[0]
    return x
