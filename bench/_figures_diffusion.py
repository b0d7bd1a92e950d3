"""Figures in the texts of diffusion models that need no training."""

import numpy as np
import torch
from _rows import Rows
from scipy.special import ndtr

from playground.data.plane.densities import Checkerboard
from playground.data.plane.distributions import DISTRIBUTIONS
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.guidance import optimal_guided_denoiser
from playground.families.diffusion.levels import Level
from playground.families.diffusion.optimal_denoiser import optimal_denoiser
from playground.families.diffusion.plane.view import LEVEL_COUNT
from playground.families.diffusion.processes import PROCESSES, VP, process_of, training_levels
from playground.families.diffusion.samplers import sample
from playground.ui.figures import Row

SAMPLES, STEPS = 3000, 60
PAIRS = 10_000
"""Of data and noise at each level."""


def guidance() -> Rows:
    """The width of samples of one moon, guided by the optimal denoiser: with guidance 1 it is the moon's own."""
    moons = DISTRIBUTIONS["moons"]
    noise = torch.randn(SAMPLES, 2, generator=torch.Generator().manual_seed(0))
    field, label = optimal_guided_denoiser(moons, torch.device("cpu")), torch.tensor([[1.0, 0.0]]).expand(SAMPLES, -1)
    found: Rows = {}
    for scale in (1, 3, 8):
        *_, last = sample("heun", field.given(label, float(scale)), VP(), noise, STEPS)
        width = float(last.x[:, 0].std())
        how = f"{SAMPLES} samples, Heun's method in {STEPS} steps, standard deviation along the moon"
        found[f"diffusion.guidance.{scale}"] = Row(width, width / (2 * SAMPLES) ** 0.5, "", how)
    return found


def grid_floor() -> Rows:
    """By how many percent the floor of the loss is too high where Gaussians on a grid stand for the checkerboard: the
    worst of the levels that the page shows, of all processes."""
    board, found = DISTRIBUTIONS["checkerboard"], []
    assert isinstance(board, Checkerboard)
    on_grid, generator = optimal_denoiser(board), np.random.default_rng(0)
    for name in PROCESSES:
        for level in training_levels(process_of(DiffusionConfig(process=name)), LEVEL_COUNT):
            x0 = board.sample(PAIRS, generator).astype(np.float64)
            x = level.a * x0 + level.s * generator.normal(size=x0.shape)
            exact, near = denoised_board(board, x, level), on_grid(torch.from_numpy(x).float(), level)[0].double()
            # The mean of what is too much is that of the squared difference, as the exact mean is orthogonal to it.
            more, lowest = ((near.numpy() - exact) ** 2).sum(1), ((x0 - exact) ** 2).sum(1).mean()
            found.append(
                (100 * more.mean() / lowest, 100 * more.std() / PAIRS**0.5 / lowest, f"{name}, t = {level.t:.2f}")
            )
    value, error, worst = max(found)
    how = f"checkerboard, {LEVEL_COUNT} levels of each process, {PAIRS} pairs each; worst: {worst}"
    return {"diffusion.grid_floor": Row(float(value), float(error), "percent", how)}


def denoised_board(board: Checkerboard, x: np.ndarray, level: Level[float]) -> np.ndarray:
    """E[x0 | x] (n, 2) of the checkerboard: on each cell a Gaussian about x / a, cut off at the cell's edges."""
    low, width = board.cell * np.arange(-2, 2), level.s / level.a
    edges = [(edge - x[..., None] / level.a) / width for edge in (low, low + board.cell)]  # (n, 2, 4)
    mass = ndtr(edges[1]) - ndtr(edges[0])
    bells = [np.exp(-(edge**2) / 2) / np.sqrt(2 * np.pi) for edge in edges]
    first = x[..., None] / level.a * mass + width * (bells[0] - bells[1])
    dark = (np.arange(4)[:, None] + np.arange(4)) % 2 == 0
    whole, one, other = (
        np.einsum("ni,ij,nj->n", a, dark, b)
        for a, b in ((mass[:, 0], mass[:, 1]), (first[:, 0], mass[:, 1]), (mass[:, 0], first[:, 1]))
    )
    return np.stack([one, other], 1) / whole[:, None]
