"""A normalizing flow in training: steps, what can be drawn, how good it is."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from playground import metrics
from playground.core.contract import State
from playground.data.dataset import dataset_of
from playground.training import batches
from playground.training.ensemble import Member
from playground.training.learner import Program, Tensors, Update, device, prepare
from playground.training.networks import MLP

from .config import NormalizingFlowConfig
from .maps.logit import bits
from .model import Flow, Likelihood, build
from .pictures import EVERY, Best, Pictures, check
from .plane import Plane

LIVE = ("lr", "clip", "ema", "noise")


class NormalizingFlowExperiment(Member):
    """A chain of invertible maps on the plane, trained by its exact likelihood.

    Randomness: initial weights and pictures come from the seed; step number i takes batch number i.
    """

    Config = NormalizingFlowConfig

    def __init__(self, config: NormalizingFlowConfig):
        check(config)
        self.device = device(config.device)
        self.distribution = dataset_of(config)
        self.configure(config)
        seed, size = config.seed, config.batch
        self._real = batches.BatchStream(self.distribution.sample, size, seed, "real", self.device)
        self._blur = batches.BatchStream(batches.gaussian(2), size, seed, "blur", self.device)
        self._spread = batches.BatchStream(
            batches.uniform(self.distribution.dim, 0.0), size, seed, "spread", self.device
        )
        self.steps, self._batches = 0, 0
        start = self.likelihood.init_state(self._real[0], torch.Generator().manual_seed(seed))
        self._state = {name: tensor.to(self.device) for name, tensor in start.items()}
        self._best = Best(self._state["average"], self._state["statistics"])
        self._pictures = Pictures(config, self.device) if config.data == "digits" else None
        self._plane = Plane(config, self.distribution, self.device) if self._pictures is None else None

    def configure(self, config: NormalizingFlowConfig) -> None:
        self.config = config
        self._structure = structure(config)
        self.likelihood = likelihood(self._structure)
        self._settings = {name: torch.tensor(getattr(config, name), device=self.device) for name in LIVE}

    @property
    def execution(self) -> str:
        """How steps are really executed: traced, where compiling was asked for but failed."""
        return program(self._structure, self.device).execution

    def step(self, part: str | None = None) -> dict[str, float]:
        """One step down the negative log likelihood. Scalars: `loss` (of the batch, nats), `grad` (length of the
        gradient before it is clipped); of pictures `bits` (per dimension), too."""
        self._state, scalars = program(self._structure, self.device)(self._state, self._settings, self.draw())
        self.steps += 1
        if self._pictures is not None:
            scalars["bits"] = bits(scalars["loss"], self.distribution.dim, self.distribution.levels)
            if self.steps % EVERY == 0:
                newest = self._state["average"], self._state["statistics"]
                self._best = self._pictures.better(self._best, self._flow(*newest), *newest, self.steps)
        return scalars

    def draw(self) -> Tensors:
        """`x` (batch, 2), and where data are blurred `blur` (batch, 2); of pictures (batch, 64), and `u` of that shape,
        which spreads the levels of their pixels."""
        batch = {"x": self._real[self._batches]}
        if self._structure.data == "digits":
            batch["u"] = self._spread[self._batches]
        elif self._structure.noise > 0:
            batch["blur"] = self._blur[self._batches]
        self._batches += 1
        return batch

    @classmethod
    def batch_key(cls, config: NormalizingFlowConfig) -> NormalizingFlowConfig | None:
        """On pictures each run chooses its best weights on its way, so they train alone."""
        return structure(config) if traceable(config) and config.data != "digits" else None

    def updates(self) -> list[tuple[str, Update]]:
        return [("likelihood", self.likelihood.update)]

    @property
    def parameters(self) -> int:
        return self.likelihood.parameters.size

    @property
    def calls(self) -> int:
        """The chain is one pass; a masked autoregressive map goes through its network once for each number of a point,
        and a differential equation asks it in every stage of every step (0: as often as it takes)."""
        stages = {"euler": 1, "midpoint": 2, "rk4": 4}
        if self.config.flow == "ffjord":
            return stages.get(self.config.solver, 0) * self.config.ode_steps
        return self.distribution.dim if self.config.flow == "maf" else 1

    def log_prob(self, x: np.ndarray) -> np.ndarray | None:
        """Exact, of the shown flow, for points (n, 2) of the plane."""
        return self._plane and self._plane.log_prob(self.flow(), x)

    def flow(self) -> Flow:
        """The flow that is shown and judged, with the averaged weights as they are now; on pictures those that were
        best so far, where `config.best` says so."""
        if self._chosen:
            return self._flow(self._best.average, self._best.statistics)
        return self._flow(self._state["average"], self._state["statistics"])

    @property
    def _chosen(self) -> bool:
        return self._pictures is not None and self.config.best and self._best.step > 0

    def _newest(self) -> Flow | None:
        """The flow with the newest weights, where others are shown."""
        return self._flow(self._state["average"], self._state["statistics"], other=True) if self._chosen else None

    def _flow(self, average: Tensor, statistics: Tensor, other: bool = False) -> Flow:
        flow = mirror(self._structure, self.device, other)
        sizes = [buffer.numel() for buffer in flow.buffers()]
        slots = statistics.split(sizes) if sizes else ()
        statistics = {
            name: values.view(buffer.shape) for (name, buffer), values in zip(flow.named_buffers(), slots, strict=True)
        }
        weights = self.likelihood.parameters.views(average)
        with torch.no_grad():
            for name, place in (*flow.named_parameters(), *flow.named_buffers()):
                place.copy_(weights[name] if name in weights else statistics[name])
        return flow

    def snapshot(self) -> dict[str, np.ndarray]:
        """A trajectory through the layers: see `Plane.snapshot`, `Pictures.snapshot`."""
        if self._pictures is not None:
            return self._pictures.snapshot(self.flow(), self._newest(), self._best)
        return self._plane.snapshot(self.flow())

    def evaluate(self, thorough: bool = False) -> dict[str, metrics.Score]:
        """See `Plane.evaluate`, `Pictures.evaluate`."""
        if self._pictures is not None:
            return self._pictures.evaluate(self.flow(), self._newest(), thorough)
        return self._plane.evaluate(self.flow(), thorough)

    def sample(self, n: int, seed: int) -> np.ndarray:
        """`n` fresh samples (n, 2) float32 of the shown flow; of pictures (n, 64), pixels in [0, 1]."""
        return (self._pictures or self._plane).sample(self.flow(), n, seed)

    def respond(self, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Of the shown flow, all float32: see `Plane.respond`, `Pictures.respond`."""
        return (self._pictures or self._plane).respond(self.flow(), question)

    def state_dict(self) -> State:
        """Updates never write into a tensor, so these are views, not copies."""
        best = self._best.state() if self._pictures is not None else {}
        return {
            **{name: tensor.cpu().numpy() for name, tensor in self._state.items()},
            **best,
            "steps": np.array(self.steps),
        }

    def export_state(self) -> State:
        """The shown weights only, as if training began anew at them."""
        shown = self._best if self._chosen else Best(self._state["average"], self._state["statistics"])
        began = self.likelihood.reset_optimiser(shown.average, shown.statistics)
        return self.state_dict() | {name: tensor.cpu().numpy() for name, tensor in began.items()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        self.steps = self._batches = int(state["steps"])
        self._state = {name: torch.tensor(state[name], device=self.device) for name in self._state}
        if self._pictures is not None:
            self._best = Best.of(state, self.device)

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(array).to(self.device)


def structure(config: NormalizingFlowConfig) -> NormalizingFlowConfig:
    """The settings that decide the shape of the computation; the others at their defaults."""
    default = NormalizingFlowConfig()
    free = ("own", "seed", "best", *LIVE)
    pictures = config.data == "digits"
    return config.model_copy(
        update={
            **{name: getattr(default, name) for name in free},
            "data": "digits" if pictures else default.data,
            "noise": 1.0 if config.noise > 0 and not pictures else 0.0,
        }
    )


def traceable(config: NormalizingFlowConfig) -> bool:
    """Whether a step is the same operations every time: a solver that chooses its steps is not."""
    return config.flow != "ffjord" or config.solver != "dopri5"


@lru_cache(maxsize=64)
def likelihood(structure: NormalizingFlowConfig) -> Likelihood:
    return Likelihood(structure)


@lru_cache(maxsize=64)
def mirror(structure: NormalizingFlowConfig, device: torch.device, other: bool = False) -> Flow:
    """A flow to look at, whose weights are copied from an experiment before every look; or an `other` beside it."""
    with torch.device(device):
        flow = build(structure).requires_grad_(False)
    for module in flow.modules():
        if isinstance(module, MLP) and module.activation is F.relu:
            module.activation = torch.relu_  # in place: densities of whole grids take a third less time
    return flow


@lru_cache(maxsize=64)
def program(structure: NormalizingFlowConfig, device: torch.device) -> Program:
    """One update, prepared; kept, so that a reset, another seed or a rewind need not wait for it again."""
    model = likelihood(structure)
    shape = structure.batch, model.flow.dim
    if structure.data == "digits":
        batch = {name: torch.rand(shape, generator=torch.Generator().manual_seed(0)).to(device) for name in ("x", "u")}
    else:
        batch = {"x": torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(device)}
        if structure.noise > 0:
            batch["blur"] = torch.zeros_like(batch["x"])
    state = {
        name: tensor.to(device)
        for name, tensor in model.init_state(batch["x"], torch.Generator().manual_seed(0)).items()
    }
    settings = {name: torch.tensor(0.1, device=device) for name in LIVE}
    return prepare(model.update, (state, settings, batch), structure.execution if traceable(structure) else "eager")
