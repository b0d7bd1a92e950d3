"""Networks that several families share, and their initial weights."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),  # the slope of DCGAN (Radford et al. 2016)
    "elu": F.elu,
    "silu": F.silu,
    "tanh": torch.tanh,
}


class MLP(nn.Module):
    """`depth` hidden layers of `width` units, the last layer linear: (batch, inputs) -> (batch, outputs)."""

    def __init__(self, inputs: int, outputs: int, width: int, depth: int, activation: str):
        super().__init__()
        sizes = [inputs, *[width] * depth, outputs]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:], strict=False))
        self.activation = ACTIVATIONS[activation]

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers[:-1]:
            x = self.activation(layer(x))  # (batch, width)
        return self.layers[-1](x)  # (batch, outputs)


def initial(module: nn.Module, generator: torch.Generator) -> dict[str, Tensor]:
    """Fresh parameters for `module`, which may be on the meta device, by name.

    Linear layers as torch makes them: weights and biases uniform within 1 / sqrt(inputs).
    """
    values = {}
    for name, parameter in module.named_parameters():
        layer = module.get_submodule(name.rpartition(".")[0])
        if not isinstance(layer, nn.Linear):
            raise TypeError(f"no rule to initialise {name} of a {type(layer).__name__}")
        bound = 1 / math.sqrt(layer.in_features)
        values[name] = torch.empty(parameter.shape).uniform_(-bound, bound, generator=generator)
    return values


def spectral(weight: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    """Spectral normalisation (Miyato et al. 2018, algorithm 1): `weight` (out, in) divided by its largest
    singular value as one power iteration from `v` (in,) estimates it; and the next `v`."""
    fixed = weight.detach()
    u = F.normalize(torch.mv(fixed, v), dim=0)  # (out,)
    v = F.normalize(torch.mv(fixed.t(), u), dim=0)  # (in,)
    return weight / torch.dot(u, torch.mv(weight, v)), v
