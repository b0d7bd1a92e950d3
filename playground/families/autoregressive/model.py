"""The likelihood of an autoregressive model, and one update of its parameters."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from playground.data.dataset import dataset_of
from playground.training.learner import Flat, Tensors, gradient
from playground.training.networks import initial
from playground.training.optimisers import MOMENTS, OPTIMISERS, averaged, clipped, init_moments

from .config import AutoregressiveConfig, effective_order, mask_set_count
from .networks.bins import Bins
from .networks.fvsbn import FVSBN
from .networks.made import MADE
from .networks.nade import NADE
from .networks.network import BitNetwork
from .networks.pixelcnn import PixelCNN
from .networks.transformer import Transformer
from .orders import Order, orders

MAX_ACTIVATIONS = 2**22
"""About how many numbers of a hidden layer are held at a time where the likelihood of many vectors is computed."""

NETWORKS: dict[str, Callable[[AutoregressiveConfig, list[Order], tuple[int, int]], BitNetwork]] = {
    "fvsbn": lambda c, o, shape: FVSBN(o, c.leak),
    "nade": lambda c, o, shape: NADE(o, c.width, c.leak),
    "made": lambda c, o, shape: MADE(o, c.width, c.depth, c.masks, c.direct, c.leak, c.degrees == "even"),
    "transformer": lambda c, o, shape: Transformer(o, c.channels, c.blocks, c.heads, c.leak),
    "pixelcnn": lambda c, o, shape: PixelCNN(o, shape, c.channels, c.blocks, c.leak),
}


def build(config: AutoregressiveConfig) -> Any:
    """The network of the settings: a `BitNetwork` for bits, `Bins` for points of the plane."""
    if config.domain == "plane":
        return Bins(config.bins, config.units, config.layers)
    shape = dataset_of(config).shape
    distinct = orders(effective_order(config), shape, config.orders if config.model == "made" else 1)
    sets = [distinct[k % len(distinct)] for k in range(mask_set_count(config))]
    return NETWORKS[config.model](config, sets, shape)


def bit_log_prob(logits: Tensor, x: Tensor) -> Tensor:
    """log p(x_i | the bits before i) of bits x (n, dim) by their logits (n, dim): (n, dim)."""
    return x * logits - F.softplus(logits)


def log_prob(net: BitNetwork, x: Tensor) -> Tensor:
    """log p(x) in nats of vectors (n, dim): (n,); of several sets of masks the mean of their probabilities."""
    rows = max(16, MAX_ACTIVATIONS // activations_per_vector(net))
    return torch.cat([_log_prob(net, part) for part in x.split(rows)])


def _log_prob(net: BitNetwork, x: Tensor) -> Tensor:
    each = [bit_log_prob(net(x, mask_set(k, x)), x).sum(1) for k in range(len(net.orders))]
    return each[0] if len(each) == 1 else torch.logsumexp(torch.stack(each), 0) - math.log(len(each))


def mask_set(number: int, like: Tensor) -> Tensor:
    """The number of a set of masks as a network takes it: (1,), on the device of `like`."""
    return torch.full((1,), number, dtype=torch.long, device=like.device)


def activations_per_vector(net: Any) -> int:
    """About how many numbers the widest layer of a network holds for each vector."""
    widest = max(parameter.shape[0] for parameter in net.parameters())
    return widest if isinstance(net, FVSBN | MADE) else widest * net.dim * (9 if isinstance(net, PixelCNN) else 1)


class Likelihood:
    """A network and one update of it, for the settings that decide the shape of the computation.

    State: `w` parameters, `average` their running average, the optimiser's moments. Settings: `lr`, `clip`, `ema`,
    `decay`; on the plane `reach`, half the side of the square that is cut. Batch: `x` (n, dim); `which` (1,), the set
    of masks, where x are bits.
    """

    def __init__(self, config: AutoregressiveConfig):
        self.config, self.plane = config, config.domain == "plane"
        with torch.device("meta"):  # the parameters live in the state
            self.net = build(config)
        self.parameters = Flat(self.net)
        self._optimiser = OPTIMISERS[config.optimiser]

    def init_state(self, batch: Tensors, generator: torch.Generator) -> Tensors:
        """The state before the first step."""
        return self.reset_optimiser({"average": self.parameters.join(initial(self.net, generator))}, 0)

    def reset_optimiser(self, weights: Tensors, steps: int) -> Tensors:
        """The state of a training that goes on at these weights, with a fresh optimiser."""
        w = weights["average"]
        return {"w": w, "average": w, **init_moments(self.config.optimiser, w)}

    def model(self) -> nn.Module:
        """A network with parameters of its own."""
        return build(self.config)

    def update(self, state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        """One step down the negative log-likelihood. Scalars: `loss` (nats), `grad` (length of the gradient)."""
        x, leaves = batch["x"], self.parameters.leaves(state["w"])
        second = settings["reach"] if self.plane else batch["which"]
        output = functional_call(self.net, leaves, (x, second))
        nll = -(output if self.plane else bit_log_prob(output, x).sum(1)).mean()
        grad, length = clipped(gradient(nll, leaves), settings["clip"])
        moments = {name: state[name] for name in (*MOMENTS[self.config.optimiser], "count")}
        w, moments = self._optimiser(state["w"], grad, moments, settings["lr"])
        w = w - settings["lr"] * settings["decay"] * state["w"]  # decoupled (Loshchilov and Hutter 2019)
        average = averaged(state["average"], w, settings["ema"], moments["count"])
        return {"w": w, "average": average, **moments}, {"loss": nll, "grad": length}

    def load_weights(self, net: nn.Module, weights: Mapping[str, Tensor], settings: Tensors) -> None:
        """Copy the averaged weights into a network like this one."""
        views = self.parameters.views(weights["average"])
        with torch.no_grad():
            for name, parameter in net.named_parameters():
                parameter.copy_(views[name])
