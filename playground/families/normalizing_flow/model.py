"""A chain of invertible maps, the likelihood it is trained by, and one update of its parameters."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call

from playground.data.dataset import dataset_of
from playground.training.learner import Flat, Tensors, gradient, join
from playground.training.networks import initial
from playground.training.optimisers import MOMENTS, OPTIMISERS, averaged, clipped, init_moments

from .chains import dimensions, maps
from .config import NormalizingFlowConfig
from .maps.coupling import Coupling, together
from .maps.logit import dequantised
from .maps.map import Map

LOG_TAU = math.log(2 * math.pi)


class Flow(nn.Module):
    """x = f_K(... f_1(z)), z standard normal: `maps` in order from noise to data, points are rows (n, dim)."""

    def __init__(self, maps: list[Map], dim: int):
        super().__init__()
        self.maps, self.dim = nn.ModuleList(maps), dim

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Noise to data: x (n, dim), log|det dx/dz| (n,)."""
        total = z.new_zeros(len(z))
        for link in self.maps:
            z, log_det = link(z)
            total = total + log_det
        return z, total

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Data to noise: z (n, dim), log|det dz/dx| (n,)."""
        total = x.new_zeros(len(x))
        for link in reversed(self.maps):
            x, log_det = link.inverse(x)
            total = total + log_det
        return x, total

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) = log p(z) + log|det dz/dx| in nats: (n, dim) -> (n,)."""
        z, log_det = self.inverse(x)
        return normal(z) + log_det

    def fit(self, x: Tensor) -> tuple[Tensor, Tensors]:
        """`log_prob` as training does it; and the next running statistics, by their names in this module."""
        total, found = 0.0, {}
        for k, link in reversed([*enumerate(self.maps)]):
            x, log_det, learned = link.fit(x if isinstance(link, Coupling) else together(x))
            total = total + log_det
            found |= {f"maps.{k}.{name}": value for name, value in learned.items()}
        return normal(together(x)) + total, found

    def stations(self, z: Tensor) -> list[tuple[Tensor, Tensor]]:
        """z_0 = z, z_1, ..., z_K = x: each (n, dim), with log|det dz_k/dz| (n,) so far."""
        found = [(z, z.new_zeros(len(z)))]
        for link in self.maps:
            z, log_det = link(z)
            found.append((z, found[-1][1] + log_det))
        return found

    def path(self, z: Tensor, link: int, share: float) -> Tensor:
        """Where points z (n, dim), at station `link`, stand at `share` (0 to 1) of the way to the next one."""
        return self.maps[link].path(z, share)


def normal(z: Tensor) -> Tensor:
    """Log density of the standard normal: (n, dim) -> (n,)."""
    return z.square().sum(1) * -0.5 - 0.5 * z.shape[1] * LOG_TAU


def build(config: NormalizingFlowConfig) -> Flow:
    """The chain that the settings plan."""
    return Flow(maps(config), dimensions(config))


class _Ask(nn.Module):
    """Any method of a flow by its name: `functional_call` knows `forward` only."""

    def __init__(self, flow: Flow):
        super().__init__()
        self.flow = flow

    def forward(self, method: str, *inputs):
        return getattr(self.flow, method)(*inputs)


class Likelihood:
    """A flow and its update, for the settings that decide the shape of the computation.

    State: `w` parameters, `average` their running average, `statistics` of batch norms (may be empty), the
    optimiser's moments. Settings: `lr`, `clip`, `ema`, `noise`. Batch: `x` (n, dim); `blur` (n, dim), standard
    normal, where `config.noise` > 0; `u` (n, dim), uniform on [0, 1), where x are the pixels of pictures.
    """

    def __init__(self, config: NormalizingFlowConfig):
        self.config = config
        with torch.device("meta"):  # the parameters live in the state
            self.flow = build(config)
        self._ask = _Ask(self.flow)
        self.parameters = Flat(self.flow)
        self._slots = {name: buffer.shape for name, buffer in self.flow.named_buffers()}
        self._optimiser = OPTIMISERS[config.optimiser]
        self.levels = getattr(dataset_of(config), "levels", None)
        """How many levels a pixel may have, where the data are pictures."""

    def ask(self, state: Mapping[str, Tensor], method: str, *inputs, weights: str = "average"):
        """A method of the flow (`forward`, `inverse`, `log_prob`, `stations`, `path`, ...) with the averaged
        parameters of a state, or with `weights="w"`."""
        return self._call(self.parameters.views(state[weights]), state["statistics"], method, *inputs)

    def init_state(self, batch: Tensor, generator: torch.Generator) -> Tensors:
        """The state before the first step; the first `batch` (n, dim) of data decides what depends on them."""
        parameters = initial(self.flow, generator)
        statistics = {
            name: torch.ones(shape) if name.endswith("variance") else torch.zeros(shape)
            for name, shape in self._slots.items()
        }
        batch = batch.cpu()
        if self.levels:
            batch = dequantised(batch, torch.rand(batch.shape, generator=generator), self.levels)
        parameters = initialise(self.flow, parameters, statistics, batch)
        w = self.parameters.join(parameters)
        return {
            "w": w,
            "average": w,
            "statistics": join(statistics.values()) if statistics else torch.zeros(0),
            **init_moments(self.config.optimiser, w),
        }

    def reset_optimiser(self, average: Tensor, statistics: Tensor) -> Tensors:
        """The state of a training that begins at these weights, with an optimiser that knows nothing."""
        return {
            "w": average,
            "average": average,
            "statistics": statistics,
            **init_moments(self.config.optimiser, average),
        }

    def update(self, state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        """One step down the negative log-likelihood. Scalars: `loss` (nats), `grad` (length of the gradient)."""
        x = batch["x"]
        if self.levels:
            x = dequantised(x, batch["u"], self.levels)
        elif self.config.noise > 0:
            x = x + settings["noise"] * batch["blur"]
        leaves = self.parameters.leaves(state["w"])
        log_prob, learned = self._call(leaves, state["statistics"], "fit", x)
        nll = -log_prob.mean()
        slope, length = clipped(gradient(nll, leaves), settings["clip"])
        moments = {name: state[name] for name in (*MOMENTS[self.config.optimiser], "count")}
        w, moments = self._optimiser(state["w"], slope, moments, settings["lr"])
        average = averaged(state["average"], w, settings["ema"], moments["count"])
        statistics = join(learned[name] for name in self._slots) if learned else state["statistics"]
        return {"w": w, "average": average, "statistics": statistics, **moments}, {"loss": nll, "grad": length}

    def _call(self, parameters: Mapping[str, Tensor], statistics: Tensor, method: str, *inputs):
        sizes = [shape.numel() for shape in self._slots.values()]
        slots = zip(self._slots, statistics.split(sizes) if sizes else (), strict=True)
        named = {f"flow.{name}": tensor for name, tensor in (*parameters.items(), *slots)}
        return functional_call(self._ask, named, (method, *inputs))


def initialise(flow: Flow, parameters: Tensors, statistics: Tensors, batch: Tensor) -> Tensors:
    """Parameters that depend on data, set map by map while the first `batch` (n, dim) walks towards the noise."""
    parameters = dict(parameters)
    with torch.no_grad():
        for k, link in reversed([*enumerate(flow.maps)]):
            start = f"maps.{k}."
            parameters |= {start + name: value for name, value in link.settle(batch).items()}
            own = {
                name.removeprefix(start): value
                for name, value in (parameters | statistics).items()
                if name.startswith(start)
            }
            batch = functional_call(_Inverse(link), {f"link.{name}": value for name, value in own.items()}, (batch,))
    return parameters


class _Inverse(nn.Module):
    def __init__(self, link: Map):
        super().__init__()
        self.link = link

    def forward(self, x: Tensor) -> Tensor:
        return together(self.link.fit(x)[0])
