"""The likelihood of an autoregressive model, and one update of its parameters."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from playground.data.settings import PLANE
from playground.training.learner import Flat, Tensors, gradient
from playground.training.networks import initial
from playground.training.optimisers import MOMENTS, OPTIMISERS, averaged, clipped, init_moments

from .config import AutoregressiveConfig, count_of, data_of, order_of
from .nets.bins import Bins
from .nets.fvsbn import FVSBN
from .nets.made import MADE
from .nets.nade import NADE
from .nets.net import Net
from .nets.pixelcnn import PixelCNN
from .nets.transformer import Transformer
from .orders import Order, orders

AT_ONCE = 2**22
"""About how many numbers of a hidden layer are held at a time where many vectors are judged."""

NETS: dict[str, Callable[[AutoregressiveConfig, list[Order], tuple[int, int]], Net]] = {
    "fvsbn": lambda c, o, shape: FVSBN(o, c.leak),
    "nade": lambda c, o, shape: NADE(o, c.width, c.leak),
    "made": lambda c, o, shape: MADE(o, c.width, c.depth, c.masks, c.direct, c.leak),
    "transformer": lambda c, o, shape: Transformer(o, c.channels, c.blocks, c.heads, c.leak),
    "pixelcnn": lambda c, o, shape: PixelCNN(o, shape, c.channels, c.blocks, c.leak),
}


def build(config: AutoregressiveConfig) -> nn.Module:
    """The network of the settings: a `Net` for bits, `Bins` for points of the plane."""
    if config.data in PLANE:
        return Bins(config.bins, config.units, config.layers)
    shape = data_of(config).shape
    sets = count_of(config)
    own = orders(order_of(config), shape, config.orders if config.model == "made" else 1)
    return NETS[config.model](config, [own[k % len(own)] for k in range(sets)], shape)


def log_chance(logits: Tensor, x: Tensor) -> Tensor:
    """log p(x_i | those before) of bits x (n, dim) by their logits (n, dim): (n, dim)."""
    return x * logits - F.softplus(logits)


def log_prob(net: Net, x: Tensor) -> Tensor:
    """log p(x) in nats of vectors (n, dim): (n,); of several sets of masks the mean of their probabilities."""
    rows = max(16, AT_ONCE // cost(net))
    return torch.cat([_log_prob(net, part) for part in x.split(rows)])


def _log_prob(net: Net, x: Tensor) -> Tensor:
    each = [log_chance(net(x, chosen(k, x)), x).sum(1) for k in range(len(net.orders))]
    return each[0] if len(each) == 1 else torch.logsumexp(torch.stack(each), 0) - math.log(len(each))


def chosen(number: int, like: Tensor) -> Tensor:
    """The number of a set of masks as a network takes it."""
    return torch.full((1,), number, dtype=torch.long, device=like.device)


def cost(net: nn.Module) -> int:
    """About how many numbers a network holds for each vector."""
    widest = max(parameter.shape[0] for parameter in net.parameters())
    return widest if isinstance(net, FVSBN | MADE) else widest * net.dim * (9 if isinstance(net, PixelCNN) else 1)


class Likelihood:
    """A network and its update, for the settings that decide the shape of the computation.

    State: `w` parameters, `average` their running average, the optimiser's moments. Settings: `lr`, `clip`, `ema`,
    `decay`; on the plane `reach`, half the side of the square that is cut. Batch: `x` (n, dim); `which` (1,), the set
    of masks, where x are bits.
    """

    def __init__(self, config: AutoregressiveConfig):
        self.config, self.plane = config, config.data in PLANE
        with torch.device("meta"):  # the parameters live in the state
            self.net = build(config)
        self.parameters = Flat(self.net)
        self._optimiser = OPTIMISERS[config.optimiser]

    @property
    def dim(self) -> int:
        return 2 if self.plane else self.net.dim

    def init_state(self, generator: torch.Generator) -> Tensors:
        """The state before the first step."""
        return self.reset_optimiser(self.parameters.join(initial(self.net, generator)))

    def reset_optimiser(self, w: Tensor) -> Tensors:
        """The state of a training that begins at these weights, with an optimiser that knows nothing."""
        return {"w": w, "average": w, **init_moments(self.config.optimiser, w)}

    def update(self, state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        """One step down the negative log-likelihood. Scalars: `loss` (nats), `grad` (length of the gradient)."""
        x, leaves = batch["x"], self.parameters.leaves(state["w"])
        second = settings["reach"] if self.plane else batch["which"]
        says = functional_call(self.net, leaves, (x, second))
        nll = -(says if self.plane else log_chance(says, x).sum(1)).mean()
        slope, length = clipped(gradient(nll, leaves), settings["clip"])
        moments = {name: state[name] for name in (*MOMENTS[self.config.optimiser], "count")}
        w, moments = self._optimiser(state["w"], slope, moments, settings["lr"])
        w = w - settings["lr"] * settings["decay"] * state["w"]  # decoupled (Loshchilov and Hutter 2019)
        average = averaged(state["average"], w, settings["ema"], moments["count"])
        return {"w": w, "average": average, **moments}, {"loss": nll, "grad": length}

    def place(self, net: nn.Module, vector: Tensor) -> None:
        """Put flat parameters into a network like this one's."""
        views: Mapping[str, Tensor] = self.parameters.views(vector)
        with torch.no_grad():
            for name, parameter in net.named_parameters():
                parameter.copy_(views[name])
