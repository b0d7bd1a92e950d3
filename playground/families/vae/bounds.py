"""Bounds on log p(x) and its exact value: the ELBO, the importance-weighted bound, quadrature over the code, and the
ELBO of the linear model.

All take a `Vae` and data x (n, dim) and return nats for each row, (n,), without gradients.
"""

import math
from typing import cast

import torch
from torch import Tensor

from playground.training.networks import MLP

from .model import Vae, kl

PRIOR_REACH = 6.0
"""The prior has less than 1e-8 of its mass beyond this in each latent dimension."""
MAX_CODES = 200_000
"""Maximum number of codes decoded at a time."""


@torch.no_grad()
def elbo(vae: Vae, x: Tensor, eps: Tensor) -> Tensor:
    """The ELBO, averaged over the K draws of eps (K, n, latent): (n,)."""
    cost, rate = parts(vae, x, eps)
    return -cost - rate


@torch.no_grad()
def parts(vae: Vae, x: Tensor, eps: Tensor) -> tuple[Tensor, Tensor]:
    """Reconstruction and KL, the two terms of -ELBO: (n,) each."""
    mean, log_std = vae.encode(x)
    z = mean + log_std.exp() * eps
    return -vae.log_likelihood(x.expand(len(eps), *x.shape), z).mean(0), kl(mean, log_std).sum(-1)


@torch.no_grad()
def iwae(vae: Vae, x: Tensor, samples: int, generator: torch.Generator) -> Tensor:
    """The importance-weighted bound with K = `samples` codes for each row (Burda et al. 2016, equation 8).

    Its expectation is at most log p(x), and rises towards it with K.
    """
    rows = max(1, MAX_CODES // samples)
    found = []
    for part in x.split(rows):
        eps = torch.randn(samples, len(part), vae.latent, generator=generator).to(x)
        found.append(torch.logsumexp(vae.log_weights(part, eps)[0], 0) - math.log(samples))
    return torch.cat(found)


@torch.no_grad()
def lattice(
    latent: int, nodes: int, reach: float = PRIOR_REACH, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor]:
    """Codes (nodes^latent, latent) on a grid, the second coordinate slowest, and the logarithms of their prior
    masses."""
    axis = torch.linspace(-reach, reach, nodes, dtype=torch.float64)
    grid = torch.stack(torch.meshgrid(*[axis] * latent, indexing="xy"), -1).reshape(-1, latent)
    step = 2 * reach / (nodes - 1)
    mass = -0.5 * grid.square().sum(1) - latent * (0.5 * math.log(2 * math.pi) - math.log(step))
    return grid.to(dtype), mass.to(dtype)


@torch.no_grad()
def exact(vae: Vae, x: Tensor, nodes: int, part: int = 4000) -> Tensor:
    """log p(x) by the trapezoidal rule over one or two latent dimensions, with `nodes` nodes along each.

    It converges faster than any power of the step once the step is below the width of the posteriors.
    """
    grid, mass = (tensor.to(x.device) for tensor in lattice(vae.latent, nodes, dtype=x.dtype))
    total = torch.full((len(x),), -math.inf, dtype=x.dtype, device=x.device)
    for z, log_mass in zip(grid.split(part), mass.split(part), strict=True):
        loc, scale = vae.decoder(z)
        total = torch.logaddexp(total, torch.logsumexp(vae.likelihood.pairs(x, loc, scale) + log_mass, 1))
    return total


@torch.no_grad()
def linear(vae: Vae, x: Tensor) -> Tensor:
    """The ELBO of a linear decoder with one Gaussian scale, in closed form: the expected squared error is the squared
    error at the posterior mean plus a term of the posterior's variance (Lucas et al. 2019, section 3)."""
    mean, log_std = vae.encode(x)
    loc, scale = vae.decoder(mean)
    weight = cast(MLP, vae.decoder.net).linear[-1].weight  # (dim, latent)
    spread = (2 * log_std).exp() @ weight.square().sum(0)
    return vae.likelihood.log_prob(x, loc, scale).sum(-1) - 0.5 * spread / scale.square() - kl(mean, log_std).sum(-1)
