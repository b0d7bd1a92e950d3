"""The network, its loss and update, and its field for samplers."""

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
from .levels import Level
from .predictions import MIN_DIVISOR, PREDICTIONS, weight

Labels = Tensor | Callable[[int], Tensor]
"""Classes as unit vectors: for each point (n, classes), one for all (1, classes), or a function of n."""
TIME_FEATURES, MAX_FREQUENCY = 32, 256.0
"""Size of the time embedding, and its highest frequency in radians per unit of t."""


def time_embedding(t: Tensor) -> Tensor:  # (n, 1) -> (n, TIME_FEATURES)
    """Sines and cosines of t, geometric frequencies from 1 to `MAX_FREQUENCY` (Vaswani et al. 2017, section 3.5)."""
    half = TIME_FEATURES // 2
    powers = torch.arange(half, device=t.device, dtype=t.dtype) / (half - 1)
    angle = t * torch.exp(math.log(MAX_FREQUENCY) * powers)
    return torch.cat([torch.sin(angle), torch.cos(angle)], 1)


@lru_cache(maxsize=4096)
def _cached_embedding(t: float, dtype: torch.dtype, device: torch.device) -> Tensor:  # (1, TIME_FEATURES)
    """The row of one time: samplers use the same times again and again."""
    return time_embedding(torch.full((1, 1), t, dtype=dtype, device=device))


class Denoiser(nn.Module):
    """An MLP of the point, the time and the class: (n, dim), (n, TIME_FEATURES), (n, classes) -> (n, dim).

    The class is one of `classes` unit vectors, or 0 (the null class of Ho and Salimans 2022).
    """

    def __init__(self, dim: int, width: int, depth: int, classes: int = 0):
        super().__init__()
        self.net = MLP(dim + TIME_FEATURES + classes, dim, width, depth, "silu")

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.net(torch.cat(inputs, 1))


class Diffusion:
    """A network and its update, for the settings that decide the shape of the computation.

    State: `w` parameters, `average` their running average, the optimiser's moments. Settings: `lr`, `ema`.
    Batch: `data`, `noise` (n, dim), paired by the coupling; `level` (n, 5) from `Process.draw`, so that the update
    does not depend on the process; `label` (n, classes) if there are classes, zeros where the class is dropped.
    """

    def __init__(self, config: DiffusionConfig, dim: int = 2, classes: int = 0):
        self.config, self.dim, self.classes = config, dim, classes
        self.prediction = PREDICTIONS[config.objective]
        with torch.device("meta"):  # the parameters live in the state
            self.net = self.network()
        self.parameters = Flat(self.net)

    def network(self) -> nn.Module:
        """The network to be trained."""
        return Denoiser(self.dim, self.config.width, self.config.depth, self.classes)

    def predict(self, w: Mapping[str, Tensor], x: Tensor, t: Tensor, *label: Tensor) -> Tensor:
        """The network's output at x (n, dim) and times t (n, 1), with labels (n, classes) if there are classes."""
        return functional_call(self.net, dict(w), (x, time_embedding(t), *label))

    def init_state(self, batch: Tensors, generator: torch.Generator) -> Tensors:
        """The state before the first step; it does not depend on the batch."""
        w = self.parameters.join(initial(self.net, generator))
        return self.reset_optimiser({"average": w}, 0)

    def reset_optimiser(self, weights: Tensors, steps: int) -> Tensors:
        """The averaged weights with a new optimiser."""
        w = weights["average"]
        return {"w": w, "average": w, **init_moments("adam", w)}

    def loss(self, w: Mapping[str, Tensor], batch: Tensors) -> tuple[Tensor, Tensor]:
        """E w(t) |output - target|^2 / dim, both in the prediction's unit (Ho et al. 2020, equation 14, and its
        variants); and the same without the weight."""
        x0, eps, level = batch["data"], batch["noise"], Level(*batch["level"].split(1, 1))
        x = level.a * x0 + level.s * eps
        label = (batch["label"],) if self.classes else ()
        output = self.predict(w, input_scaled(x, level), level.t, *label)
        target = self.prediction.target(x0, eps, level) / self.prediction.unit(level)
        error = (output - target).square()
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
        """The network with parameters `w` as a field."""
        return NetworkField(self, w, label, guidance, bound)


class NetworkField:
    """A network as a field for samplers.

    `label`: a class for each point, with classifier-free guidance (Ho and Salimans 2022, equation 6): `guidance` 0 is
    unconditional, 1 conditional, above 1 exaggerated; values other than 0 and 1 take two passes.
    `bound`: predicted data are clipped at this size, and the noise follows from them. This keeps errors of the noise
    from growing without limit where nearly no signal is left (Ho et al. 2020 clip images likewise).
    """

    def __init__(self, model: Diffusion, w: Tensor, label: Labels | None, guidance: float, bound: float | None):
        self.prediction, self.bound, self.guidance, self.weights = model.prediction, bound, guidance, w
        self.label = label if guidance != 0 else None
        self._prepare(model, w)

    def given(self, label: Tensor | None, guidance: float = 1.0) -> "NetworkField":
        """The same network with other classes, or without."""
        other = copy(self)
        other.label, other.guidance = label if guidance != 0 else None, guidance
        return other

    def unconditional(self) -> "NetworkField":
        """The same field for points without a class, where each sample has its own."""
        return self.given(None) if callable(self.label) else self

    def labels(self, n: int) -> Tensor | None:
        """The classes of `n` points: (n, classes), or (1, classes) for all."""
        return self.label(n) if callable(self.label) else self.label

    def _prepare(self, model: Diffusion, w: Tensor) -> None:
        (first, bias), *self._rest = model.layers(w.clone())
        self._point, self._time, self._class = first.split([model.dim, TIME_FEATURES, model.classes], 1)
        self._bias = bias

    def __call__(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        output, unit = self._output(x, level), self.prediction.unit(level)
        x0, eps = self.prediction.solve(output if unit == 1 else output * unit, x, level)
        if self.bound is None:
            return x0, eps
        clipped = x0.clamp(-self.bound, self.bound)
        return clipped, torch.add(eps, x0 - clipped, alpha=level.a / max(level.s, MIN_DIVISOR))

    def _output(self, x: Tensor, level: Level) -> Tensor:
        """The output of `Denoiser`. All points share the time, whose part of the first layer is computed once."""
        time = _cached_embedding(level.t, x.dtype, x.device)
        h = F.linear(input_scaled(x, level), self._point, F.linear(time, self._time, self._bias)[0])  # (n, width)
        label = self.labels(len(x))
        if label is None:
            return self._further_layers(h)
        conditional = self._further_layers(h + F.linear(label, self._class))
        return conditional if self.guidance == 1 else torch.lerp(self._further_layers(h), conditional, self.guidance)

    def _further_layers(self, h: Tensor) -> Tensor:
        inplace = not torch.is_grad_enabled()
        for layer in self._rest:
            h = F.linear(F.silu(h, inplace=inplace), *layer)
        return h


def input_scaled(x: Tensor, level: Level) -> Tensor:
    """x at the size of a network's input, independent of the process (cf. Karras et al. 2022, c_in)."""
    scale = (level.a**2 + level.s**2) ** -0.5
    return x * scale if isinstance(scale, Tensor) or abs(scale - 1) > 1e-9 else x
