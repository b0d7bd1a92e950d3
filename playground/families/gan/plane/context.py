"""What the panels need of the model: both players, and noise that never changes."""

from dataclasses import dataclass

import numpy as np
import torch

from playground.training import batches

from ..model import Players


@dataclass(frozen=True)
class Context:
    players: Players
    noise: batches.Draw
    seed: int
    device: torch.device

    def fixed_noise(self, count: int) -> np.ndarray:
        """(count, noise_dim)"""
        return self.noise(count, batches.generator(self.seed, "panel"))

    def samples(self, z: np.ndarray) -> np.ndarray:
        """The samples (n, 2) of the averaged generator from noise `z` (n, noise_dim)."""
        return self.players.generate(torch.from_numpy(z).to(self.device)).cpu().numpy()
