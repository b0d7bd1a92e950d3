"""What can be seen of a GAN on small images: sheets of them, an interpolation, the nearest training images."""

import numpy as np
import torch

from playground.data.images.digits import Digits
from playground.metrics.distances import nearest
from playground.training import batches
from playground.training.view import Current

from ..config import GanConfig
from ..game_view import SAMPLE_COUNT, GameView, equal_mass_points, outputs, to_numpy
from ..model import Players

SHEET_SIDE = 8
"""Images along each side of a sheet."""
COMPARED_COUNT = 32
"""How many generated images are compared with the training images."""


class View(GameView):
    """Sheets of images: real ones, generated ones, an interpolation in noise space, the nearest training images."""

    def __init__(self, config: GanConfig, dataset: Digits, device: torch.device):
        super().__init__(config, dataset, device)
        self._training = dataset.part("train")
        self._all_z = torch.cat([self._z, self.tensor(interpolation_noise(config))])

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """All float32: `data` (64, 8, 8) fixed real images; `noise` (400, 1 or 2), its first axes; `fake`
        (64, 8, 8) its first vectors mapped by G; `way` (64, 8, 8) `interpolation_noise` mapped by G;
        `near` (32, 8, 8) the training images nearest to the first of `fake`, `near_distance` (32,) how far they
        are; `d_real`, `d_fake` (400,) outputs of D from 0 generated to 1 real; `losses` (2,) of D and G.
        """
        players: Players = now.model
        fake, way = players.generate(self._all_z).split([SAMPLE_COUNT, SHEET_SIDE**2])
        with torch.no_grad():
            on_real, on_fake = players.discriminator()(torch.cat([self._real, fake])).split(SAMPLE_COUNT)
        sheets = to_numpy({"data": self._real[: SHEET_SIDE**2], "fake": fake[: SHEET_SIDE**2], "way": way})
        which, distance = nearest(sheets["fake"][:COMPARED_COUNT], self._training)
        sheets["near"] = self._training[which]
        return {
            **{name: sheet.reshape(-1, *self.dataset.shape) for name, sheet in sheets.items()},
            "near_distance": distance.astype(np.float32),
            **to_numpy({"noise": self._z[:, :2], **outputs(players.losses, on_real, on_fake)}),
        }


def interpolation_noise(config: GanConfig) -> np.ndarray:
    """The noise of a sheet of 64 images, (64, noise_dim), row by row.

    One dimension: from its first to its last 64th part, in equal masses. Two: a grid of equal masses. More:
    each row goes from one random vector to another, where noise is Gaussian on the arc around 0, since nearly all
    of it lies at one distance from there (White 2016), else straight.
    """
    if config.noise_dim == 1:
        return _quantiles(config, SHEET_SIDE**2)[:, None]
    axis = _quantiles(config, SHEET_SIDE)
    if config.noise_dim == 2:
        return np.stack(np.meshgrid(axis, axis[::-1]), -1).reshape(-1, 2)
    ends = batches.NOISES[config.noise](config.noise_dim)(2 * SHEET_SIDE, batches.generator(config.seed, "ways"))
    a, b = ends.reshape(2, SHEET_SIDE, 1, -1)  # (row, 1, noise_dim)
    share = np.linspace(0, 1, SHEET_SIDE, dtype=np.float32)[:, None]
    if config.noise == "uniform":
        return (a + share * (b - a)).reshape(-1, config.noise_dim)
    lengths = np.linalg.norm(a, axis=-1, keepdims=True), np.linalg.norm(b, axis=-1, keepdims=True)
    a, b = a / lengths[0], b / lengths[1]
    angle = np.arccos((a * b).sum(-1, keepdims=True))
    arc = (np.sin((1 - share) * angle) * a + np.sin(share * angle) * b) / np.sin(angle)  # (row, image, noise_dim)
    arc *= (1 - share) * lengths[0] + share * lengths[1]
    return arc.reshape(-1, config.noise_dim).astype(np.float32)


def _quantiles(config: GanConfig, count: int) -> np.ndarray:
    """The middles (count,) of equal masses of one number of noise."""
    return equal_mass_points(config.noise, (np.arange(count) + 0.5) / count)
