"""Which of the weights were best for pictures kept from training."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.core.contract import State

EVERY = 50
"""Steps after which the weights are judged, and kept if they are the best so far."""
NEVER = 1e6
"""The bound of weights that were not judged yet, in nats."""


@dataclass(frozen=True)
class Best:
    """The averaged weights with the least bound (minus the ELBO) for the validation pictures."""

    average: Tensor
    bound: float = NEVER
    step: int = 0

    def better(self, average: Tensor, bound: float, step: int) -> "Best":
        """The better ones of these and other weights."""
        return Best(average.clone(), bound, step) if bound < self.bound else self

    def state(self) -> State:
        return {
            "best.average": self.average.cpu().numpy(),
            "best.bound": np.array(self.bound),
            "best.step": np.array(self.step),
        }

    @classmethod
    def of(cls, state: Mapping[str, np.ndarray], device: torch.device) -> "Best":
        return cls(
            torch.tensor(state["best.average"], device=device), float(state["best.bound"]), int(state["best.step"])
        )
