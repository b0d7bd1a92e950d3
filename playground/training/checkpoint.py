"""The best weights so far, judged by data kept from training (early stopping that goes on)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.core.contract import State

VALIDATE_EVERY = 50
"""Steps after which the weights are judged."""
NOT_VALIDATED = 1e6
"""The score of weights that were not judged yet: worse than any."""


@dataclass(frozen=True)
class BestCheckpoint:
    """The weights with the lowest score on the validation data, and the step at which they had it."""

    weights: Mapping[str, Tensor]
    score: float = NOT_VALIDATED
    step: int = 0

    def better(self, weights: Mapping[str, Tensor], score: float, step: int) -> "BestCheckpoint":
        """The better ones of these and other weights."""
        if not score < self.score:
            return self
        return BestCheckpoint({name: tensor.clone() for name, tensor in weights.items()}, score, step)

    def state(self, unit: str) -> State:
        """As arrays: `best.NAME` of the weights, `best.UNIT` their score, `best.step`."""
        arrays = {f"best.{name}": tensor.cpu().numpy() for name, tensor in self.weights.items()}
        return {**arrays, f"best.{unit}": np.array(self.score), "best.step": np.array(self.step)}

    @classmethod
    def from_state(
        cls, state: Mapping[str, np.ndarray], names: Sequence[str], unit: str, device: torch.device
    ) -> "BestCheckpoint":
        """What `state` was made of; `names` of the weights."""
        weights = {name: torch.tensor(state[f"best.{name}"], device=device) for name in names}
        return cls(weights, float(state[f"best.{unit}"]), int(state["best.step"]))
