"""Samples of the model, and its number of active dimensions."""

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.training import batches

from .model import ACTIVE_VARIANCE, Vae


def drawn(vae: Vae, n: int, seed: int, device: torch.device) -> np.ndarray:
    """`n` samples of the model: (n, dim) float32."""
    random = batches.generator(seed, "samples")
    z, u = batches.gaussian(vae.latent)(n, random), batches.uniform(vae.dim, 0.0)(n, random)
    u = np.clip(u, 1e-7, 1 - 1e-7)  # the quantiles of 0 and 1 are infinite
    with torch.no_grad():
        return vae.generate(torch.from_numpy(z).to(device), torch.from_numpy(u).to(device)).cpu().numpy()


def active_dimensions(means: Tensor) -> float:
    """Number of active dimensions among posterior means (n, latent): see `model.ACTIVE_VARIANCE`."""
    return float((means.var(0, unbiased=False) > ACTIVE_VARIANCE).sum())


def send(vae: Vae, z: np.ndarray, device: torch.device) -> np.ndarray:
    """The decoder's means for codes `z` (n, latent): (n, dim). `UserError` if `z` has another number of dimensions."""
    if z.shape[1] != vae.latent:
        raise UserError(N_("A code of this model has {dim:number|numbers}."), dim=vae.latent)
    with torch.no_grad():
        return vae.generate(torch.from_numpy(z).to(device)).cpu().numpy()
