"""The part of an experiment that does several steps in one go, where they are CUDA graphs."""

from abc import abstractmethod
from typing import Any

import torch

from playground.core.contract import InARow

from .checkpoint import VALIDATE_EVERY, BestCheckpoint
from .in_a_row import numbered, rows
from .programs import is_large, program, several
from .recipe import Recipe

TOGETHER = 10
"""Steps that a GPU does in one go, where they are small: a millisecond or two."""


class StepsInARow(Recipe, InARow):
    """Whose steps are executed as the structure and the device say."""

    device: torch.device
    best: BestCheckpoint | None
    """The best weights so far, where they are looked for: every few steps, so that no graph goes beyond such a step."""
    _structure: Any
    graphed: bool
    """Whether steps are to be CUDA graphs."""

    @abstractmethod
    def count(self, steps: int) -> None:
        """So many steps more are done."""

    @property
    def execution(self) -> str:
        """How steps are really executed: traced, where compiling was asked for but failed."""
        return program(type(self), self._structure, self.moves(None)[0], self.device).execution

    def steps_together(self, most: float) -> list[dict[str, float]]:
        """As many as one graph has, if so many are allowed."""
        room = min(most, VALIDATE_EVERY - self.steps % VALIDATE_EVERY) if self.best is not None else most
        if room < TOGETHER or not self.graphed or is_large(self._structure):
            return [self.step()]
        return self._in_a_row(TOGETHER)

    def _in_a_row(self, steps: int) -> list[dict[str, float]]:
        moves = tuple(self.moves(None))
        batches = numbered([self.draw() for _ in range(steps * len(moves))])
        together = several(type(self), self._structure, moves, steps, self.device)
        self._state, scalars = together(self._state, self._settings, batches)
        self.count(steps)
        return rows(scalars, steps)
