"""A mixture of Gaussians in training."""

import torch

from playground.data.dataset import dataset_of
from playground.training.batches import BatchStream
from playground.training.gradient_experiment import GradientExperiment

from .config import MixtureConfig
from .model import Likelihood


class MixtureExperiment(GradientExperiment):
    """Update number i takes batch number i of the data."""

    Config = MixtureConfig
    TENSORS = ("lr", "ema")

    @classmethod
    def structure(cls, config: MixtureConfig) -> MixtureConfig:
        return config.with_defaults("own", "seed", *cls.TENSORS, data=config.shaped_like)

    @classmethod
    def make_objective(cls, structure: MixtureConfig) -> Likelihood:
        return Likelihood(structure)

    @classmethod
    def batch_streams(cls, config: MixtureConfig, device: torch.device) -> dict[str, BatchStream]:
        return {"x": BatchStream(dataset_of(config).sample, config.batch, config.seed, "real", device)}
