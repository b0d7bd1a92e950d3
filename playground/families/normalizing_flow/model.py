"""A chain of invertible maps, its exact likelihood, and one update of its parameters by maximum likelihood."""

import math
from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from playground.data.dataset import dataset_of
from playground.training.learner import Flat, Tensors, gradient, join
from playground.training.networks import MLP, initial
from playground.training.optimisers import MOMENTS, OPTIMISERS, averaged, clipped, init_moments

from .build import build_bijections, dimensions
from .config import NormalizingFlowConfig
from .maps.bijection import Bijection
from .maps.coupling import Coupling, join_halves
from .maps.logit import dequantise

LOG_2_PI = math.log(2 * math.pi)


class Flow(nn.Module):
    """x = f_K(... f_1(z)), z standard normal: `maps` in order from noise to data, points are rows (n, dim)."""

    def __init__(self, maps: list[Bijection], dim: int):
        super().__init__()
        self.maps = cast(Sequence[Bijection], nn.ModuleList(maps))  # which forgets what it lists
        self.dim = dim

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Noise to data: x (n, dim), log|det dx/dz| (n,)."""
        total = z.new_zeros(len(z))
        for bijection in self.maps:
            z, log_det = bijection(z)
            total = total + log_det
        return z, total

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Data to noise: z (n, dim), log|det dz/dx| (n,)."""
        total = x.new_zeros(len(x))
        for bijection in reversed(self.maps):
            x, log_det = bijection.inverse(x)
            total = total + log_det
        return x, total

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) = log p(z) + log|det dz/dx| in nats: (n, dim) -> (n,)."""
        z, log_det = self.inverse(x)
        return standard_normal_log_prob(z) + log_det

    def training_log_prob(self, x: Tensor) -> tuple[Tensor, Tensors]:
        """`log_prob` as training computes it; and the next running statistics, by their names in this module."""
        total, statistics = 0.0, {}
        for k, bijection in reversed([*enumerate(self.maps)]):
            x, log_det, found = bijection.training_inverse(x if isinstance(bijection, Coupling) else join_halves(x))
            total = total + log_det
            statistics |= {f"maps.{k}.{name}": value for name, value in found.items()}
        return standard_normal_log_prob(join_halves(x)) + total, statistics

    def intermediates(self, z: Tensor) -> list[tuple[Tensor, Tensor]]:
        """z_0 = z, z_1, ..., z_K = x: each (n, dim), with log|det dz_k/dz| (n,) so far."""
        found = [(z, z.new_zeros(len(z)))]
        for bijection in self.maps:
            z, log_det = bijection(z)
            found.append((z, found[-1][1] + log_det))
        return found

    def path(self, z: Tensor, number: int, fraction: float) -> Tensor:
        """Where points z (n, dim) before map `number` are after `fraction` (0 to 1) of their path through it."""
        return self.maps[number].path(z, fraction)


def standard_normal_log_prob(z: Tensor) -> Tensor:
    """Log density of the standard normal: (n, dim) -> (n,)."""
    return z.square().sum(1) * -0.5 - 0.5 * z.shape[1] * LOG_2_PI


def build(config: NormalizingFlowConfig) -> Flow:
    """The flow of these settings."""
    return Flow(build_bijections(config), dimensions(config))


class _MethodCall(nn.Module):
    """Calls any method of a flow by its name: `functional_call` knows `forward` only."""

    def __init__(self, flow: Flow):
        super().__init__()
        self.flow = flow

    def forward(self, method: str, *inputs):
        return getattr(self.flow, method)(*inputs)


class Likelihood:
    """A flow and its update, for the settings that decide the structure of the computation.

    State: `w` parameters, `average` their moving average, `statistics` of batch norms (may be empty), the
    optimiser's moments. Settings: `lr`, `clip`, `ema`, `noise`. Batch: `x` (n, dim); `blur` (n, dim), standard
    normal, where `config.noise` > 0; `u` (n, dim), uniform on [0, 1), where x are the pixels of images.
    """

    def __init__(self, config: NormalizingFlowConfig):
        self.config = config
        with torch.device("meta"):  # the parameters live in the state
            self.flow = build(config)
        self._method_call = _MethodCall(self.flow)
        self.parameters = Flat(self.flow)
        self._slots = {name: buffer.shape for name, buffer in self.flow.named_buffers()}
        self._optimiser = OPTIMISERS[config.optimiser]
        self.levels = getattr(dataset_of(config), "levels", None)
        """Grey levels of a pixel, where the data are images; else None."""

    def call(self, state: Mapping[str, Tensor], method: str, *inputs, weights: str = "average"):
        """Call a method of the flow (`forward`, `inverse`, `log_prob`, `intermediates`, `path`, ...) with the averaged
        parameters of a state, or with `weights="w"`."""
        return self._call_with(self.parameters.views(state[weights]), state["statistics"], method, *inputs)

    def init_state(self, batch: Tensors, generator: torch.Generator) -> Tensors:
        """The state before the first step; the first `batch` of data initialises what depends on data."""
        parameters = initial(self.flow, generator)
        statistics = {
            name: torch.ones(shape) if name.endswith("variance") else torch.zeros(shape)
            for name, shape in self._slots.items()
        }
        x = batch["x"].cpu()
        if self.levels:
            x = dequantise(x, torch.rand(x.shape, generator=generator), self.levels)
        parameters = init_from_batch(self.flow, parameters, statistics, x)
        w = self.parameters.join(parameters)
        return {
            "w": w,
            "average": w,
            "statistics": join(statistics.values()) if statistics else torch.zeros(0),
            **init_moments(self.config.optimiser, w),
        }

    def reset_optimiser(self, weights: Tensors, steps: int) -> Tensors:
        """The state of a training that starts from these weights with fresh moments of the optimiser."""
        average = weights["average"]
        return {"w": average, **weights, **init_moments(self.config.optimiser, average)}

    def model(self) -> Flow:
        """A flow with memory of its own."""
        flow = build(self.config)
        for module in flow.modules():
            if isinstance(module, MLP) and module.activation is F.relu:
                module.activation = torch.relu_  # in place: densities on grids take a third less time
        return flow

    def load_weights(self, model: Flow, weights: Tensors, settings: Tensors) -> None:
        """Copy `average` and `statistics` into such a flow."""
        values = {**self.parameters.views(weights["average"]), **self._named_statistics(weights["statistics"])}
        with torch.no_grad():
            for name, target in (*model.named_parameters(), *model.named_buffers()):
                target.copy_(values[name])

    def update(self, state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        """One step on the negative log-likelihood. Scalars: `loss` (nats), `grad` (norm of the gradient)."""
        x = batch["x"]
        if self.levels:
            x = dequantise(x, batch["u"], self.levels)
        elif self.config.noise > 0:
            x = x + settings["noise"] * batch["blur"]
        leaves = self.parameters.leaves(state["w"])
        log_prob, found = self._call_with(leaves, state["statistics"], "training_log_prob", x)
        nll = -log_prob.mean()
        grad, norm = clipped(gradient(nll, leaves), settings["clip"])
        moments = {name: state[name] for name in (*MOMENTS[self.config.optimiser], "count")}
        w, moments = self._optimiser(state["w"], grad, moments, settings["lr"])
        average = averaged(state["average"], w, settings["ema"], moments["count"])
        statistics = join(found[name] for name in self._slots) if found else state["statistics"]
        return {"w": w, "average": average, "statistics": statistics, **moments}, {"loss": nll, "grad": norm}

    def _call_with(self, parameters: Mapping[str, Tensor], statistics: Tensor, method: str, *inputs):
        named = {**parameters, **self._named_statistics(statistics)}
        return functional_call(
            self._method_call, {f"flow.{name}": tensor for name, tensor in named.items()}, (method, *inputs)
        )

    def _named_statistics(self, statistics: Tensor) -> Tensors:
        """The running statistics by their names in the flow."""
        sizes = [shape.numel() for shape in self._slots.values()]
        return dict(zip(self._slots, statistics.split(sizes) if sizes else (), strict=True))


def init_from_batch(flow: Flow, parameters: Tensors, statistics: Tensors, batch: Tensor) -> Tensors:
    """Parameters initialised from data, map by map, as the first `batch` (n, dim) passes from data to noise."""
    parameters = dict(parameters)
    with torch.no_grad():
        for k, bijection in reversed([*enumerate(flow.maps)]):
            start = f"maps.{k}."
            parameters |= {start + name: value for name, value in bijection.init_from_batch(batch).items()}
            own = {
                name.removeprefix(start): value
                for name, value in (parameters | statistics).items()
                if name.startswith(start)
            }
            batch = functional_call(
                _TrainingInverse(bijection), {f"bijection.{name}": value for name, value in own.items()}, (batch,)
            )
    return parameters


class _TrainingInverse(nn.Module):
    def __init__(self, bijection: Bijection):
        super().__init__()
        self.bijection = bijection

    def forward(self, x: Tensor) -> Tensor:
        return join_halves(self.bijection.training_inverse(x)[0])
