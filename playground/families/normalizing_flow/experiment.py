"""A normalizing flow in training."""

import math
from collections.abc import Hashable

import torch

from playground.data.dataset import dataset_of
from playground.training.batches import BatchStream, gaussian, uniform
from playground.training.gradient_experiment import GradientExperiment

from .config import NormalizingFlowConfig
from .maps.logit import bits_per_dim
from .model import Likelihood

SOLVER_STAGES = {"euler": 1, "midpoint": 2, "rk4": 4}
"""Network calls of one solver step; adaptive solvers are not here."""
MOST_RECORDED = 32
"""Network calls of a step that is recorded to be traced: recording takes a fifth of a second for each call."""


class NormalizingFlowExperiment(GradientExperiment):
    """A chain of invertible maps, trained by its exact likelihood."""

    Config = NormalizingFlowConfig
    TENSORS = ("lr", "clip", "ema", "noise")
    WEIGHTS = ("average", "statistics")
    UNIT = "bits"

    @classmethod
    def structure(cls, config: NormalizingFlowConfig) -> NormalizingFlowConfig:
        blurred = config.noise > 0 and config.domain == "plane"
        return config.with_defaults(
            "own", "seed", "best", *cls.TENSORS, data=config.shaped_like, noise=1.0 if blurred else 0.0
        )

    @classmethod
    def make_objective(cls, structure: NormalizingFlowConfig) -> Likelihood:
        return Likelihood(structure)

    @classmethod
    def batch_streams(cls, config: NormalizingFlowConfig, device: torch.device) -> dict[str, BatchStream]:
        """`x` (batch, dim); with `blur` (batch, 2) where noise is added to points of the plane, or of images `u`
        (batch, 64), the dequantisation noise."""
        data = dataset_of(config)
        draws = {"x": ("real", data.sample)}
        if config.domain == "images":
            draws["u"] = "spread", uniform(data.dim, 0.0)
        elif config.noise > 0:
            draws["blur"] = "blur", gaussian(data.dim)
        return {
            name: BatchStream(draw, config.batch, config.seed, stream, device) for name, (stream, draw) in draws.items()
        }

    def configure(self, config: NormalizingFlowConfig) -> None:
        super().configure(config)
        self.streams = self.batch_streams(config, self.device)  # noise may have been switched on or off

    @classmethod
    def batch_key(cls, config: NormalizingFlowConfig) -> Hashable | None:
        return super().batch_key(config) if _traceable(config) else None

    @classmethod
    def execution_of(cls, structure: NormalizingFlowConfig, asked: str) -> str:
        """A graph is recorded by the GPU itself, however long the step is."""
        recordable = _fixed_steps(structure) if asked == "graphed" else _traceable(structure)
        return asked if recordable else "eager"

    def step(self, part: str | None = None) -> dict[str, float]:
        """See `Likelihood.update`; of images `bits` (per dimension), too."""
        return self._with_bits(super().step(part))

    def steps_together(self, most: float) -> list[dict[str, float]]:
        return [self._with_bits(scalars) for scalars in super().steps_together(most)]

    def _with_bits(self, scalars: dict[str, float]) -> dict[str, float]:
        if not self.objective.levels:
            return scalars
        return {**scalars, "bits": bits_per_dim(scalars["loss"], self.dataset.dim, self.objective.levels)}

    @property
    def calls(self) -> int:
        """The chain is one pass; a masked autoregressive map calls its network once per dimension, and a differential
        equation in every stage of every solver step (0: adaptive)."""
        if self.config.flow == "ffjord":
            return SOLVER_STAGES.get(self.config.solver, 0) * self.config.ode_steps
        return self.dataset.dim if self.config.flow == "maf" else 1


def _fixed_steps(config: NormalizingFlowConfig) -> bool:
    """Whether every step runs the same operations, which an adaptive solver does not."""
    return config.flow != "ffjord" or config.solver in SOLVER_STAGES


def _traceable(config: NormalizingFlowConfig) -> bool:
    """Whether every step runs the same operations, and not too many to record."""
    calls = SOLVER_STAGES.get(config.solver, math.inf) * config.ode_steps
    return config.flow != "ffjord" or calls <= MOST_RECORDED
