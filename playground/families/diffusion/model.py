"""The network, what it learns, and the field it makes."""

import math
from collections.abc import Callable, Mapping
from copy import copy
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from playground.training.learner import Flat, Tensors, gradient
from playground.training.networks import MLP, initial
from playground.training.optimisers import MOMENTS, OPTIMISERS, averaged, init_moments

from .config import DiffusionConfig
from .predictions import PREDICTIONS, SMALLEST, weight
from .processes import Level

Labels = Tensor | Callable[[int], Tensor]
"""Classes as unit vectors: of each point (n, classes), of all alike (1, classes), or of the first n places."""
FEATURES, FASTEST = 32, 256.0
"""How many waves tell the network the time, and radians in which the fastest turns while t goes from 0 to 1."""


def waves(t: Tensor) -> Tensor:  # (n, 1) -> (n, FEATURES)
    """Sines and cosines of t, frequencies from 1 to `FASTEST` by even factors (Vaswani et al. 2017, section 3.5)."""
    half = FEATURES // 2
    powers = torch.arange(half, device=t.device, dtype=t.dtype) / (half - 1)
    angle = t * torch.exp(math.log(FASTEST) * powers)
    return torch.cat([torch.sin(angle), torch.cos(angle)], 1)


@lru_cache(maxsize=4096)
def _waves(t: float, dtype: torch.dtype, device: torch.device) -> Tensor:  # (1, FEATURES)
    """The row of one time: samplers meet the same times again and again."""
    return waves(torch.full((1, 1), t, dtype=dtype, device=device))


class Denoiser(nn.Module):
    """An MLP of the place, the time and the class: (n, dim), (n, FEATURES), (n, classes) -> (n, dim).

    The class is one of `classes` unit vectors; none is 0 (the null class of Ho and Salimans 2022).
    """

    def __init__(self, dim: int, width: int, depth: int, classes: int = 0):
        super().__init__()
        self.net = MLP(dim + FEATURES + classes, dim, width, depth, "silu")

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.net(torch.cat(inputs, 1))


class Diffusion:
    """A network and its update, for the settings that decide the shape of the computation.

    State: `w` parameters, `average` their running average, the optimiser's moments. Settings: `lr`, `ema`.
    Batch: `data`, `noise` (n, dim), whose pairing is the coupling; `level` (n, 5) from `Process.draw`, so that
    the update does not depend on the process; `label` (n, classes) where there are classes, zeros where the class
    is kept from the network.
    """

    def __init__(self, config: DiffusionConfig, dim: int = 2, classes: int = 0):
        self.config, self.dim, self.classes = config, dim, classes
        self.prediction = PREDICTIONS[config.objective]
        with torch.device("meta"):  # the parameters live in the state
            self.net = self.network()
        self.parameters = Flat(self.net)

    def network(self) -> nn.Module:
        """The network that learns."""
        return Denoiser(self.dim, self.config.width, self.config.depth, self.classes)

    def ask(self, w: Mapping[str, Tensor], x: Tensor, t: Tensor, *label: Tensor) -> Tensor:
        """The network's answer at x (n, dim) and times t (n, 1), with labels (n, classes) where there are classes."""
        return functional_call(self.net, dict(w), (x, waves(t), *label))

    def init_state(self, generator: torch.Generator) -> Tensors:
        """The state before the first step."""
        w = self.parameters.join(initial(self.net, generator))
        return {"w": w, "average": w, **init_moments("adam", w)}

    def loss(self, w: Mapping[str, Tensor], batch: Tensors) -> tuple[Tensor, Tensor]:
        """E w(t) |answer - target|^2 / dim, both in the prediction's unit (Ho et al. 2020, equation 14, and its
        relatives); and the same without the weight."""
        x0, eps, level = batch["data"], batch["noise"], Level(*batch["level"].split(1, 1))
        x = level.a * x0 + level.s * eps
        label = (batch["label"],) if self.classes else ()
        answer = self.ask(w, sized(x, level), level.t, *label)
        target = self.prediction.target(x0, eps, level) / self.prediction.unit(level)
        error = (answer - target).square()
        return (weight(self.config.weighting, self.prediction, level) * error).mean(), error.mean()

    def update(self, state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        """One step down the loss. Scalars: `loss`, `error` (unweighted), `grad` (length of the gradient)."""
        leaves = self.parameters.leaves(state["w"])
        loss, error = self.loss(leaves, batch)
        slope = gradient(loss, leaves)
        moments = {name: state[name] for name in (*MOMENTS["adam"], "count")}
        w, moments = OPTIMISERS["adam"](state["w"], slope, moments, settings["lr"])
        average = averaged(state["average"], w, settings["ema"], moments["count"])
        return {"w": w, "average": average, **moments}, {"loss": loss, "error": error, "grad": slope.norm()}

    def layers(self, w: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Weight and bias of each layer of the network."""
        parts = [*self.parameters.views(w).values()]
        return [*zip(parts[::2], parts[1::2], strict=True)]

    def field(
        self, w: Tensor, label: Labels | None = None, guidance: float = 1.0, bound: float | None = None
    ) -> "NetworkField":
        """The field that the network with the parameters `w` makes."""
        return NetworkField(self, w, label, guidance, bound)


class NetworkField:
    """A network as a field for samplers.

    `label`: a class for each point, with classifier-free guidance (Ho and Salimans 2022, equation 6): `guidance` 0
    leaves the class out, 1 follows it, more overdoes it; other values ask the network twice.
    `bound`: predicted data are cut off at this size and the noise is what then remains, which keeps errors of the
    noise from being divided by next to nothing where nearly no signal is left (Ho et al. 2020 clip images so).
    """

    def __init__(self, model: Diffusion, w: Tensor, label: Labels | None, guidance: float, bound: float | None):
        self.prediction, self.bound, self.guidance, self.weights = model.prediction, bound, guidance, w
        self.label = label if guidance != 0 else None
        self._prepare(model, w)

    def given(self, label: Tensor | None, guidance: float = 1.0) -> "NetworkField":
        """The same network, told other classes, or none."""
        other = copy(self)
        other.label, other.guidance = label if guidance != 0 else None, guidance
        return other

    def everywhere(self) -> "NetworkField":
        """The same field at places that are nobody's: without classes, where each point has its own."""
        return self.given(None) if callable(self.label) else self

    def labels(self, n: int) -> Tensor | None:
        """The classes of `n` points: (n, classes), or (1, classes) for all alike."""
        return self.label(n) if callable(self.label) else self.label

    def _prepare(self, model: Diffusion, w: Tensor) -> None:
        (first, bias), *self._rest = model.layers(w.clone())
        self._place, self._time, self._class = first.split([model.dim, FEATURES, model.classes], 1)
        self._bias = bias

    def __call__(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        answer, unit = self._answer(x, level), self.prediction.unit(level)
        x0, eps = self.prediction.solve(answer if unit == 1 else answer * unit, x, level)
        if self.bound is None:
            return x0, eps
        kept = x0.clamp(-self.bound, self.bound)
        return kept, torch.add(eps, x0 - kept, alpha=level.a / max(level.s, SMALLEST))

    def _answer(self, x: Tensor, level: Level) -> Tensor:
        """What `Denoiser` says. All points share their time, whose part of the first layer is one row for all."""
        time = _waves(level.t, x.dtype, x.device)
        h = F.linear(sized(x, level), self._place, F.linear(time, self._time, self._bias)[0])  # (n, width)
        label = self.labels(len(x))
        if label is None:
            return self._deeper(h)
        followed = self._deeper(h + F.linear(label, self._class))
        return followed if self.guidance == 1 else torch.lerp(self._deeper(h), followed, self.guidance)

    def _deeper(self, h: Tensor) -> Tensor:
        inplace = not torch.is_grad_enabled()
        for layer in self._rest:
            h = F.linear(F.silu(h, inplace=inplace), *layer)
        return h


def sized(x: Tensor, level: Level) -> Tensor:
    """x at the size of a network's input, whatever the process makes of it (cf. Karras et al. 2022, c_in)."""
    size = (level.a**2 + level.s**2) ** -0.5
    return x * size if isinstance(size, Tensor) or abs(size - 1) > 1e-9 else x
