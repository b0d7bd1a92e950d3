"""The model and its data, as the panels need them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution
from playground.training import batches

from ...config import DiffusionConfig
from ...guidance import optimal_guided_denoiser
from ...optimal_denoiser import GaussianMixture, optimal_denoiser
from ...processes import Process
from ...samplers import Field, Moment, sample
from ...shown_fields import ShownFields


@dataclass(frozen=True)
class Context:
    model: ShownFields
    config: DiffusionConfig
    data: Distribution
    """The data that samples should follow."""
    process: Process
    device: torch.device
    shown: Tensor
    """Data (n, 2) that are shown."""
    labels: Tensor | None
    """Their classes (n, classes), where the network is given these."""

    @property
    def field(self) -> Field:
        return self.model.bounded

    @property
    def optimal(self) -> GaussianMixture:
        return optimal_denoiser(self.data).to(self.device)

    @property
    def unconditional(self) -> Field:
        """The field for points of a grid, which have no class."""
        return self.model.bounded.unconditional() if self.config.classes else self.field

    def with_labels(self) -> tuple[Field, Field]:
        """Network and optimal denoiser for the shown data, given their classes where there are any."""
        if self.labels is None:
            return self.field, self.optimal
        optimal = optimal_guided_denoiser(dataset_of(self.config), self.device)
        return self.model.bounded.given(self.labels), optimal.given(self.labels)

    def with_eta(self, eta: float) -> Context:
        """The same with another eta of DDIM."""
        return replace(self, config=self.config.model_copy(update={"eta": float(np.clip(eta, 0, 1))}))

    def noise(self, n: int, seed: int = 0) -> Tensor:
        stream = batches.generator(self.config.seed + seed, "panel")
        return torch.from_numpy(batches.gaussian(2)(n, stream)).to(self.device)

    def run_sampler(
        self, name: str, noise: Tensor, steps: int, field: Field, process: Process | None = None
    ) -> list[Moment]:
        generator = torch.Generator().manual_seed(self.config.seed)
        return list(sample(name, field, process or self.process, noise, steps, generator, eta=self.config.eta))
