"""The densities that are drawn: of the model, and the aggregate posterior."""

import math

import torch
from torch import Tensor

from .. import bounds
from ..likelihoods import LIKELIHOODS
from ..model import Vae

DENSITY_SIZE = 37
"""Grid points along each axis."""
DENSITY_NODES = {1: 601, 2: 45}
"""Codes along each latent dimension in the sum for the model's density, by number of dimensions."""
DENSITY_REACH = 3.5
"""The largest coordinate of these codes."""


class FrameDensities:
    """Densities on a grid over a square. With more than two latent dimensions, `noise` (n, latent) are the codes."""

    def __init__(self, frame: tuple[float, float], noise: Tensor):
        self._noise, self._latent = noise, noise.shape[1]
        axis = torch.linspace(*frame, DENSITY_SIZE, device=noise.device)
        self._places = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2)

    def model(self, vae: Vae) -> Tensor:
        """The model's density (37, 37), row 0 the lowest: a sum of Gaussians over a grid of codes, each widened by half
        the distance to its neighbours so that no gaps show; with more than two latent dimensions over drawn codes."""
        if self._latent > 2:
            loc, scale = vae.decoder(self._noise)
            wide = (scale.square() + 0.1**2).sqrt()
            mass = torch.full((len(loc),), -math.log(len(loc)), device=loc.device)
        else:
            nodes = DENSITY_NODES[self._latent]
            codes, mass = (t.to(self._noise.device) for t in bounds.lattice(self._latent, nodes, DENSITY_REACH))
            loc, scale = vae.decoder(codes)
            shape = loc.view(*[nodes] * self._latent, 2)
            slopes = torch.gradient(shape, dim=tuple(range(self._latent)))
            steps = sum((slope.square() for slope in slopes), torch.zeros_like(shape))
            wide = (scale.square() + steps.view(-1, 2) / 4).sqrt()
        return (vae.likelihood.pairs(self._places, loc, wide) + mass).exp().sum(1).view(DENSITY_SIZE, DENSITY_SIZE)

    def codes(self, means: Tensor, stds: Tensor) -> Tensor:
        """The aggregate posterior on the same grid: an exact mixture of Gaussians (37, 37)."""
        return LIKELIHOODS["gaussian"].pairs(self._places, means, stds).exp().mean(1).view(DENSITY_SIZE, DENSITY_SIZE)
