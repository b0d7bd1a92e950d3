"""The model, as the panels need it, and what they measure of images."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.data.images.digits import DIGITS
from playground.metrics import frechet
from playground.training import batches

from ...catalogue import CATALOGUE
from ...conditioning import network_range, one_hot
from ...config import DiffusionConfig
from ...model import NetworkField
from ...optimal_denoiser import GaussianMixture, memorising_denoiser
from ...process_adapter import ProcessAdapter
from ...processes import Linear, Process
from ...samplers import Field, Moment, sample
from ..panels.slots import STRAIGHT_PATHS


@dataclass(frozen=True)
class Context:
    field: NetworkField
    config: DiffusionConfig
    process: Process
    device: torch.device

    def noise(self, n: int, stream: str) -> Tensor:
        noise = batches.gaussian(DIGITS.dim)(n, batches.generator(self.config.seed, stream))
        return torch.from_numpy(noise).to(self.device)

    def run_sampler(self, name: str, field: Field, noise: Tensor, calls: int) -> list[Moment]:
        """A sampler with at most this number of calls; on the straight path, with a network trained on another one."""
        process, sampler = self.process, STRAIGHT_PATHS.get(name, (name, ""))[0]
        if name in STRAIGHT_PATHS:
            field, process = ProcessAdapter(field, self.process), Linear()
        generator = torch.Generator().manual_seed(self.config.seed)
        steps, eta = CATALOGUE[sampler].steps(calls), self.config.eta if self.config.independent else 0.0
        return list(sample(sampler, field, process, noise, steps, generator, eta=eta))

    def with_labels(self, labels: np.ndarray, guidance: float) -> Field:
        """The field for images of these classes (n,)."""
        return self.field.given(torch.from_numpy(one_hot(labels, DIGITS.classes)).to(self.device), guidance)

    @property
    def memorised(self) -> GaussianMixture:
        """The optimal denoiser of the training images alone."""
        return _memorised().to(self.device)


def accuracy(x: np.ndarray, labels: np.ndarray | None) -> float:
    """The share that a classifier reads as these labels; NaN without labels."""
    return float("nan") if labels is None else float((frechet.classify(x) == labels).mean())


@lru_cache(maxsize=1)
def read_right() -> float:
    """The share of unseen real images that the classifier reads as their digit."""
    return accuracy(DIGITS.unseen(), np.concatenate([DIGITS.labels("valid"), DIGITS.labels("test")]))


def nearest_ratio(x: np.ndarray) -> float:
    return metrics.score("nearest_ratio", x, DIGITS).value


def mean_distance(x: np.ndarray) -> float:
    """Of two images (n, 64)."""
    return metrics.distances.spread(x) * len(x) / (len(x) - 1)


@lru_cache(maxsize=1)
def _memorised() -> GaussianMixture:
    return memorising_denoiser(network_range(DIGITS, DIGITS.vectors("train")))
