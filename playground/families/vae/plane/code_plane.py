"""Codes as points of a plane: two of their dimensions, or a band if they have only one."""

import math

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from ..model import Vae

OUTLINE_POINTS = 24
"""Points on the outline of a posterior."""
GRID_LINES, LINE_POINTS = 17, 161
"""Lines along each axis of the latent grid; points of the curve of a one-dimensional code."""
BAND_HEIGHT = 0.25
"""Half the height of the band on which one-dimensional codes are drawn."""


class CodePlane:
    """The two latent dimensions with the largest KL; `rates` (latent,) is the mean KL of each."""

    def __init__(self, rates: Tensor):
        self._latent = len(rates)
        first, second = (0, self._latent - 1) if self._latent <= 2 else sorted(rates.topk(2).indices.tolist())
        self.chosen = first, second
        angle = torch.linspace(0, 2 * math.pi, OUTLINE_POINTS + 1, device=rates.device)
        self._circle = torch.stack([angle.cos(), angle.sin()], 1)  # (25, 2)

    def flat(self, codes: Tensor) -> Tensor:
        """Codes (n, latent) as points (n, 2); one-dimensional codes lie on a band, spread by their index."""
        if self._latent > 1:
            return self._columns(codes)
        spread = torch.linspace(0, len(codes) * 0.618034, len(codes), device=codes.device).frac() * 2 - 1
        return torch.stack([codes[:, 0], BAND_HEIGHT * spread], 1)

    def widths(self, stds: Tensor) -> Tensor:
        """Standard deviations (n, latent) along both axes: (n, 2). Across a band it is `BAND_HEIGHT`."""
        if self._latent > 1:
            return self._columns(stds)
        return torch.stack([stds[:, 0], torch.full_like(stds[:, 0], BAND_HEIGHT)], 1)

    def outlines(self, vae: Vae, mean: Tensor, std: Tensor) -> tuple[Tensor, Tensor]:
        """Outlines of posteriors at two standard deviations (n, 25, 2), and their decoding (n, 25, 2)."""
        codes = mean.unsqueeze(1).repeat(1, OUTLINE_POINTS + 1, 1)  # (n, 25, latent)
        for axis, dim in enumerate(dict.fromkeys(self.chosen)):
            codes[..., dim] += 2 * std[:, None, dim] * self._circle[:, axis]
        decoded = vae.decoder(codes.flatten(0, 1))[0].view(*codes.shape[:2], 2)
        if self._latent > 1:
            return self._columns(codes), decoded
        middle = self.flat(mean)[:, None, 1]
        return torch.stack([codes[..., 0], middle + 0.05 * self._circle[:, 1]], -1), decoded

    def grid(self, vae: Vae) -> tuple[Tensor, Tensor]:
        """A grid of codes with equal prior mass between its lines, and its decoding: (17, 17, 2) or (1, 161, 2)."""
        count, device = LINE_POINTS if self._latent == 1 else GRID_LINES, self._circle.device
        axis = torch.from_numpy(ndtri(np.linspace(0.01, 0.99, count)).astype(np.float32)).to(device)
        if self._latent == 1:
            return (
                torch.stack([axis, torch.zeros_like(axis)], 1).unsqueeze(0),
                vae.decoder(axis.unsqueeze(1))[0].unsqueeze(0),
            )
        grid = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1)  # (17, 17, 2)
        codes = torch.zeros(count * count, self._latent, device=device)
        codes[:, list(self.chosen)] = grid.reshape(-1, 2)
        return grid, vae.decoder(codes)[0].view(count, count, 2)

    def _columns(self, codes: Tensor) -> Tensor:
        return codes[..., list(self.chosen)]
