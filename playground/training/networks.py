"""Networks that several families share, and their initial weights."""

import math
from collections.abc import Callable, Iterable
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .constants import beside

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),  # the slope of DCGAN (Radford et al. 2016)
    "elu": F.elu,
    "silu": F.silu,
    "tanh": torch.tanh,
}


class MLP(nn.Module):
    """`depth` hidden layers of `width` units, the last layer linear: (batch, inputs) -> (batch, outputs)."""

    def __init__(
        self, inputs: int, outputs: int, width: int, depth: int, activation: str, last: type[nn.Linear] = nn.Linear
    ):
        super().__init__()
        sizes = [inputs, *[width] * depth]
        hidden = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:], strict=False)]
        self.layers = nn.ModuleList([*hidden, last(sizes[-1], outputs)])
        self.activation = ACTIVATIONS[activation]

    @property
    def linear(self) -> list[nn.Linear]:
        return [cast(nn.Linear, layer) for layer in self.layers]

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers[:-1]:
            x = self.activation(layer(x))  # (batch, width)
        return self.layers[-1](x)  # (batch, outputs)


class Zero(nn.Linear):
    """A linear layer that begins at 0: the network says nothing at first."""

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        return torch.zeros(getattr(self, name).shape)


class MADE(nn.Module):
    """An MLP (batch, dim) -> (batch, dim, count) whose outputs for number i see only the numbers before i
    (Germain et al. 2015, section 4).

    `rank` (dim,) gives each number its place in the order, from 0; by default they come as they stand. A hidden
    unit of degree d sees the first d numbers and speaks to those after them (`degrees`).
    Outputs for number i lie together: `last` has dim * count outputs, those of number 0 first.
    """

    def __init__(
        self,
        dim: int,
        count: int,
        width: int,
        depth: int,
        activation: str,
        rank: Iterable[int] | None = None,
        last: type[nn.Linear] = nn.Linear,
        even: bool = True,
    ):
        super().__init__()
        self.net = MLP(dim, dim * count, width, depth, activation, last)
        # Kept from numpy's hands: a plain tensor, even where parameters are made on the meta device.
        place = np.arange(dim) if rank is None else np.array([*rank])
        self.rank, self.count = torch.from_numpy(place), count
        self.masks = masks(place, degrees(dim, width, even), depth, count)

    def forward(self, x: Tensor) -> Tensor:  # (batch, dim) -> (batch, dim, count)
        *hidden, (last, mask) = zip(self.net.linear, self.masks, strict=True)
        h = x
        for layer, seen in hidden:
            h = self.net.activation(F.linear(h, layer.weight * beside(seen, h, h.dtype), layer.bias))  # (batch, width)
        return F.linear(h, last.weight * beside(mask, h, h.dtype), last.bias).view(*x.shape, self.count)


def degrees(dim: int, width: int, even: bool = True) -> np.ndarray:
    """How many numbers each hidden unit of a `MADE` sees, (width,): 1 to dim - 1 take turns.

    With fewer units than that no unit would see the last numbers: `even` then spreads the degrees over all of them.
    """
    most = max(1, dim - 1)
    if even and width < most:
        return np.rint(np.linspace(1, most, width)).astype(int)
    return np.arange(width) % most + 1


def masks(place: np.ndarray, seen: np.ndarray, depth: int, count: int = 1, more: int = 0) -> list[Tensor]:
    """The masks (out, in) of a MADE's layers: of numbers that have `place` (dim,) in the order, hidden units that see
    `seen` (width,) of them, and `count` outputs for each. With `more` an output sees so many numbers too many."""
    found = [
        place[None] < seen[:, None],
        *[seen[None] <= seen[:, None]] * (depth - 1),
        seen[None] <= np.repeat(place + more, count)[:, None],
    ]
    return [torch.from_numpy(mask.astype(np.float32)) for mask in found]


def initial(module: nn.Module, generator: torch.Generator) -> dict[str, Tensor]:
    """Fresh parameters for `module`, which may be on the meta device, by name.

    A layer with a method `init_parameter(name, generator)` knows how its parameters begin. The others begin as
    torch makes them: of linear layers and convolutions weights and biases are uniform within 1 / sqrt(inputs), norms
    change nothing, embeddings are standard normal.
    """
    values = {}
    for name, parameter in module.named_parameters():
        place, _, own = name.rpartition(".")
        layer: Any = module.get_submodule(place)
        if hasattr(layer, "init_parameter"):
            values[name] = layer.init_parameter(own, generator)
        elif isinstance(layer, nn.GroupNorm):
            values[name] = torch.full(parameter.shape, float(own == "weight"))
        elif isinstance(layer, nn.Embedding):
            values[name] = torch.randn(parameter.shape, generator=generator)
        elif isinstance(layer, nn.Linear | nn.Conv2d):
            bound = 1 / math.sqrt(layer.weight[0].numel())
            values[name] = torch.empty(parameter.shape).uniform_(-bound, bound, generator=generator)
        else:
            raise TypeError(f"no rule to initialise {name} of a {type(layer).__name__}")
    return values


def spectral(weight: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    """Spectral normalisation (Miyato et al. 2018, algorithm 1): `weight` (out, in) divided by its largest
    singular value as one power iteration from `v` (in,) estimates it; and the next `v`."""
    fixed = weight.detach()
    u = F.normalize(torch.mv(fixed, v), dim=0)  # (out,)
    v = F.normalize(torch.mv(fixed.t(), u), dim=0)  # (in,)
    return weight / torch.dot(u, torch.mv(weight, v)), v
