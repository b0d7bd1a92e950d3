"""Rounds of reflow inside one training: who teaches at which step, what is learned from, and at which pace.

Round 0 learns from data and noise. At step k * round the averaged weights become teacher k, whose pairs the next
round learns from; a last round may learn only the one step from pure noise. Steps are counted and pairs follow from
the teacher's weights and the seed, so the teachers are all that a state must hold.
"""

from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256

import numpy as np
import torch
from torch import Tensor

from playground.training.learner import Tensors

from .answers.asked import Flows
from .config import DiffusionConfig
from .model import Diffusion
from .plane import Taught
from .processes import Process
from .reflow import Numbered, Pairs, pace, reset_optimiser
from .samplers import Field

KEPT = 8
"""Sets of pairs kept in a process: a rewind then need not make them again."""
LEAST = 0.01
"""Share of the learning rate at the end of a round, and after the last one: training never stands still."""
_made: OrderedDict[tuple, Pairs] = OrderedDict()


class Rounds:
    """The rounds of one training. Without reflow there is only one, which never ends."""

    def __init__(
        self, config: DiffusionConfig, model: Diffusion, process: Process, first: Numbered, device: torch.device
    ):
        self._config, self._model, self._process, self._first, self._device = config, model, process, first, device
        self.length, self._distil = config.round, config.reflows and config.distil
        self.count = config.rounds + config.distil if config.reflows else 0
        self._teachers = torch.zeros(self.count, model.parameters.size, device=device)
        self._learned: tuple[int, Pairs] | None = None  # of which round, what

    def at(self, step: int) -> int:
        """The round that step number `step` belongs to."""
        return min(step // self.length, self.count)

    def distilling(self, step: int) -> bool:
        """Whether at this step only the one step from pure noise is learned."""
        return bool(self._distil and self.at(step) == self.count)

    def begun(self, step: int, state: Tensors) -> Tensors:
        """The state from which step number `step` goes on: where a round begins, its teacher is appointed."""
        if step % self.length or not 0 < step // self.length <= self.count:
            return state
        teachers = self._teachers.clone()  # pictures and kept states may still look at the old ones
        teachers[self.at(step) - 1] = state["average"]
        self._teachers, self._learned = teachers, None
        return reset_optimiser(state)

    def batch(self, step: int) -> Tensors:
        """The batch of step number `step`."""
        return self._pairs(step)[step] if self.at(step) else self._first[step]

    def pace(self, step: int) -> float:
        """By what the learning rate is multiplied: it falls in each round, where there are several."""
        if not self.count:
            return 1.0
        done = step - self.at(step) * self.length
        return LEAST + (1 - LEAST) * pace(min(done, self.length), self.length)

    def taught(self, done: int) -> tuple[Taught, ...]:
        """What the round is judged on that `done` steps have led into; nothing: as in any training."""
        step = max(done - 1, 0)
        if not self.at(step):
            return ()
        noise, data = self._pairs(step).judged()
        return (Taught(data, noise, self.distilling(step)),)

    def flows(self, done: int, now: Field, bound: float) -> Flows:
        """What each round has led to after `done` steps; of the present one it is the field `now`. All others predict
        data within `bound`."""
        number = self.at(max(done - 1, 0))
        passed = tuple(self._model.field(weights, bound=bound) for weights in self._teachers[:number])
        coming = (number + 1) * self.length if number < self.count else None
        return Flows((*passed, now), self.distilling(max(done - 1, 0)), coming)

    def state(self) -> dict[str, np.ndarray]:
        """`teachers` (rounds, size), zeros for rounds to come; nothing where there are none."""
        return {"teachers": self._teachers.cpu().numpy()} if self.count else {}

    def load(self, state: Mapping[str, np.ndarray]) -> None:
        if self.count:
            self._teachers, self._learned = torch.tensor(state["teachers"], device=self._device), None

    def _pairs(self, step: int) -> Pairs:
        number = self.at(step)
        if self._learned is None or self._learned[0] != number:
            self._learned = number, self._known(number, self._teachers[number - 1], self.distilling(step))
        return self._learned[1]

    def _known(self, number: int, weights: Tensor, last: bool) -> Pairs:
        config = self._config
        known = (
            config.model_dump_json(include={"width", "depth", "objective", "batch", "seed"}),
            number,
            last,
            self._device,
            sha256(weights.cpu().numpy().tobytes()).digest(),
        )
        if known not in _made:
            _made[known] = Pairs(
                self._model.field(weights),
                self._process,
                self._model.dim,
                config.batch,
                config.seed + number,
                self._device,
                last=last,
            )
            while len(_made) > KEPT:
                _made.popitem(last=False)
        _made.move_to_end(known)
        return _made[known]
