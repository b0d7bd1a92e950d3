"""Codes that a visitor chooses, and the data that share a code."""

import numpy as np
import torch
from torch import Tensor

from playground.core.panels import Arrays, Values

from .context import Context, flat


def chosen_code(values: Values, context: Context) -> tuple[Tensor, Arrays]:
    """The code (1, latent) whose first numbers are the values and whose others are 0; and the arrays of
    `Context.code_map` with the position `at` (1, 2) of this code."""
    z = torch.zeros(1, context.vae.latent, device=context.device)
    z[0, : len(values)] = context.tensor(np.array(list(values.values())))
    found = context.code_map()
    found["at"] = flat(z, found["chosen"].astype(int).tolist()).cpu().numpy()
    return z, found


def shared_code(real: Tensor, x: Tensor, wide: float, context: Context) -> tuple[Arrays, Tensor, Tensor, Tensor]:
    """Training data `x` (n, dim) weighted by q(z | x) at the code z of `real` (1, dim), with the posterior standard
    deviations multiplied by `wide`. Arrays: `share` (n,), the weights, which sum to 1; `codes` (n, 2) and `at` (1, 2)
    along the `chosen` (2,) latent dimensions. Tensors: the weights, the weighted mean of x (1, dim), and the decoder's
    output (1, dim)."""
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
