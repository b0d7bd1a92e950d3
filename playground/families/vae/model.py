"""A variational autoencoder, the bound it is trained by, and one update of its parameters (Kingma and Welling 2014)."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call

from playground.training.learner import Flat, Tensors, gradient
from playground.training.networks import initial
from playground.training.optimisers import MOMENTS, OPTIMISERS, averaged, clipped, init_moments

from .config import VaeConfig
from .likelihoods import LIKELIHOODS
from .networks import Decoder, Encoder, StrongDecoder
from .training_data import training_data

ACTIVE_VARIANCE = 0.01
"""A latent dimension is active if the variance of its posterior means over the data is above this (Burda et al. 2016,
section 5.2)."""


class Vae(nn.Module):
    """p(z) = N(0, I), p(x | z) by the decoder, q(z | x) = N(mean, std^2) by the encoder."""

    def __init__(self, config: VaeConfig):
        super().__init__()
        dim = training_data(config).dim
        self.dim, self.latent, self.likelihood = dim, config.latent, LIKELIHOODS[config.decoder_likelihood]
        self.encoder = Encoder(config, dim)
        self.decoder = (StrongDecoder if config.autoregressive else Decoder)(config, dim, self.likelihood)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log standard deviation of q(z | x): (n, latent) each."""
        return self.encoder(x)

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x | z) in nats: (..., dim), (..., latent) -> (...)."""
        return self.likelihood.log_prob(x, *self.decoder(z, x)).sum(-1)

    def terms(self, x: Tensor, eps: Tensor) -> tuple[Tensor, Tensor]:
        """The two terms of -ELBO: -log p(x | z) at z = mean + std * eps, (n,), and KL(q(z | x) || p(z)) of each latent
        dimension in closed form, (n, latent)."""
        mean, log_std = self.encode(x)
        return -self.log_likelihood(x, mean + log_std.exp() * eps), kl(mean, log_std)

    def log_weights(self, x: Tensor, eps: Tensor, beta: Tensor | float = 1.0) -> tuple[Tensor, Tensor, Tensor]:
        """For eps (K, n, latent): the log importance weights log p(x | z) + beta (log p(z) - log q(z | x)), (K, n); at
        beta = 1 the mean of their exponentials is p(x). Also the two terms of -ELBO as in `terms`, the first (K, n)."""
        mean, log_std = self.encode(x)
        z = mean + log_std.exp() * eps  # (K, n, latent)
        prior = (0.5 * eps.square() - 0.5 * z.square() + log_std).sum(-1)
        likelihood = self.log_likelihood(x.expand(len(eps), *x.shape), z)
        return likelihood + beta * prior, -likelihood, kl(mean, log_std)

    def generate(self, z: Tensor, u: Tensor | None = None) -> Tensor:
        """Decode codes (n, latent): the mean, or a sample made from `u` (n, dim) uniform on (0, 1): (n, dim).

        An autoregressive decoder is called once for each pixel; without `u` its input is the rounded means so far.
        """
        if not isinstance(self.decoder, StrongDecoder):
            loc, scale = self.decoder(z)
            return self.likelihood.mean(loc) if u is None else self.likelihood.draw(loc, scale, u)
        x = torch.zeros(len(z), self.dim, device=z.device).to(z)
        shown = x.clone()
        for k in range(self.dim):
            loc, scale = (part[..., k] if part.ndim else part for part in self.decoder(z, x))
            shown[:, k] = self.likelihood.mean(loc) if u is None else self.likelihood.draw(loc, scale, u[:, k])
            x[:, k] = shown[:, k] if self.likelihood.scaled else shown[:, k].round()
        return shown


def kl(mean: Tensor, log_std: Tensor) -> Tensor:
    """KL(N(mean, std^2) || N(0, 1)) elementwise, in nats (Kingma and Welling 2014, appendix B)."""
    return 0.5 * (mean.square() + (2 * log_std).exp() - 1) - log_std


def build(config: VaeConfig) -> Vae:
    """The networks of these settings."""
    return Vae(config)


class _Methods(nn.Module):
    """Calls any method of the model by name: `functional_call` only calls `forward`."""

    def __init__(self, vae: Vae):
        super().__init__()
        self.vae = vae

    def forward(self, method: str, *inputs):
        return getattr(self.vae, method)(*inputs)


class Bound:
    """A model and its update, for the settings that decide the shape of the computation.

    State: `w` parameters, `average` their running average, `age` steps done, the optimiser's moments.
    Settings: `lr`, `clip`, `ema`, `beta`, `anneal`, `free_bits`, `sigma`. Batch: `x` (n, dim), `eps`
    (K * n, latent), standard normal.
    """

    def __init__(self, config: VaeConfig):
        self.config = config
        with torch.device("meta"):  # the parameters live in the state
            self.vae = build(config)
        self._methods = _Methods(self.vae)
        self.parameters = Flat(self.vae)
        self._optimiser = OPTIMISERS[config.optimiser]

    def init_state(self, batch: Tensors, generator: torch.Generator) -> Tensors:
        """The state before the first step."""
        return self.reset_optimiser({"average": self.parameters.join(initial(self.vae, generator))}, 0)

    def reset_optimiser(self, weights: Mapping[str, Tensor], steps: int) -> Tensors:
        """The state that continues from these weights after `steps` steps, with the optimiser reset."""
        w = weights["average"]
        age = torch.tensor(float(steps), device=w.device)
        return {"w": w, "average": w, "age": age, **init_moments(self.config.optimiser, w)}

    def model(self) -> Vae:
        """Networks with their own parameters, for inference."""
        return build(self.config)

    def load_weights(self, model: Vae, weights: Mapping[str, Tensor], settings: Tensors) -> None:
        """Copy the averaged weights and the fixed decoder scale into the networks of `model`."""
        named = self.parameters.views(weights["average"])
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                parameter.copy_(named[name])
            model.decoder.sigma.copy_(settings["sigma"])

    def update(self, state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        """One gradient step on the objective.

        Scalars: `loss`, the objective; `bound` (-ELBO of the batch) and its terms `reconstruction` and `kl`, in nats;
        `active`, the number of active dimensions; `weight`, the current weight of the KL; `grad`, the norm of the
        gradient before clipping.
        """
        leaves = self.parameters.leaves(state["w"])
        weight = settings["beta"] * ((state["age"] + 1) / settings["anneal"].clamp_min(1)).clamp_max(1)
        ask = {"decoder.sigma": settings["sigma"], **leaves}
        if self.config.samples == 1:
            cost, rate = self._call(ask, "terms", batch["x"], batch["eps"])
            # Kingma et al. 2016, appendix C.8: only the part of a dimension's mean KL above free_bits counts
            loss = cost.mean() + weight * torch.maximum(rate.mean(0), settings["free_bits"]).sum()
        else:
            count = self.config.samples
            log_w, cost, rate = self._call(
                ask, "log_weights", batch["x"], batch["eps"].unflatten(0, (count, -1)), weight
            )
            loss = -(torch.logsumexp(log_w, 0) - math.log(count)).mean()
        slope, length = clipped(gradient(loss, leaves), settings["clip"])
        moments = {name: state[name] for name in (*MOMENTS[self.config.optimiser], "count")}
        w, moments = self._optimiser(state["w"], slope, moments, settings["lr"])
        average = averaged(state["average"], w, settings["ema"], moments["count"])
        cost, rate = cost.detach().mean(), rate.detach().sum(1).mean()
        means, _ = self._call(ask, "encode", batch["x"])
        active = (means.detach().var(0, unbiased=False) > ACTIVE_VARIANCE).sum().to(cost)
        return {"w": w, "average": average, "age": state["age"] + 1, **moments}, {
            "loss": loss,
            "bound": cost + rate,
            "reconstruction": cost,
            "kl": rate,
            "active": active,
            "weight": weight,
            "grad": length,
        }

    def _call(self, tensors: Mapping[str, Tensor], method: str, *inputs):
        named = {f"vae.{name}": tensor for name, tensor in tensors.items()}
        return functional_call(self._methods, named, (method, *inputs))
