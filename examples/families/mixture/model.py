"""A mixture of round Gaussians, its likelihood, and one update of its parameters."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call

from playground.training.learner import Flat, Tensors, gradient
from playground.training.optimisers import MOMENTS, OPTIMISERS, averaged, init_moments

from .config import MixtureConfig


class Mixture(nn.Module):
    """p(x) = sum of w_k N(x; mean_k, std_k^2 I)"""

    def __init__(self, components: int):
        super().__init__()
        self.mean = nn.Parameter(torch.empty(components, 2))
        self.log_std = nn.Parameter(torch.empty(components))
        self.logits = nn.Parameter(torch.empty(components))

    def forward(self, x: Tensor) -> Tensor:
        """log p(x) in nats: (n, 2) -> (n,)"""
        squares = (x.unsqueeze(1) - self.mean).square().sum(-1)  # (n, components)
        log_p = -0.5 * squares * (-2 * self.log_std).exp() - 2 * self.log_std - math.log(2 * math.pi)
        return torch.logsumexp(log_p + torch.log_softmax(self.logits, 0), 1)


class Likelihood:
    """The objective. State: `w` parameters, `average` their running average, the optimiser's moments. Settings: `lr`,
    `ema`. Batch: `x` (n, 2)."""

    def __init__(self, config: MixtureConfig):
        self.config = config
        self.network = Mixture(config.components)
        self.parameters = Flat(self.network)

    def init_state(self, batch: Tensors, generator: torch.Generator) -> Tensors:
        """The state before the first step: centres at random, all clouds as wide and as heavy."""
        k = self.config.components
        start = {"mean": torch.randn(k, 2, generator=generator), "log_std": torch.zeros(k), "logits": torch.zeros(k)}
        return self.reset_optimiser({"average": self.parameters.join(start)}, 0)

    def reset_optimiser(self, weights: Mapping[str, Tensor], steps: int) -> Tensors:
        w = weights["average"]
        return {"w": w, "average": w, **init_moments(self.config.optimiser, w)}

    def model(self) -> Mixture:
        return Mixture(self.config.components)

    def load_weights(self, model: Mixture, weights: Mapping[str, Tensor], settings: Tensors) -> None:
        model.load_state_dict(self.parameters.views(weights["average"]))

    def update(self, state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        """One step down the negative log likelihood. Scalars: `loss`, in nats."""
        leaves = self.parameters.leaves(state["w"])
        loss = -functional_call(self.network, leaves, (batch["x"],)).mean()
        moments = {name: state[name] for name in (*MOMENTS[self.config.optimiser], "count")}
        slope = gradient(loss, leaves)
        w, moments = OPTIMISERS[self.config.optimiser](state["w"], slope, moments, settings["lr"])
        average = averaged(state["average"], w, settings["ema"], moments["count"])
        return {"w": w, "average": average, **moments}, {"loss": loss}
