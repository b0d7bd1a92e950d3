"""What panels compute with: the networks, the data and fixed noise."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.core.panels import Arrays
from playground.data.images.digits import DIGITS
from playground.training import batches

from .config import VaeConfig
from .model import Vae, kl
from .training_data import TrainingData

MAP_CODES = 297
"""Number of data points whose codes are shown."""


@dataclass(frozen=True)
class Context:
    """The shown model with its settings, data and device."""

    vae: Vae
    config: VaeConfig
    training_data: TrainingData
    device: torch.device

    def tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(self.device)

    def eps(self, count: int, rows: int, stream: str = "panel") -> Tensor:
        """Fixed standard normal noise: (count, rows, latent)."""
        noise = batches.gaussian(self.vae.latent)(count * rows, batches.generator(self.config.seed, stream))
        return self.tensor(noise).unflatten(0, (count, rows))

    def examples(self, n: int, stream: str = "panel data") -> np.ndarray:
        """Data to show: the first `n` validation pictures, or `n` points of the plane."""
        if self.training_data.data.split:
            return self.training_data.part("valid")[:n]
        return self.training_data.sample(n, batches.generator(self.config.seed, stream))

    def code_map(self) -> Arrays:
        """`codes` (297, 2) of data along the `chosen` (2,) latent dimensions, the two with the largest KL."""
        with torch.no_grad():
            mean, log_std = self.vae.encode(self.tensor(self.examples(MAP_CODES)))
        chosen = self.chosen(kl(mean, log_std).mean(0))
        return {"codes": flat(mean, chosen).cpu().numpy(), "chosen": np.array(chosen, np.float32)}

    def chosen(self, rates: Tensor) -> list[int]:
        if self.vae.latent <= 2:
            return [0, self.vae.latent - 1]
        return sorted(rates.topk(2).indices.tolist())


def flat(codes: Tensor, chosen: list[int]) -> Tensor:
    """Codes (n, latent) as points of the plane (n, 2); one-dimensional codes get the second coordinate 0."""
    places = codes[..., chosen].clone()
    if codes.shape[-1] == 1:
        places[..., 1] = 0
    return places


def pictures(x: Tensor) -> np.ndarray:
    """(n, 64) -> (n, 8, 8)"""
    return x.view(-1, *DIGITS.shape).cpu().numpy()


def quantised(x: Tensor, context: Context) -> Tensor:
    """Pictures rounded to the grey levels of the data and preprocessed for the encoder."""
    levels = (x.clamp(0, 1) * (DIGITS.levels - 1)).round() / (DIGITS.levels - 1)
    return context.tensor(context.training_data.preprocess(levels.cpu().numpy()))


def mean_and_error(nats: Tensor) -> np.ndarray:
    """The mean and its standard error: (2,)."""
    return np.array([float(nats.mean()), float(nats.std()) / len(nats) ** 0.5], np.float32)
