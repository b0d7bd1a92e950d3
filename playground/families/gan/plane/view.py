"""What can be seen of a GAN on the plane: samples, the discriminator's output everywhere, the generator's manifold."""

import numpy as np
import torch
from torch import Tensor

from playground.data.dataset import dataset_of
from playground.training.learner import Tensors

from ..config import GanConfig
from ..model import Discriminator, Game
from ..view import SAMPLE_COUNT, View, discriminator, equal_mass_points, outputs, to_numpy

ARROW_COUNT = 200
OUTPUT_GRID = 41
"""Points along each axis at which the discriminator is evaluated."""
MANIFOLD_GRID, CURVE_POINTS = 21, 201
"""Lines along each axis of the noise's grid; points of the curve that noise of one dimension makes."""


class PlaneView(View):
    """Samples, the discriminator's output over the plane, the grid of noise mapped by G, gradients at the samples."""

    def __init__(self, config: GanConfig, device: torch.device):
        super().__init__(config, device)
        self._z, self._grid = self._tensor(self._noise), self._tensor(_lattice(*dataset_of(config).bounds, OUTPUT_GRID))
        manifold = _manifold_noise(config)
        self._manifold = None if manifold is None else self._tensor(manifold)

    def arrays(self, game: Game, state: Tensors) -> dict[str, np.ndarray]:
        """All float32: `data` (400, 2) fixed; `noise` (400, 1 or 2), its first axes; `fake` (400, 2)
        the same noise mapped by G; `belief` (41, 41) output of D, row 0 the lowest y, from 0 generated
        to 1 real; `manifold` (21, 21, 2) the noise's grid of equal masses mapped by G, (1, 201, 2) for noise of one
        dimension, absent beyond two; `gradients` (200, 2) minus the gradient of G's loss by the
        first samples, times their number; `d_real`, `d_fake` (400,) outputs of D; `losses` (2,) of D and G.
        """
        score = discriminator(game, state)
        with torch.no_grad():
            grid = () if self._manifold is None else (self._manifold.flatten(0, -2),)
            fake, *mapped = game.generate(game.g.views(state["g_ema"]), torch.cat([self._z, *grid])).split(
                [SAMPLE_COUNT, *(len(points) for points in grid)]
            )
            on_real, on_grid = score(torch.cat([self._real, self._grid])).split([SAMPLE_COUNT, len(self._grid)])
        on_fake, gradients = self._descent(game, score, fake)
        drawn = {
            "fake": fake,
            "belief": game.objective.realness(on_grid, torch.cat([on_real, on_fake])).view(OUTPUT_GRID, OUTPUT_GRID),
            "gradients": gradients,
            **outputs(game, on_real, on_fake),
        }
        if mapped:
            drawn["manifold"] = mapped[0].view(*self._manifold.shape[:-1], 2)
        return {"data": self._data.copy(), "noise": self._noise[:, :2].copy(), **to_numpy(drawn)}

    def _descent(self, game: Game, score: Discriminator, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of samples (n,), and where the generator's loss falls at the first of them (200, 2)."""
        with torch.enable_grad():
            points = fake.detach().requires_grad_()
            scores = score(points)
            loss = game.objective.generator(scores[:ARROW_COUNT]) * ARROW_COUNT
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
