"""How likely data are: the ELBO, the importance-weighted bound, quadrature over the code, and the linear case.

All take a `Vae` and data x (n, dim), and give nats for each row, (n,); none takes gradients.
"""

import math
from typing import cast

import torch
from torch import Tensor

from playground.training.networks import MLP

from .model import Vae, kl

REACH = 6.0
"""The prior has less than 1e-8 of its mass beyond this in each dimension of the code."""
PART = 200_000
"""Codes that are decoded at a time, at most."""


@torch.no_grad()
def elbo(vae: Vae, x: Tensor, eps: Tensor) -> Tensor:
    """The ELBO with as many draws as eps (K, n, latent) has, each on its own: (n,)."""
    cost, rate = parts(vae, x, eps)
    return -cost - rate


@torch.no_grad()
def parts(vae: Vae, x: Tensor, eps: Tensor) -> tuple[Tensor, Tensor]:
    """Reconstruction and KL, the two parts of minus the ELBO: (n,) each."""
    mean, log_std = vae.encode(x)
    z = mean + log_std.exp() * eps
    return -vae.log_likelihood(x.expand(len(eps), *x.shape), z).mean(0), kl(mean, log_std).sum(-1)


@torch.no_grad()
def iwae(vae: Vae, x: Tensor, samples: int, generator: torch.Generator) -> Tensor:
    """The importance-weighted bound with K = `samples` codes for each row (Burda et al. 2016, equation 8).

    Its expectation rises with K towards log p(x), and is never above it.
    """
    rows = max(1, PART // samples)
    found = []
    for part in x.split(rows):
        eps = torch.randn(samples, len(part), vae.latent, generator=generator).to(x)
        found.append(torch.logsumexp(vae.log_weights(part, eps)[0], 0) - math.log(samples))
    return torch.cat(found)


@torch.no_grad()
def lattice(latent: int, nodes: int, reach: float = REACH, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    """Codes (nodes^latent, latent) on a grid, the second coordinate slowest, and the logarithms of their prior
    masses."""
    axis = torch.linspace(-reach, reach, nodes, dtype=torch.float64)
    grid = torch.stack(torch.meshgrid(*[axis] * latent, indexing="xy"), -1).reshape(-1, latent)
    step = 2 * reach / (nodes - 1)
    mass = -0.5 * grid.square().sum(1) - latent * (0.5 * math.log(2 * math.pi) - math.log(step))
    return grid.to(dtype), mass.to(dtype)


@torch.no_grad()
def exact(vae: Vae, x: Tensor, nodes: int, part: int = 4000) -> Tensor:
    """log p(x) by the trapezoidal rule over codes of one or two dimensions, `nodes` along each.

    It converges faster than any power of the step once that is as short as posteriors are wide.
    """
    grid, mass = (tensor.to(x.device) for tensor in lattice(vae.latent, nodes, dtype=x.dtype))
    total = torch.full((len(x),), -math.inf, dtype=x.dtype, device=x.device)
    for z, log_mass in zip(grid.split(part), mass.split(part), strict=True):
        loc, scale = vae.decoder(z)
        total = torch.logaddexp(total, torch.logsumexp(vae.likelihood.pairs(x, loc, scale) + log_mass, 1))
    return total


@torch.no_grad()
def linear(vae: Vae, x: Tensor) -> Tensor:
    """The ELBO of a linear decoder with one Gaussian scale, without any drawing: the expectation of the squared error
    is that at the mean, and what the posterior's width adds (Lucas et al. 2019, section 3)."""
    mean, log_std = vae.encode(x)
    loc, scale = vae.decoder(mean)
    weight = cast(MLP, vae.decoder.net).linear[-1].weight  # (dim, latent)
    spread = (2 * log_std).exp() @ weight.square().sum(0)
    return vae.likelihood.log_prob(x, loc, scale).sum(-1) - 0.5 * spread / scale.square() - kl(mean, log_std).sum(-1)
