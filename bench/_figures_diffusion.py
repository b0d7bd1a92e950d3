"""Figures in the texts of diffusion models that need no training."""

import torch
from _rows import Rows

from playground.data.plane.distributions import DISTRIBUTIONS
from playground.families.diffusion.guidance import optimal_guided_denoiser
from playground.families.diffusion.processes import VP
from playground.families.diffusion.samplers import sample
from playground.ui.figures import Row

SAMPLES, STEPS = 3000, 60


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
