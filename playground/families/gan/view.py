"""What all views of a GAN in training have in common: fixed samples and noise, and the discriminator's outputs.

A view holds what never changes (the real samples shown, the noise they are compared with) and turns the networks as
they are now into arrays.
"""

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from playground.data.dataset import dataset_of
from playground.training import batches
from playground.training.learner import Tensors

from .config import GanConfig
from .model import Discriminator, Game

SAMPLE_COUNT = 400
"""How many real and how many generated samples a view looks at."""


class View:
    """The real samples (400, dim) and the noise (400, noise_dim) that are shown, decided by the seed."""

    def __init__(self, config: GanConfig, device: torch.device):
        self.device = device
        noise = batches.NOISES[config.noise](config.noise_dim)
        self._data = dataset_of(config).sample(SAMPLE_COUNT, batches.generator(config.seed, "shown data"))
        self._noise = noise(SAMPLE_COUNT, batches.generator(config.seed, "shown noise"))
        self._real = self._tensor(self._data)

    def arrays(self, game: Game, state: Tensors) -> dict[str, np.ndarray]:
        """What can be drawn, by name."""
        raise NotImplementedError

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(array).to(self.device)


def discriminator(game: Game, state: Tensors) -> Discriminator:
    """The discriminator of a state; its parameters are clones, as gradients cannot pass inference tensors."""
    return game.discriminator(game.d.views(state["d"].clone()), state["d_norm"].clone())[0]


def outputs(game: Game, on_real: Tensor, on_fake: Tensor) -> Tensors:
    """Of the scores (n,) of real and generated samples: `d_real`, `d_fake` (n,) from 0 generated to 1 real;
    `losses` (2,) of D and G."""
    scores, objective = torch.cat([on_real, on_fake]), game.objective
    return {
        "d_real": objective.realness(on_real, scores),
        "d_fake": objective.realness(on_fake, scores),
        "losses": torch.stack([objective.discriminator(on_real, on_fake), objective.generator(on_fake)]),
    }


def to_numpy(tensors: Tensors) -> dict[str, np.ndarray]:
    return {name: tensor.cpu().numpy() for name, tensor in tensors.items()}


def equal_mass_points(noise: str, shares: np.ndarray) -> np.ndarray:
    """Where the cumulative distribution of one number of noise reaches `shares`: float32, shaped like these."""
    return (ndtri(shares) if noise == "gaussian" else 2 * shares - 1).astype(np.float32)
