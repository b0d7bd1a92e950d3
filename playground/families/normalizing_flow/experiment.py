"""A normalizing flow in training."""

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
from .images.view import VALIDATE_EVERY, BestCheckpoint, ImageView, check
from .maps.logit import bits_per_dim
from .model import Flow, Likelihood, build
from .plane.view import PlaneView

LIVE = ("lr", "clip", "ema", "noise")
"""Settings that an update takes as tensors."""


class NormalizingFlowExperiment(Member):
    """A chain of invertible maps, trained by its exact likelihood.

    Randomness: the seed decides initial weights and drawn noise; step number i takes batch number i.
    """

    Config = NormalizingFlowConfig

    def __init__(self, config: NormalizingFlowConfig):
        check(config)
        self.device = device(config.device)
        self.distribution = dataset_of(config)
        self.configure(config)
        seed, size = config.seed, config.batch
        self._data_batches = batches.BatchStream(self.distribution.sample, size, seed, "real", self.device)
        self._blur_batches = batches.BatchStream(batches.gaussian(2), size, seed, "blur", self.device)
        self._dequantisation_batches = batches.BatchStream(
            batches.uniform(self.distribution.dim, 0.0), size, seed, "spread", self.device
        )
        self.steps, self._batches = 0, 0
        start = self.likelihood.init_state(self._data_batches[0], torch.Generator().manual_seed(seed))
        self._state = {name: tensor.to(self.device) for name, tensor in start.items()}
        self._best = BestCheckpoint(self._state["average"], self._state["statistics"])
        self._images = ImageView(config, self.device) if config.data == "digits" else None
        self._plane = PlaneView(config, self.distribution, self.device) if self._images is None else None

    def configure(self, config: NormalizingFlowConfig) -> None:
        self.config = config
        self._structure = structure(config)
        self.likelihood = likelihood(self._structure)
        self._settings = {name: torch.tensor(getattr(config, name), device=self.device) for name in LIVE}

    @property
    def execution(self) -> str:
        """How steps are in fact executed: traced, where compilation was chosen but failed."""
        return program(self._structure, self.device).execution

    def step(self, part: str | None = None) -> dict[str, float]:
        """One step on the negative log likelihood. Scalars: `loss` (of the batch, nats), `grad` (norm of the gradient
        before clipping); of images `bits` (per dimension), too."""
        self._state, scalars = program(self._structure, self.device)(self._state, self._settings, self.draw())
        self.steps += 1
        if self._images is not None:
            scalars["bits"] = bits_per_dim(scalars["loss"], self.distribution.dim, self.distribution.levels)
            if self.steps % VALIDATE_EVERY == 0:
                newest = self._state["average"], self._state["statistics"]
                self._best = self._images.better(self._best, self._flow(*newest), *newest, self.steps)
        return scalars

    def draw(self) -> Tensors:
        """`x` (batch, 2), and `blur` (batch, 2) where noise is added to data; of images (batch, 64), and `u` of that
        shape, the dequantisation noise."""
        batch = {"x": self._data_batches[self._batches]}
        if self._structure.data == "digits":
            batch["u"] = self._dequantisation_batches[self._batches]
        elif self._structure.noise > 0:
            batch["blur"] = self._blur_batches[self._batches]
        self._batches += 1
        return batch

    @classmethod
    def batch_key(cls, config: NormalizingFlowConfig) -> NormalizingFlowConfig | None:
        """On images each run validates its weights as it trains, so it trains alone."""
        return structure(config) if traceable(config) and config.data != "digits" else None

    def updates(self) -> list[tuple[str, Update]]:
        return [("likelihood", self.likelihood.update)]

    @property
    def parameters(self) -> int:
        return self.likelihood.parameters.size

    @property
    def calls(self) -> int:
        """The chain is one pass; a masked autoregressive map calls its network once per dimension, and a differential
        equation in every stage of every solver step (0: adaptive)."""
        stages = {"euler": 1, "midpoint": 2, "rk4": 4}
        if self.config.flow == "ffjord":
            return stages.get(self.config.solver, 0) * self.config.ode_steps
        return self.distribution.dim if self.config.flow == "maf" else 1

    def log_prob(self, x: np.ndarray) -> np.ndarray | None:
        """Exact, of the shown flow, for points (n, 2) of the plane."""
        return self._plane and self._plane.log_prob(self.flow(), x)

    def flow(self) -> Flow:
        """The flow that is shown and scored: the current averaged weights, or on images the best so far with
        `config.best`."""
        if self._shows_best:
            return self._flow(self._best.average, self._best.statistics)
        return self._flow(self._state["average"], self._state["statistics"])

    @property
    def _shows_best(self) -> bool:
        return self._images is not None and self.config.best and self._best.step > 0

    def _newest(self) -> Flow | None:
        """The flow with the newest weights, where others are shown."""
        return self._flow(self._state["average"], self._state["statistics"], second=True) if self._shows_best else None

    def _flow(self, average: Tensor, statistics: Tensor, second: bool = False) -> Flow:
        flow = inference_model(self._structure, self.device, second)
        sizes = [buffer.numel() for buffer in flow.buffers()]
        slots = statistics.split(sizes) if sizes else ()
        statistics = {
            name: values.view(buffer.shape) for (name, buffer), values in zip(flow.named_buffers(), slots, strict=True)
        }
        weights = self.likelihood.parameters.views(average)
        with torch.no_grad():
            for name, target in (*flow.named_parameters(), *flow.named_buffers()):
                target.copy_(weights[name] if name in weights else statistics[name])
        return flow

    def snapshot(self) -> dict[str, np.ndarray]:
        """A trajectory through the layers: see `PlaneView.snapshot`, `ImageView.snapshot`."""
        if self._images is not None:
            return self._images.snapshot(self.flow(), self._newest(), self._best)
        return self._plane.snapshot(self.flow())

    def evaluate(self, thorough: bool = False) -> dict[str, metrics.Score]:
        """See `PlaneView.evaluate`, `ImageView.evaluate`."""
        if self._images is not None:
            return self._images.evaluate(self.flow(), self._newest(), thorough)
        return self._plane.evaluate(self.flow(), thorough)

    def sample(self, n: int, seed: int) -> np.ndarray:
        """`n` fresh samples (n, 2) float32 of the shown flow; of images (n, 64), pixels in [0, 1]."""
        return (self._images or self._plane).sample(self.flow(), n, seed)

    def respond(self, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Of the shown flow, all float32: see `PlaneView.respond`, `ImageView.respond`."""
        return (self._images or self._plane).respond(self.flow(), question)

    def state_dict(self) -> State:
        """Updates never write into a tensor, so these are views, not copies."""
        best = self._best.state_dict() if self._images is not None else {}
        return {
            **{name: tensor.cpu().numpy() for name, tensor in self._state.items()},
            **best,
            "steps": np.array(self.steps),
        }

    def export_state(self) -> State:
        """The shown weights only, with fresh moments of the optimiser."""
        shown = self._best if self._shows_best else BestCheckpoint(self._state["average"], self._state["statistics"])
        fresh = self.likelihood.reset_optimiser(shown.average, shown.statistics)
        return self.state_dict() | {name: tensor.cpu().numpy() for name, tensor in fresh.items()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        self.steps = self._batches = int(state["steps"])
        self._state = {name: torch.tensor(state[name], device=self.device) for name in self._state}
        if self._images is not None:
            self._best = BestCheckpoint.from_state(state, self.device)


def structure(config: NormalizingFlowConfig) -> NormalizingFlowConfig:
    """The settings that decide the structure of the computation; the others at their defaults."""
    default = NormalizingFlowConfig()
    free = ("own", "seed", "best", *LIVE)
    images = config.data == "digits"
    return config.model_copy(
        update={
            **{name: getattr(default, name) for name in free},
            "data": "digits" if images else default.data,
            "noise": 1.0 if config.noise > 0 and not images else 0.0,
        }
    )


def traceable(config: NormalizingFlowConfig) -> bool:
    """Whether every step runs the same operations: an adaptive solver does not."""
    return config.flow != "ffjord" or config.solver != "dopri5"


@lru_cache(maxsize=64)
def likelihood(structure: NormalizingFlowConfig) -> Likelihood:
    return Likelihood(structure)


@lru_cache(maxsize=64)
def inference_model(structure: NormalizingFlowConfig, device: torch.device, second: bool = False) -> Flow:
    """A cached flow into which an experiment copies its weights before each use; or a `second` one beside it."""
    with torch.device(device):
        flow = build(structure).requires_grad_(False)
    for module in flow.modules():
        if isinstance(module, MLP) and module.activation is F.relu:
            module.activation = torch.relu_  # in place: densities on grids take a third less time
    return flow


@lru_cache(maxsize=64)
def program(structure: NormalizingFlowConfig, device: torch.device) -> Program:
    """One update, prepared; cached, so that a reset, another seed or a rewind need not wait for it again."""
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
