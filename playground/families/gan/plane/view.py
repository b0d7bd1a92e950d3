"""What can be seen of a GAN on the plane: samples, the discriminator's output everywhere, the generator's manifold."""

import numpy as np
import torch
from torch import Tensor

from playground.data.plane.distribution import Distribution
from playground.training.view import Current

from ..config import GanConfig
from ..game_view import SAMPLE_COUNT, GameView, equal_mass_points, outputs, to_numpy
from ..model import Players
from .context import Context

ARROW_COUNT = 200
OUTPUT_GRID = 41
"""Points along each axis at which the discriminator is evaluated."""
MANIFOLD_GRID, CURVE_POINTS = 21, 201
"""Lines along each axis of the noise's grid; points of the curve that noise of one dimension makes."""


class View(GameView):
    """Samples, the discriminator's output over the plane, the grid of noise mapped by G, gradients at the samples."""

    def __init__(self, config: GanConfig, dataset: Distribution, device: torch.device):
        super().__init__(config, dataset, device)
        self._grid = self.tensor(_lattice(*dataset.bounds, OUTPUT_GRID))
        manifold = _manifold_noise(config)
        self._manifold = None if manifold is None else self.tensor(manifold)

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """All float32: `data` (400, 2) fixed; `noise` (400, 1 or 2), its first axes; `fake` (400, 2)
        the same noise mapped by G; `belief` (41, 41) output of D, row 0 the lowest y, from 0 generated
        to 1 real; `manifold` (21, 21, 2) the noise's grid of equal masses mapped by G, (1, 201, 2) for noise of one
        dimension, absent beyond two; `gradients` (200, 2) minus the gradient of G's loss by the
        first samples, times their number; `d_real`, `d_fake` (400,) outputs of D; `losses` (2,) of D and G.
        """
        players: Players = now.model
        score = players.discriminator()
        grid = () if self._manifold is None else (self._manifold.flatten(0, -2),)
        fake, *mapped = players.generate(torch.cat([self._z, *grid])).split(
            [SAMPLE_COUNT, *(len(points) for points in grid)]
        )
        with torch.no_grad():
            on_real, on_grid = score(torch.cat([self._real, self._grid])).split([SAMPLE_COUNT, len(self._grid)])
        on_fake, gradients = descent(players, fake)
        drawn = {
            "data": self._real,
            "noise": self._z[:, :2],
            "fake": fake,
            "belief": players.losses.realness(on_grid, torch.cat([on_real, on_fake])).view(OUTPUT_GRID, OUTPUT_GRID),
            "gradients": gradients,
            **outputs(players.losses, on_real, on_fake),
        }
        if mapped and self._manifold is not None:
            drawn["manifold"] = mapped[0].view(*self._manifold.shape[:-1], 2)
        return to_numpy(drawn)

    def context(self, now: Current) -> Context:
        return Context(now.model, self.noise, self.config.seed, self.device)


def descent(players: Players, fake: Tensor) -> tuple[Tensor, Tensor]:
    """Scores of samples (n,), and where the generator's loss falls at the first of them (200, 2)."""
    points = fake.detach().requires_grad_()
    scores = players.discriminator()(points)
    loss = players.losses.generator(scores[:ARROW_COUNT]) * ARROW_COUNT
    (gradient,) = torch.autograd.grad(loss, points)
    return scores.detach(), -gradient[:ARROW_COUNT]


def _lattice(low: float, high: float, count: int) -> np.ndarray:
    """Points (count * count, 2) of a square, rows from the lowest y on."""
    axis = np.linspace(low, high, count, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)


def _manifold_noise(config: GanConfig) -> np.ndarray | None:
    """Noise between whose lines equal masses lie: (21, 21, 2), or (1, 201, 1) for a curve; None beyond two
    dimensions."""
    if config.noise_dim > 2:
        return None
    count = CURVE_POINTS if config.noise_dim == 1 else MANIFOLD_GRID
    axis = equal_mass_points(config.noise, np.linspace(0.01, 0.99, count))
    return axis[None, :, None] if config.noise_dim == 1 else np.stack(np.meshgrid(axis, axis), -1)
