"""A variational autoencoder in training: steps, snapshots, scores."""

from typing import Any

import torch

from playground.training.batches import BatchStream, gaussian
from playground.training.gradient_experiment import GradientExperiment

from .config import VaeConfig
from .model import Bound
from .plane.view import QUADRATURE_NODES
from .training_data import training_data


class VaeExperiment(GradientExperiment):
    """An encoder and a decoder. Update number i takes batch number i of the data and of the noise of the codes."""

    Config = VaeConfig
    TENSORS = ("lr", "clip", "ema", "beta", "anneal", "free_bits", "sigma")
    UNIT = "bound"

    @classmethod
    def structure(cls, config: VaeConfig) -> VaeConfig:
        free = ("own", "seed", "best", *cls.TENSORS)
        return config.with_defaults(
            *free, data=config.shaped_like, likelihood=config.decoder_likelihood, strong=config.autoregressive
        )

    @classmethod
    def make_objective(cls, structure: VaeConfig) -> Bound:
        return Bound(structure)

    @classmethod
    def batch_streams(cls, config: VaeConfig, device: torch.device) -> dict[str, Any]:
        """`x` (batch, dim) and `eps` (K * batch, latent)."""
        codes, size = gaussian(config.latent), config.batch * config.samples
        return {
            "x": BatchStream(training_data(config).sample, config.batch, config.seed, "real", device),
            "eps": BatchStream(codes, size, config.seed, "codes", device),
        }

    @property
    def bounded(self) -> bool:
        """Whether `log_prob` is only a bound: with more than two latent dimensions."""
        return self.config.latent not in QUADRATURE_NODES
