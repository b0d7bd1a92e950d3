"""Densities over the frame, as they are drawn: of the model, and of the codes of all data."""

import math

import torch
from torch import Tensor

from .. import bounds
from ..likelihoods import LIKELIHOODS
from ..model import Vae

CELLS = 37
"""Places along each axis."""
COARSE = {1: 601, 2: 45}
"""Codes along each dimension that make up the model's density, where there are so few dimensions."""
NEAR = 3.5
"""How far from 0 these codes go."""


class FrameDensities:
    """On a square frame. `noise` (n, latent) stands for longer codes."""

    def __init__(self, frame: tuple[float, float], noise: Tensor):
        self._noise, self._latent = noise, noise.shape[1]
        axis = torch.linspace(*frame, CELLS, device=noise.device)
        self._places = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2)

    def model(self, vae: Vae) -> Tensor:
        """A sum over codes on a grid, each of whose Gaussians is widened by half the way to its neighbours', so that no
        gaps are seen between them; over draws of the code, where it is longer: (37, 37), row 0 the lowest."""
        if self._latent > 2:
            loc, scale = vae.decoder(self._noise)
            wide = (scale.square() + 0.1**2).sqrt()
            mass = torch.full((len(loc),), -math.log(len(loc)), device=loc.device)
        else:
            nodes = COARSE[self._latent]
            codes, mass = (t.to(self._noise.device) for t in bounds.lattice(self._latent, nodes, NEAR))
            loc, scale = vae.decoder(codes)
            shape = loc.view(*[nodes] * self._latent, 2)
            slopes = torch.gradient(shape, dim=tuple(range(self._latent)))
            steps = sum((slope.square() for slope in slopes), torch.zeros_like(shape))
            wide = (scale.square() + steps.view(-1, 2) / 4).sqrt()
        return (vae.likelihood.pairs(self._places, loc, wide) + mass).exp().sum(1).view(CELLS, CELLS)

    def codes(self, means: Tensor, stds: Tensor) -> Tensor:
        """The mean of all posteriors over the same frame: an exact mixture of Gaussians."""
        return LIKELIHOODS["gaussian"].pairs(self._places, means, stds).exp().mean(1).view(CELLS, CELLS)
