"""A diffusion model or rectified flow in training."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import torch

from playground.core.contract import State
from playground.data.dataset import dataset_of
from playground.training.gradient_experiment import GradientExperiment
from playground.training.learner import Tensors
from playground.training.view import Current

from .batches import Batches, Stream, training_streams
from .class_labels import labelled_draw
from .conditioning import class_count, passes_per_call
from .config import DiffusionConfig
from .images.unet import ImageDiffusion
from .model import Diffusion
from .processes import process_of
from .reflow_schedule import ReflowSchedule
from .sampler_view import SamplerView
from .shown_fields import ShownFields

COUNTED_POINTS = 8
"""Points with which network calls are counted."""


class DiffusionExperiment(GradientExperiment):
    """A network that learns to remove noise, and a sampler that uses it."""

    Config = DiffusionConfig
    TENSORS = ("lr", "ema")
    view: SamplerView

    @classmethod
    def structure(cls, config: DiffusionConfig) -> DiffusionConfig:
        """Of the data, a step only depends on the numbers of dimensions and of classes."""
        names = ("batch", "width", "depth", "objective", "weighting", "execution", "device")
        data, classes = (config.data, True) if class_count(config) else (config.shaped_like, False)
        kept = {name: getattr(config, name) for name in names}
        return DiffusionConfig().model_copy(update={**kept, "data": data, "classes": classes})

    @classmethod
    def make_objective(cls, structure: DiffusionConfig) -> Diffusion:
        kind = ImageDiffusion if structure.domain == "images" else Diffusion
        return kind(structure, dataset_of(structure).dim, class_count(structure))

    @classmethod
    def batch_streams(cls, config: DiffusionConfig, device: torch.device) -> dict[str, Stream]:
        return training_streams(
            labelled_draw(config),
            process_of(config),
            dataset_of(config).dim,
            config.batch,
            config.seed,
            device,
            config.coupling,
            class_count(config),
            config.drop,
        )

    @classmethod
    def execution_of(cls, structure: DiffusionConfig, asked: str) -> str:
        """TorchScript cannot replay the gradients of convolutions, whose time is not Python's anyway."""
        return "eager" if structure.domain == "images" and asked == "traced" else asked

    @classmethod
    def batch_key(cls, config: DiffusionConfig) -> DiffusionConfig | None:
        return None if config.reflows or config.domain == "images" else cls.structure(config)

    @cached_property
    def reflow(self) -> ReflowSchedule:
        """The rounds of this training; a single one without reflow."""
        batches = Batches(self.streams)
        return ReflowSchedule(self.config, self.objective, process_of(self.config), batches, self.device)

    def batch(self, number: int) -> Tensors:
        return self.reflow.batch(number)

    def steps_together(self, most: float) -> list[dict[str, float]]:
        return [self.step()] if self.reflow.count else super().steps_together(most)

    def step(self, part: str | None = None) -> dict[str, float]:
        self._state = self.reflow.starting_state(self.steps, self._state)
        if self.reflow.count:  # the learning rate falls in each round
            lr = torch.tensor(self.setting_value("lr"), device=self.device)
            self._settings["lr"] = lr * self.reflow.lr_factor(self.steps)
        return super().step(part)

    @property
    def calls(self) -> int:
        """Network calls of the chosen sampler for a cloud (an adaptive one: for a small cloud)."""
        noise, field = self.view.noise[:COUNTED_POINTS], self.current().model.bounded
        *_, last = self.view.run_sampler(self.config, field, noise, self.config.steps)
        return last.nfe * passes_per_call(self.config)

    @property
    def bounded(self) -> bool:
        """A chain has no density below its first step, but a bound."""
        return self.config.process == "ddpm"

    def current(self) -> Current:
        bound = max(map(abs, self.dataset.bounds))
        shown = ShownFields(self.config, self.objective, self._state["average"], bound, self.reflow, self.steps)
        return Current(self.config, self.steps, shown, lambda: shown)

    def state_dict(self) -> State:
        return super().state_dict() | self.reflow.state_dict()

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        super().load_state_dict(state)
        self.reflow.load_state_dict(state)
