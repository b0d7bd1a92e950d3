"""What the views of both domains share: the process, the sampler at work, the noise levels of training."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from playground.training import batches
from playground.training.view import View

from .conditioning import class_count
from .config import DiffusionConfig
from .processes import equal_noise_time, process_of
from .samplers import Field, Moment, sample


class SamplerView(View):
    """Fixed noise, decided by the settings."""

    noise: Tensor
    """The noise (n, dim) whose samples are shown."""

    def __init__(self, config: DiffusionConfig, dataset: Any, device: torch.device):
        super().__init__(config, dataset, device)
        self.process, self.classes = process_of(config), class_count(config)
        self.objective = config.objective, config.weighting
        self.half_noise = self.process.level(equal_noise_time(self.process))

    def run_sampler(
        self, config: DiffusionConfig, field: Field, noise: Tensor, steps: int, seed: int | None = None
    ) -> Iterator[Moment]:
        """The moments of the chosen sampler, from `noise` (n, dim) on; its own noise follows from `seed`."""
        generator = torch.Generator().manual_seed(self.config.seed if seed is None else seed)
        return sample(
            config.sampler, field, self.process, noise, steps, generator, spacing=config.spacing, eta=config.eta
        )

    def fixed_noise(self, stream: str, n: int) -> Tensor:
        return self.fixed(batches.gaussian(self.dataset.dim), n, stream)

    def new_noise(self, n: int, seed: int) -> Tensor:
        """The noise of fresh samples."""
        return self.tensor(batches.gaussian(self.dataset.dim)(n, batches.generator(seed, "samples")))
