"""Optimisers as pure functions on flat vectors: what torch.optim computes, written as in the papers.

An optimiser takes (parameters, gradient, moments, lr) and returns (parameters, moments); `lr` is a
tensor without dimensions, so that it can change without tracing again. Moments are named tensors,
`count` (updates done) always among them.
"""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

Moments = dict[str, Tensor]
Optimiser = Callable[..., tuple[Tensor, Moments]]


def sgd(parameters: Tensor, gradient: Tensor, moments: Mapping[str, Tensor], lr: Tensor) -> tuple[Tensor, Moments]:
    """Gradient descent."""
    return parameters - lr * gradient, {"count": moments["count"] + 1}


def rmsprop(
    parameters: Tensor,
    gradient: Tensor,
    moments: Mapping[str, Tensor],
    lr: Tensor,
    *,
    alpha: float = 0.99,
    eps: float = 1e-8,
) -> tuple[Tensor, Moments]:
    """RMSprop (Hinton 2012, lecture 6e), with torch's constants."""
    v = torch.addcmul(moments["v"] * alpha, gradient, gradient, value=1 - alpha)
    return parameters - lr * gradient / (v.sqrt() + eps), {"v": v, "count": moments["count"] + 1}


def adam(
    parameters: Tensor,
    gradient: Tensor,
    moments: Mapping[str, Tensor],
    lr: Tensor,
    *,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Tensor, Moments]:
    """Adam (Kingma and Ba 2015, algorithm 1)."""
    count = moments["count"] + 1
    m = torch.lerp(moments["m"], gradient, 1 - beta1)
    v = torch.addcmul(moments["v"] * beta2, gradient, gradient, value=1 - beta2)
    scale = lr / _debias(beta1, count)
    return parameters - scale * m / ((v / _debias(beta2, count)).sqrt() + eps), {"m": m, "v": v, "count": count}


def _debias(beta: float, count: Tensor) -> Tensor:
    """1 - beta^count, without the cancellation that single precision suffers while count is small."""
    return -torch.expm1(count * math.log(beta)) if beta else torch.ones_like(count)


OPTIMISERS: dict[str, Optimiser] = {"adam": adam, "sgd": sgd, "rmsprop": rmsprop}
MOMENTS = {"adam": ("m", "v"), "sgd": (), "rmsprop": ("v",)}
"""Which vectors, as long as the parameters, each keeps besides `count`."""


def averaged(average: Tensor, value: Tensor, decay: Tensor, count: Tensor) -> Tensor:
    """The running average after update `count`. It keeps `decay` of its past, at first less: the initial
    weights would weigh on it for long (the usual warm-up min(decay, (1 + t) / (10 + t)))."""
    kept = torch.minimum(decay, count / (count + 9))
    return torch.lerp(value, average, kept)


def clipped(gradient: Tensor, longest: Tensor) -> tuple[Tensor, Tensor]:
    """A gradient shortened to the length `longest`, where it is longer (Pascanu et al. 2013); and its own length."""
    length = torch.linalg.vector_norm(gradient)
    return gradient * (longest / torch.maximum(length, longest)), length


def init_moments(name: str, parameters: Tensor) -> Moments:
    """The moments before the first update."""
    vectors = {moment: torch.zeros_like(parameters) for moment in MOMENTS[name]}
    return {**vectors, "count": torch.zeros((), device=parameters.device)}
