"""The rounds of reflow inside one training: the teacher of each round, its batches, and its learning rate.

Round 0 learns from data and independent noise. At step k * round the averaged weights become teacher k, and the next
round learns from the pairs of this teacher; the last round may learn only the single step from pure noise. Steps are
counted, and pairs follow from the teacher's weights and the seed, so a state only has to hold the teachers.
"""

from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from playground.training.learner import Tensors

from .config import DiffusionConfig
from .model import Diffusion
from .processes import Process
from .reflow import NumberedBatches, ReflowPairs, lr_factor
from .samplers import Field

CACHE_SIZE = 8
"""Sets of pairs kept in a process: after a rewind they need not be computed again."""
MIN_LR_FACTOR = 0.01
"""Share of the learning rate at the end of a round, and after the last one: training never stops."""
_pairs_cache: OrderedDict[tuple, ReflowPairs] = OrderedDict()


class TeacherPairs(NamedTuple):
    """Pairs on which a round of reflow is scored, instead of data and independent noise. If their lines do not cross,
    the lowest possible loss is 0."""

    data: Tensor  # (1024, 2)
    noise: Tensor
    last: bool
    """Whether only the single step from pure noise is learned."""


class RoundFields(NamedTuple):
    """The flows that the rounds have led to."""

    fields: tuple[Field, ...]
    """Of each round up to now; the last is the present one."""
    distilled: bool
    """Whether the last learned only the single step from pure noise."""
    coming: int | None
    """The step at which the next round begins."""


class ReflowSchedule:
    """The rounds of one training. Without reflow there is a single round without end."""

    def __init__(
        self, config: DiffusionConfig, model: Diffusion, process: Process, first: NumberedBatches, device: torch.device
    ):
        self._config, self._model, self._process, self._first, self._device = config, model, process, first, device
        self.length, self._distil = config.round, config.reflows and config.distil
        self.count = config.rounds + config.distil if config.reflows else 0
        self._teachers = torch.zeros(self.count, model.parameters.size, device=device)
        self._current: tuple[int, ReflowPairs] | None = None  # a round, and its pairs

    def round_at(self, step: int) -> int:
        """The round that step number `step` belongs to."""
        return min(step // self.length, self.count)

    def is_distilling(self, step: int) -> bool:
        """Whether step number `step` learns only the single step from pure noise."""
        return bool(self._distil and self.round_at(step) == self.count)

    def starting_state(self, step: int, state: Tensors) -> Tensors:
        """The state from which step number `step` continues; at the start of a round its weights become the teacher."""
        if step % self.length or not 0 < step // self.length <= self.count:
            return state
        teachers = self._teachers.clone()  # kept states may still share the old ones
        teachers[self.round_at(step) - 1] = state["average"]
        self._teachers, self._current = teachers, None
        return self._model.reset_optimiser(state, step)

    def batch(self, step: int) -> Tensors:
        """The batch of step number `step`."""
        return self._pairs(step)[step] if self.round_at(step) else self._first[step]

    def lr_factor(self, step: int) -> float:
        """The factor of the learning rate: it falls in each round, if there are several."""
        if not self.count:
            return 1.0
        done = step - self.round_at(step) * self.length
        return MIN_LR_FACTOR + (1 - MIN_LR_FACTOR) * lr_factor(min(done, self.length), self.length)

    def teacher_pairs(self, done: int) -> TeacherPairs | None:
        """The pairs on which the round is scored that `done` steps have led into; None in round 0."""
        step = max(done - 1, 0)
        if not self.round_at(step):
            return None
        noise, data = self._pairs(step).held_out()
        return TeacherPairs(data, noise, self.is_distilling(step))

    def round_fields(self, done: int, now: Field, bound: float) -> RoundFields:
        """The flows of all rounds after `done` steps; that of the present round is `now`. The others clip predicted
        data at `bound`."""
        number = self.round_at(max(done - 1, 0))
        passed = tuple(self._model.field(weights, bound=bound) for weights in self._teachers[:number])
        coming = (number + 1) * self.length if number < self.count else None
        return RoundFields((*passed, now), self.is_distilling(max(done - 1, 0)), coming)

    def state_dict(self) -> dict[str, np.ndarray]:
        """`teachers` (rounds, size), zeros for rounds to come; empty without reflow."""
        return {"teachers": self._teachers.cpu().numpy()} if self.count else {}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        if self.count:
            self._teachers, self._current = torch.tensor(state["teachers"], device=self._device), None

    def _pairs(self, step: int) -> ReflowPairs:
        number = self.round_at(step)
        if self._current is None or self._current[0] != number:
            self._current = number, self._cached_pairs(number, self._teachers[number - 1], self.is_distilling(step))
        return self._current[1]

    def _cached_pairs(self, number: int, weights: Tensor, last: bool) -> ReflowPairs:
        config = self._config
        key = (
            config.model_dump_json(include={"width", "depth", "objective", "batch", "seed"}),
            number,
            last,
            self._device,
            sha256(weights.cpu().numpy().tobytes()).digest(),
        )
        if key not in _pairs_cache:
            _pairs_cache[key] = ReflowPairs(
                self._model.field(weights),
                self._process,
                self._model.dim,
                config.batch,
                config.seed + number,
                self._device,
                last=last,
            )
            while len(_pairs_cache) > CACHE_SIZE:
                _pairs_cache.popitem(last=False)
        _pairs_cache.move_to_end(key)
        return _pairs_cache[key]
