"""Networks that benchmarks of diffusion models learn and look at; each is learned once in a process."""

import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground.data.plane import distributions
from playground.data.plane.distribution import Distribution
from playground.families.diffusion import processes, reflow
from playground.families.diffusion.batches import Batches
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.model import Diffusion, NetworkField
from playground.families.diffusion.processes import Process
from playground.families.diffusion.samplers import Moment, sample
from playground.families.diffusion.truth import optimum
from playground.training import batches
from playground.training.learner import Tensors

STEPS, JUDGED = 8_000, 5_000
BLUR = 0.1
"""Where a density has edges, samples are judged by it after a blur of this width."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """A network after its training."""

    config: DiffusionConfig
    data: Distribution
    process: Process
    model: Diffusion
    state: Tensors
    seconds: float
    """CPU time of the training, preparation included."""

    def field(self, state: Tensors | None = None) -> NetworkField:
        """As the page uses it: predicted data do not leave the frame."""
        return self.model.field((state or self.state)["average"], bound=max(map(abs, self.data.bounds)))

    def walk(self, sampler: str, steps: int, n: int = JUDGED, eta: float = 0.0, field=None) -> list[Moment]:
        """A cloud on its way; equal noise for all samplers."""
        generator = torch.Generator().manual_seed(1)
        return list(sample(sampler, field or self.field(), self.process, noise(n), steps, generator, eta=eta))

    def end(self, sampler: str, steps: int, **more) -> Tensor:
        return self.walk(sampler, steps, **more)[-1].x


def noise(n: int, seed: int = 1) -> Tensor:
    return torch.from_numpy(batches.gaussian(2)(n, batches.generator(seed, "bench")))


@lru_cache(maxsize=32)
def learnt(
    process: str,
    objective: str,
    data: Distribution | str = "8gaussians",
    coupling: str = "independent",
    steps: int = STEPS,
    lr: float = 2e-3,
) -> Learnt:
    """3 x 128, batches of 256, Adam with a learning rate that falls along a half cosine."""
    began = time.process_time()
    config = DiffusionConfig(process=process, objective=objective, coupling=coupling, sampler="euler")
    known = distributions.get(data) if isinstance(data, str) else data
    path, model = processes.of(config), Diffusion(config)
    batches = Batches(known.sample, path, 2, config.batch, 0, torch.device("cpu"), coupling)
    state, _ = reflow.train(model, model.init_state(torch.Generator().manual_seed(0)), batches, steps, lr=lr)
    return Learnt(config, known, path, model, state, time.process_time() - began)


def cross_nll(x: Tensor, data: Distribution) -> float:
    """- E log p of samples in nats, which of perfect samples is the entropy: how improbable they are. Of densities with
    edges, after a blur."""
    if data.name == "checkerboard":
        blurred = processes.VE(low=BLUR, high=2 * BLUR)
        level = blurred.level(0.5)._replace(a=1.0, s=BLUR)
        return -float(optimum(data).log_prob(x.double().float(), level).mean())
    return -float(np.mean(data.log_prob(x.double().numpy())))
