"""Thirty models of one architecture at batch 64: as one batched step, and one after the other in textbook torch.

One process, one thread, process CPU time, contestants in turn, medians of the rounds.
    python -m playground bench ensembles --json
"""

from collections.abc import Callable
from typing import Any

import torch
from _figures import figure, table
from gan import in_turn, textbook
from torch import Tensor, nn

from playground.families.gan.config import GanConfig
from playground.families.gan.experiment import GanExperiment
from playground.families.normalizing_flow.config import NormalizingFlowConfig
from playground.families.normalizing_flow.experiment import NormalizingFlowExperiment
from playground.training.ensemble import Ensemble

COUNT = 30
SETTINGS = {"r1": 0.0, "batch": 64, "activation": "relu", "data": "2gaussians"}
"""The textbook game has no penalty."""


def one_after_the_other(steps):
    """As one call."""

    def run() -> None:
        for step in steps:
            step()

    return run


def gans() -> list[dict]:
    configs = [GanConfig(seed=seed, **SETTINGS) for seed in range(COUNT)]
    together = Ensemble([GanExperiment(config) for config in configs])
    took = in_turn(
        {
            "together": together.step,
            "alone": one_after_the_other([GanExperiment(config).step for config in configs]),
            "textbook": one_after_the_other([textbook(config) for config in configs]),
            "shared": one_after_the_other([textbook(config, shared=True) for config in configs]),
        },
        rounds=7,
        calls=4,
    )
    how = f"{COUNT} GANs 2-64-64-2 against 2-64-64-1, batch {SETTINGS['batch']}, Adam; time of a model's step"
    return [
        figure("GAN: " + title, "", took[name] / COUNT, unit="ms", how=how)
        for name, title in (
            ("together", "as one batched step"),
            ("alone", "our traced step, one after the other"),
            ("textbook", "textbook, one after the other"),
            ("shared", "textbook, samples shared, one after the other"),
        )
    ] + [
        figure("GAN: textbook / together", ">= 5", took["textbook"] / took["together"], how=how),
        figure("GAN: textbook, samples shared / together", "", took["shared"] / took["together"], how=how),
        figure("GAN: alone / together", "", took["alone"] / took["together"], how=how),
    ]


class RealNVP(nn.Module):
    """Dinh et al. 2016 on the plane, as tutorials have it: log p(x) of affine couplings that take turns."""

    def __init__(self, layers: int, width: int):
        super().__init__()
        self.nets = nn.ModuleList(
            nn.Sequential(nn.Linear(1, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 2))
            for _ in range(layers)
        )
        self.prior = torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2))

    def log_prob(self, x: Tensor) -> Tensor:
        total = torch.zeros(len(x))
        for number, net in enumerate(self.nets):
            kept, moved = x.chunk(2, 1) if number % 2 else x.flip(1).chunk(2, 1)
            scale, shift = net(kept).chunk(2, 1)
            scale = torch.tanh(scale)
            moved = (moved - shift) * torch.exp(-scale)
            x = torch.cat([kept, moved] if number % 2 else [moved, kept], 1)
            total = total - scale.sum(1)
        return self.prior.log_prob(x) + total


def textbook_flow(config: NormalizingFlowConfig) -> Callable[[], None]:
    flow = RealNVP(config.layers, config.width)
    adam = torch.optim.Adam(flow.parameters(), config.lr)
    points = torch.randn(12_000, 2)

    def step() -> None:
        adam.zero_grad()
        loss = -flow.log_prob(points[torch.randint(len(points), (config.batch,))]).mean()
        loss.backward()
        adam.step()
        loss.item()

    return step


def flows() -> list[dict]:
    settings = {"flow": "realnvp", "layers": 8, "width": 64, "depth": 2, "batch": 64, "data": "moons"}
    configs = [NormalizingFlowConfig(seed=seed, **settings) for seed in range(COUNT)]
    together = Ensemble([NormalizingFlowExperiment(config) for config in configs])
    took = in_turn(
        {
            "together": together.step,
            "alone": one_after_the_other([NormalizingFlowExperiment(config).step for config in configs]),
            "textbook": one_after_the_other([textbook_flow(config) for config in configs]),
        },
        rounds=7,
        calls=2,
    )
    how = f"{COUNT} RealNVP of 8 couplings 1-64-64-2, batch {settings['batch']}, Adam; time of a model's step"
    return [
        figure("RealNVP: as one batched step", "", took["together"] / COUNT, unit="ms", how=how),
        figure("RealNVP: our traced step, one after the other", "", took["alone"] / COUNT, unit="ms", how=how),
        figure("RealNVP: textbook, one after the other", "", took["textbook"] / COUNT, unit="ms", how=how),
        figure("RealNVP: textbook / together", ">= 3", took["textbook"] / took["together"], how=how),
        figure("RealNVP: alone / together", "", took["alone"] / took["together"], how=how),
    ]


def run() -> dict[str, Any]:
    torch.set_num_threads(1)
    return {"figures": [*gans(), *flows()]}


if __name__ == "__main__":
    print(table(run()))
