"""Codes that a visitor chooses, and what shares them."""

import numpy as np
import torch
from torch import Tensor

from playground.core.panels import Arrays, Values

from .context import Context, flat


def chosen_code(values: Values, context: Context) -> tuple[Tensor, Arrays]:
    """The code (1, latent) whose first numbers are the values, the others 0; and the map of codes with the place `at`
    (1, 2) of this one: see `Context.code_map`."""
    z = torch.zeros(1, context.vae.latent, device=context.device)
    z[0, : len(values)] = context.tensor(np.array(list(values.values())))
    found = context.code_map()
    found["at"] = flat(z, found["chosen"].astype(int).tolist()).cpu().numpy()
    return z, found


def shared_code(real: Tensor, x: Tensor, wide: float, context: Context) -> tuple[Arrays, Tensor, Tensor, Tensor]:
    """Training data `x` (n, dim) by their share in the code of `real` (1, dim): `share` (n,), summing to 1, as q(z | x)
    is large there, with posteriors `wide` times as wide as they are; `codes` (n, 2), `at` (1, 2), and the `chosen` (2,)
    dimensions of the map. Besides as tensors: the shares, their mean (1, dim), and what the decoder says (1, dim)."""
    vae = context.vae
    with torch.no_grad():
        z, _ = vae.encode(real)
        mean, log_std = vae.encode(x)
        width = log_std.exp() * wide
        share = torch.softmax((-0.5 * ((z - mean) / width).square() - width.log()).sum(1), 0)  # (n,)
        back, mixed = vae.generate(z), share @ x
        chosen = context.chosen(mean.var(0))
    arrays = {
        "share": share.cpu().numpy(),
        "codes": flat(mean, chosen).cpu().numpy(),
        "at": flat(z, chosen).cpu().numpy(),
        "chosen": np.array(chosen, np.float32),
    }
    return arrays, share, mixed[None], back
