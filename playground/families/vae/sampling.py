"""Draws of the model, and how many dimensions of its code are in use."""

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.training import batches

from .model import ACTIVE, Vae


def drawn(vae: Vae, n: int, seed: int, device: torch.device) -> np.ndarray:
    """`n` draws of the model: (n, dim) float32."""
    random = batches.generator(seed, "samples")
    z, u = batches.gaussian(vae.latent)(n, random), batches.uniform(vae.dim, 0.0)(n, random)
    u = np.clip(u, 1e-7, 1 - 1e-7)  # whose quantiles are finite
    with torch.no_grad():
        return vae.generate(torch.from_numpy(z).to(device), torch.from_numpy(u).to(device)).cpu().numpy()


def active_dimensions(means: Tensor) -> float:
    """Dimensions of the code in use: see `model.ACTIVE`."""
    return float((means.var(0, unbiased=False) > ACTIVE).sum())


def send(vae: Vae, z: np.ndarray, device: torch.device) -> np.ndarray:
    """What the decoder expects of codes `z` (n, latent): (n, dim). `UserError` where they have another dimension."""
    if z.shape[1] != vae.latent:
        raise UserError(N_("A code of this autoencoder has {dim} numbers."), dim=vae.latent)
    with torch.no_grad():
        return vae.generate(torch.from_numpy(z).to(device)).cpu().numpy()
