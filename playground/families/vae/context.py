"""What the panels need of the model: the networks, the data, and fixed draws."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.core.panels import Arrays
from playground.data.images.digits import DIGITS
from playground.training import batches

from .config import VaeConfig
from .model import Vae, kl
from .source import Source

MAP_CODES = 297
"""Data whose codes are drawn."""


@dataclass(frozen=True)
class Context:
    """The shown model, with what belongs to it."""

    vae: Vae
    config: VaeConfig
    source: Source
    device: torch.device

    def tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(self.device)

    def eps(self, count: int, rows: int, stream: str = "panel") -> Tensor:
        """Draws that never change: (count, rows, latent)."""
        noise = batches.gaussian(self.vae.latent)(count * rows, batches.generator(self.config.seed, stream))
        return self.tensor(noise).unflatten(0, (count, rows))

    def examples(self, n: int, stream: str = "panel data") -> np.ndarray:
        """Data that are shown: the first of those kept from training, of pictures; else `n` points of the plane."""
        if self.source.data.split:
            return self.source.part("valid")[:n]
        return self.source.sample(n, batches.generator(self.config.seed, stream))

    def code_map(self) -> Arrays:
        """`codes` (297, 2) of data along the `chosen` (2,) dimensions, the two with the most KL."""
        with torch.no_grad():
            mean, log_std = self.vae.encode(self.tensor(self.examples(MAP_CODES)))
        chosen = self.chosen(kl(mean, log_std).mean(0))
        return {"codes": flat(mean, chosen).cpu().numpy(), "chosen": np.array(chosen, np.float32)}

    def chosen(self, rates: Tensor) -> list[int]:
        if self.vae.latent <= 2:
            return [0, self.vae.latent - 1]
        return sorted(rates.topk(2).indices.tolist())


def flat(codes: Tensor, chosen: list[int]) -> Tensor:
    """Codes (n, latent) as places (n, 2); those of one number lie on a line."""
    places = codes[..., chosen].clone()
    if codes.shape[-1] == 1:
        places[..., 1] = 0
    return places


def pictures(x: Tensor) -> np.ndarray:
    """(n, 64) -> (n, 8, 8)"""
    return x.view(-1, *DIGITS.shape).cpu().numpy()


def as_seen(x: Tensor, context: Context) -> Tensor:
    """Pictures of any greys as the encoder knows them: in whole levels, or in black and white."""
    levels = (x.clamp(0, 1) * (DIGITS.levels - 1)).round() / (DIGITS.levels - 1)
    return context.tensor(context.source.seen(levels.cpu().numpy()))


def mean_and_error(nats: Tensor) -> np.ndarray:
    """The mean and its standard error: (2,)."""
    return np.array([float(nats.mean()), float(nats.std()) / len(nats) ** 0.5], np.float32)
