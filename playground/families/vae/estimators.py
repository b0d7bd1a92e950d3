"""Estimators of the gradient of E_q[log p(x | z)] by the encoder's outputs, one draw each. All are unbiased; they
differ in variance (Mohamed et al. 2020)."""

import torch
from torch import Tensor

from .model import Vae

ESTIMATORS = ("reparameterisation", "score", "baseline")


def gradients(vae: Vae, x: Tensor, eps: Tensor) -> dict[str, Tensor]:
    """For data x (n, dim) and draws eps (K, n, latent) the estimate of every draw, (K, n, 2 latent): the derivatives by
    mean and log standard deviation of q(z | x), z = mean + std * eps.

    `reparameterisation`: through z (Kingma and Welling 2014). `score`: log p(x | z) times the gradient of log q, which
    needs no derivative of log p (the score function, or REINFORCE, Williams 1992). `baseline`: the same with the mean
    of the other draws subtracted from log p (Mnih and Rezende 2016, equation 8). The KL has a closed form and needs no
    estimate, and the decoder's gradient is the same in all of them.
    """
    with torch.no_grad():
        mean, log_std = vae.encode(x)
        std = log_std.exp()
    with torch.enable_grad():
        z = (mean + std * eps).requires_grad_()  # (K, n, latent)
        log_p = vae.log_likelihood(x.expand(len(eps), *x.shape), z)  # (K, n)
        (slope,) = torch.autograd.grad(log_p.sum(), z)
    log_p = log_p.detach()
    others = (log_p.sum(0) - log_p) / (len(eps) - 1)
    score = torch.cat([eps / std, eps.square() - 1], -1)
    return {
        "reparameterisation": torch.cat([slope, slope * std * eps], -1),
        "score": log_p.unsqueeze(-1) * score,
        "baseline": (log_p - others).unsqueeze(-1) * score,
    }


def variance(estimates: Tensor) -> Tensor:
    """Of one draw, summed over the coordinates, for each data point: (K, n, coordinates) -> (n,)."""
    return estimates.var(0).sum(-1)
