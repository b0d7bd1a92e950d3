"""The averaged weights of a training as fields: what is drawn, scored and sampled."""

from functools import cached_property

import torch

from .class_labels import sample_labels
from .config import DiffusionConfig
from .model import Diffusion, NetworkField
from .reflow_schedule import ReflowSchedule, RoundFields, TeacherPairs


class ShownFields:
    """Of one moment of a training; each is made when it is first used."""

    def __init__(
        self,
        config: DiffusionConfig,
        objective: Diffusion,
        weights: torch.Tensor,
        bound: float,
        reflow: ReflowSchedule,
        step: int,
    ):
        self._config, self._objective, self._weights, self._bound = config, objective, weights, bound
        self._reflow, self._step = reflow, step

    @cached_property
    def bounded(self) -> NetworkField:
        """The field for samplers, with the chosen classes; predicted data are clipped to the frame."""
        return self._field(self._bound)

    @cached_property
    def unbounded(self) -> NetworkField:
        """The same without clipping."""
        return self._field(None)

    @cached_property
    def teacher_pairs(self) -> TeacherPairs | None:
        """The pairs of the present round of reflow; None in round 0."""
        return self._reflow.teacher_pairs(self._step)

    @property
    def rounds(self) -> RoundFields:
        """The flows of all rounds of reflow."""
        return self._reflow.round_fields(self._step, self.bounded, self._bound)

    def _field(self, bound: float | None) -> NetworkField:
        labels = sample_labels(self._config, self._weights.device)
        return self._objective.field(self._weights, labels, self._config.guidance, bound)
