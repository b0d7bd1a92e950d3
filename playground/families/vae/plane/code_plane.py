"""Codes as they are drawn: two of their dimensions, or a band where they are one number."""

import math

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from ..model import Vae

ROUND = 24
"""Places on the outline of a posterior."""
WEAVE, THREAD = 17, 161
"""Threads of the grid of codes; places on the thread that one number of code is."""
BAND = 0.25
"""Half the height of the band on which codes of one number are drawn."""


class CodePlane:
    """The two dimensions with the most KL, of `rates` (latent,) in each."""

    def __init__(self, rates: Tensor):
        self._latent = len(rates)
        first, second = (0, self._latent - 1) if self._latent <= 2 else sorted(rates.topk(2).indices.tolist())
        self.chosen = first, second
        angle = torch.linspace(0, 2 * math.pi, ROUND + 1, device=rates.device)
        self._circle = torch.stack([angle.cos(), angle.sin()], 1)  # (25, 2)

    def flat(self, codes: Tensor) -> Tensor:
        """Codes (n, latent) as places (n, 2); those of one number lie on a band, spread by their order."""
        if self._latent > 1:
            return self._seen(codes)
        spread = torch.linspace(0, len(codes) * 0.618034, len(codes), device=codes.device).frac() * 2 - 1
        return torch.stack([codes[:, 0], BAND * spread], 1)

    def widths(self, stds: Tensor) -> Tensor:
        """Standard deviations (n, latent) along both axes (n, 2); that of the band is its own."""
        if self._latent > 1:
            return self._seen(stds)
        return torch.stack([stds[:, 0], torch.full_like(stds[:, 0], BAND)], 1)

    def outlines(self, vae: Vae, mean: Tensor, std: Tensor) -> tuple[Tensor, Tensor]:
        """Two standard deviations around posteriors (n, 25, 2), and what becomes of these codes."""
        codes = mean.unsqueeze(1).repeat(1, ROUND + 1, 1)  # (n, 25, latent)
        for axis, dim in enumerate(dict.fromkeys(self.chosen)):
            codes[..., dim] += 2 * std[:, None, dim] * self._circle[:, axis]
        decoded = vae.decoder(codes.flatten(0, 1))[0].view(*codes.shape[:2], 2)
        if self._latent > 1:
            return self._seen(codes), decoded
        middle = self.flat(mean)[:, None, 1]
        return torch.stack([codes[..., 0], middle + 0.05 * self._circle[:, 1]], -1), decoded

    def grid(self, vae: Vae) -> tuple[Tensor, Tensor]:
        """Codes between whose lines equal masses of the prior lie, and what becomes of them."""
        count, device = THREAD if self._latent == 1 else WEAVE, self._circle.device
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

    def _seen(self, codes: Tensor) -> Tensor:
        return codes[..., list(self.chosen)]
