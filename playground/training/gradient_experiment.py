"""The skeleton of experiments that learn by gradients, once for all families: device, prepared programs, settings as
tensors, batches by number, state in and out, averaged and best weights."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from playground.core.contract import SOLVER, State
from playground.core.errors import Stiff
from playground.core.registry import FAMILIES, step_size
from playground.data.dataset import dataset_of

from .checkpoint import VALIDATE_EVERY, BestCheckpoint
from .in_a_row import in_a_row, numbered, rows
from .learner import Program, Tensors, device, prepare, settled
from .recipe import Recipe
from .view import Current, ViewedExperiment

LARGE_WORK, LARGE_NUMBERS = 1e9, 2e7
"""A step that is larger, in multiply-adds or in numbers that it holds, is executed as written: what tracing saves for
each operation is little beside it, while to record it takes the time of several steps, and several times its memory."""


TOGETHER = 10
"""Steps that a GPU does in one go, where they are small: a millisecond or two."""


class GradientExperiment(Recipe, ViewedExperiment):
    """Randomness: initial weights and what is shown come from the seed; update number i takes batch number i."""

    def __init__(self, config: Any):
        self.device, self.dataset = device(config.device), dataset_of(config)
        self.configure(config)
        self.streams = self.batch_streams(config, self.device)
        self.steps = self.drawn = 0
        start = self.objective.init_state(self.batch(0), torch.Generator().manual_seed(config.seed))
        self._state = {name: tensor.to(self.device) for name, tensor in start.items()}
        self.best = BestCheckpoint(self.weights()) if self.validates(config) else None
        self.view = self.make_view(config, self.dataset)

    def configure(self, config: Any) -> None:
        self.config: Any = config
        self._structure = self.structure(config)
        self.objective = objective(type(self), self._structure)
        self._settings = {name: torch.tensor(self.setting_value(name), device=self.device) for name in self.TENSORS}

    @property
    def execution(self) -> str:
        """How steps are really executed: traced, where compiling was asked for but failed."""
        return self._program(self.moves(None)[0]).execution

    @property
    def graphed(self) -> bool:
        """Whether steps are to be CUDA graphs."""
        return execution(type(self), self._structure, self.device) == "graphed"

    def step(self, part: str | None = None) -> dict[str, float]:
        """The updates of one step, or of a part of it; the objective says which scalars they give."""
        if part is None and self.graphed:
            return self._in_a_row(1)[0]
        scalars: dict[str, float] = {}
        for move in self.moves(part):
            try:
                self._state, values = self._program(move)(self._state, self._settings, self.draw())
            except Stiff:  # a step that is never done: it diverges as one whose scalars are not finite
                values = {SOLVER: math.inf}
            scalars |= values
        self._count(1)
        return scalars

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
        self._count(steps)
        return rows(scalars, steps)

    def _count(self, steps: int) -> None:
        self.steps += steps
        if self.best is not None and self.steps % VALIDATE_EVERY == 0:
            score = self.view.validate(self.model(self.weights()))
            if score is not None:
                self.best = self.best.better(self.weights(), score, self.steps)

    def draw(self) -> Tensors:
        self.drawn += 1
        return self.batch(self.drawn - 1)

    def batch(self, number: int) -> Tensors:
        """What update `number` (from 0) looks at."""
        return {name: stream[number] for name, stream in self.streams.items()}

    def weights(self) -> Tensors:
        """The newest averaged weights, as the state has them."""
        return {name: self._state[name] for name in self.WEIGHTS}

    def model(self, weights: Mapping[str, torch.Tensor], other: bool = False) -> Any:
        """A network with these weights, until the next call; with `other` a second one beside it."""
        network = inference_model(type(self), self._structure, self.device, other)
        self.objective.load_weights(network, weights, self._settings)
        return network

    def current(self) -> Current:
        newest, shown = self.weights(), self._shown_weights()
        model = self.model(shown)
        if shown is newest:
            return Current(self.config, self.steps, model, lambda: model, self.best)
        return Current(self.config, self.steps, model, lambda: self.model(newest, other=True), self.best)

    def state_dict(self) -> State:
        """Updates never write into a tensor, so these are views, not copies."""
        best = self.best.state(self.UNIT) if self.best is not None else {}
        return {**as_arrays(self._state), **best, "steps": np.array(self.steps)}

    def export_state(self) -> State:
        """The shown weights only, as if training began anew at them."""
        return self.state_dict() | as_arrays(self.objective.reset_optimiser(self._shown_weights(), self.steps))

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        self.steps = self.drawn = int(state["steps"])
        self._state = {name: torch.tensor(state[name], device=self.device) for name in self._state}
        if self.best is not None:
            self.best = BestCheckpoint.from_state(state, self.WEIGHTS, self.UNIT, self.device)

    def _shown_weights(self) -> Mapping[str, torch.Tensor]:
        if self.best is not None and self.config.best and self.best.step > 0:
            return self.best.weights
        return self.weights()

    def _program(self, move: str) -> Program:
        return program(type(self), self._structure, move, self.device)


def is_large(structure: Any) -> bool:
    """Whether a step of this structure is too large to be recorded."""
    of = next((family for family in FAMILIES.values() if family.Config is type(structure)), None)
    size = None if of is None else step_size(of, structure)
    return size is not None and (size.work >= LARGE_WORK or size.numbers >= LARGE_NUMBERS)


def as_arrays(tensors: Tensors) -> State:
    return {name: tensor.cpu().numpy() for name, tensor in tensors.items()}


@lru_cache(maxsize=64)
def objective(kind: type[Recipe], structure: Any) -> Any:
    return kind.make_objective(structure)


@lru_cache(maxsize=64)
def inference_model(kind: type[Recipe], structure: Any, device: torch.device, other: bool = False) -> Any:
    """A network to look at, whose weights are copied from an experiment before every look."""
    with torch.device(device):
        return objective(kind, structure).model().requires_grad_(False)


def execution(kind: type[Recipe], structure: Any, device: torch.device) -> str:
    """How steps of this structure are executed on this device."""
    found = kind.execution_of(structure, settled(structure.execution, device))
    return "eager" if found == "traced" and is_large(structure) else found  # the same to the bit


@lru_cache(maxsize=64)
def program(kind: type[Recipe], structure: Any, move: str, device: torch.device) -> Program:
    """One update, prepared; kept, so that a reset, another seed or a rewind need not wait for it again."""
    state, settings, batch = _example(kind, structure, device)
    return prepare(
        getattr(objective(kind, structure), move), (state, settings, batch), execution(kind, structure, device)
    )


@lru_cache(maxsize=64)
def several(kind: type[Recipe], structure: Any, moves: tuple[str, ...], steps: int, device: torch.device) -> Program:
    """Steps in a row, each made of these updates, prepared and kept as well: see `in_a_row`."""
    state, settings, batch = _example(kind, structure, device)
    updates = [getattr(objective(kind, structure), move) for move in moves]
    example = state, settings, numbered([batch] * (steps * len(moves)))
    return prepare(in_a_row(updates, steps), example, execution(kind, structure, device))


def forget_programs() -> None:
    """Give back what is kept for the next run with such settings."""
    for kept in (objective, inference_model, program, several):
        kept.cache_clear()


def _example(kind: type[Recipe], structure: Any, device: torch.device) -> tuple[Tensors, Tensors, Tensors]:
    """State, settings and batch of an update."""
    batch = {name: stream[0] for name, stream in kind.batch_streams(structure, device).items()}
    start = objective(kind, structure).init_state(batch, torch.Generator().manual_seed(0))
    state = {name: tensor.to(device) for name, tensor in start.items()}
    return state, {name: torch.tensor(0.1, device=device) for name in kind.TENSORS}, batch
