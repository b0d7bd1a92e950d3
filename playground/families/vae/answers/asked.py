"""Who is asked, and what every answer needs."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.images.digits import DIGITS
from playground.training import batches

from ..config import VaeConfig
from ..model import Vae, kl
from ..source import Source

Answer = dict[str, np.ndarray]

CODES = 297
"""Data whose codes are drawn."""


@dataclass(frozen=True)
class Asked:
    """Who is asked."""

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

    def some(self, n: int, stream: str = "panel data") -> np.ndarray:
        """Data that are shown: the first of those kept from training, of pictures; else `n` points of the plane."""
        if self.config.data == "digits":
            return self.source.part("valid")[:n]
        return self.source.sample(n, batches.generator(self.config.seed, stream))

    def map(self) -> Answer:
        """`codes` (297, 2) of data along the `chosen` (2,) dimensions, the two with the most KL."""
        with torch.no_grad():
            mean, log_std = self.vae.encode(self.tensor(self.some(CODES)))
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


def within(dials: np.ndarray, place: int, end: int) -> int:
    """The whole number of a dial, 0 to `end` - 1; `UserError` if it is none of these."""
    value = int(dials[place]) if place < len(dials) else -1
    if value not in range(end):
        raise UserError(N_("A dial stands where this panel has nothing."))
    return value
