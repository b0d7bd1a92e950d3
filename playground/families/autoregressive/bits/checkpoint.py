"""The best weights of a training so far, by the likelihood of validation data (early stopping)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.core.contract import State

from .validation import NOT_VALIDATED


@dataclass(frozen=True)
class BestCheckpoint:
    """The averaged weights with the fewest nats on the validation part; and the nats of the weights validated last, on
    the training and the validation part."""

    average: Tensor
    nats: float = NOT_VALIDATED
    step: int = 0
    train: float = NOT_VALIDATED
    valid: float = NOT_VALIDATED

    def state(self) -> State:
        return {
            "best.average": self.average.cpu().numpy(),
            "best.nats": np.array(self.nats),
            "best.step": np.array(self.step),
            "best.last": np.array([self.train, self.valid]),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray], device: torch.device) -> "BestCheckpoint":
        return cls(
            torch.tensor(state["best.average"], device=device),
            float(state["best.nats"]),
            int(state["best.step"]),
            *map(float, state["best.last"]),
        )
