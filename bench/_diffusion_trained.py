"""The trained networks of the diffusion benchmarks; each is trained once in a process."""

import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground.data.plane import distributions
from playground.data.plane.distribution import Distribution
from playground.families.diffusion import processes, reflow
from playground.families.diffusion.batches import Batches, training_streams
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.model import Diffusion, NetworkField
from playground.families.diffusion.optimal_denoiser import optimal_denoiser
from playground.families.diffusion.processes import Process
from playground.families.diffusion.samplers import Moment, sample
from playground.training import batches
from playground.training.learner import Tensors

STEPS, SAMPLE_COUNT = 8_000, 5_000
BLUR = 0.1
"""A density with edges is blurred by this width before samples are scored by it."""


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network after its training."""

    config: DiffusionConfig
    data: Distribution
    process: Process
    model: Diffusion
    state: Tensors
    seconds: float
    """CPU time of the training, preparation included."""

    def field(self, state: Tensors | None = None) -> NetworkField:
        """As on the page: predicted data are clipped to the frame."""
        return self.model.field((state or self.state)["average"], bound=max(map(abs, self.data.bounds)))

    def walk(self, sampler: str, steps: int, n: int = SAMPLE_COUNT, eta: float = 0.0, field=None) -> list[Moment]:
        """The moments of a sampler; equal noise for all samplers."""
        generator = torch.Generator().manual_seed(1)
        return list(sample(sampler, field or self.field(), self.process, noise(n), steps, generator, eta=eta))

    def end(self, sampler: str, steps: int, **more) -> Tensor:
        return self.walk(sampler, steps, **more)[-1].x


def noise(n: int, seed: int = 1) -> Tensor:
    return torch.from_numpy(batches.gaussian(2)(n, batches.generator(seed, "bench")))


@lru_cache(maxsize=32)
def trained_network(
    process: str,
    objective: str,
    data: Distribution | str = "8gaussians",
    coupling: str = "independent",
    steps: int = STEPS,
    lr: float = 2e-3,
) -> TrainedNetwork:
    """3 x 128, batches of 256, Adam with a learning rate that falls along a half cosine."""
    began = time.process_time()
    config = DiffusionConfig(process=process, objective=objective, coupling=coupling, sampler="euler")
    known = distributions.get(data) if isinstance(data, str) else data
    path, model = processes.process_of(config), Diffusion(config)
    batches = Batches(training_streams(known.sample, path, 2, config.batch, 0, torch.device("cpu"), coupling))
    state, _ = reflow.train(model, model.init_state({}, torch.Generator().manual_seed(0)), batches, steps, lr=lr)
    return TrainedNetwork(config, known, path, model, state, time.process_time() - began)


def cross_nll(x: Tensor, data: Distribution) -> float:
    """- E log p of samples in nats; for perfect samples this is the entropy. Densities with edges are blurred."""
    if data.name == "checkerboard":
        blurred = processes.VE(low=BLUR, high=2 * BLUR)
        level = blurred.level(0.5)._replace(a=1.0, s=BLUR)
        return -float(optimal_denoiser(data).log_prob(x.double().float(), level).mean())
    return -float(np.mean(data.log_prob(x.double().numpy())))
