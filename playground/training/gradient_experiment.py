"""The skeleton of experiments that learn by gradients, once for all families: device, prepared programs, settings as
tensors, batches by number, state in and out, averaged and best weights."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from playground.core.contract import SOLVER, State
from playground.core.errors import Stiff
from playground.data.dataset import dataset_of

from .checkpoint import VALIDATE_EVERY, BestCheckpoint
from .learner import Program, Tensors, device
from .programs import execution, inference_model, objective, program
from .steps_in_a_row import StepsInARow
from .view import Current, ViewedExperiment


class GradientExperiment(StepsInARow, ViewedExperiment):
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
        self.graphed = execution(type(self), self._structure, self.device) == "graphed"
        self._settings = {name: torch.tensor(self.setting_value(name), device=self.device) for name in self.TENSORS}

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
        self.count(1)
        return scalars

    def count(self, steps: int) -> None:
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


def as_arrays(tensors: Tensors) -> State:
    return {name: tensor.cpu().numpy() for name, tensor in tensors.items()}
