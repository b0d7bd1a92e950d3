"""What the views of a GAN have in common: fixed samples and noise, the discriminator's outputs, scores, samples."""

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from playground import metrics
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.score import Score
from playground.training import batches
from playground.training.learner import Tensors
from playground.training.view import Current, View

from .config import GanConfig
from .model import Losses

SAMPLE_COUNT = 400
"""How many real and how many generated samples a view shows."""
SCORED_COUNT = 2000
"""How many samples are scored, in training and at the end."""
LIVE_METRICS = ("sliced_w2", "modes_covered", "high_quality", "mode_kl", "grid_js", "nearest_ratio")


class GameView(View):
    """The real samples (400, dim) and the noise (400, noise_dim) that are shown, and the noise that is scored."""

    def __init__(self, config: GanConfig, dataset, device: torch.device):
        super().__init__(config, dataset, device)
        self.noise = batches.NOISES[config.noise](config.noise_dim)
        self._real = self.fixed(dataset.sample, SAMPLE_COUNT, "shown data")
        self._z = self.fixed(self.noise, SAMPLE_COUNT, "shown noise")
        self._scored_z = self.fixed(self.noise, SCORED_COUNT, "judged noise")

    def evaluate(self, now: Current, thorough: bool) -> dict[str, Score]:
        """Scores of 2,000 samples from fixed noise; `thorough`: of fresh ones, by every metric."""
        if thorough:
            return metrics.evaluate(self.sample(now, SCORED_COUNT, self.config.seed), self.dataset)
        names = [name for name in LIVE_METRICS if metrics.METRICS[name].applies(self.dataset)]
        return metrics.evaluate(now.model.generate(self._scored_z).cpu().numpy(), self.dataset, names)

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        z = self.noise(n, batches.generator(seed, "samples"))
        return now.model.generate(self.tensor(z)).cpu().numpy()

    def send(self, now: Current, z: np.ndarray) -> np.ndarray:
        if z.shape[1] != self.config.noise_dim:
            raise UserError(
                N_("The generator takes noise vectors of {dim:number|numbers} each."), dim=self.config.noise_dim
            )
        return now.model.generate(self.tensor(z)).cpu().numpy()


def outputs(losses: Losses, on_real: Tensor, on_fake: Tensor) -> Tensors:
    """Of the scores (n,) of real and generated samples: `d_real`, `d_fake` (n,) from 0 generated to 1 real;
    `losses` (2,) of D and G."""
    scores = torch.cat([on_real, on_fake])
    return {
        "d_real": losses.realness(on_real, scores),
        "d_fake": losses.realness(on_fake, scores),
        "losses": torch.stack([losses.discriminator(on_real, on_fake), losses.generator(on_fake)]),
    }


def to_numpy(tensors: Tensors) -> dict[str, np.ndarray]:
    """Copies on the CPU."""
    return {name: tensor.cpu().numpy().copy() for name, tensor in tensors.items()}


def equal_mass_points(noise: str, shares: np.ndarray) -> np.ndarray:
    """Where the cumulative distribution of one number of noise reaches `shares`: float32, shaped like these."""
    return (ndtri(shares) if noise == "gaussian" else 2 * shares - 1).astype(np.float32)
