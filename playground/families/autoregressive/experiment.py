"""An autoregressive model in training: settings that may change, batches, validation."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.core.contract import State
from playground.data.dataset import dataset_of
from playground.training.batches import BatchStream
from playground.training.gradient_experiment import GradientExperiment

from .config import AutoregressiveConfig, mask_set_count
from .model import Likelihood
from .networks.nade import NADE

LIVE = ("lr", "decay", "clip", "ema")


class MaskTurns:
    """The set of masks of batch number i, as a network takes it: all sets take turns."""

    def __init__(self, count: int, device: torch.device):
        self._sets = [torch.full((1,), k, dtype=torch.long, device=device) for k in range(count)]

    def __getitem__(self, number: int) -> Tensor:  # (1,)
        return self._sets[number % len(self._sets)]


class AutoregressiveExperiment(GradientExperiment):
    """Conditional probabilities of bits, or of the bins of the plane, trained by their exact likelihood."""

    Config = AutoregressiveConfig
    TENSORS = (*LIVE, "reach")
    UNIT = "nats"
    view: Any

    @classmethod
    def structure(cls, config: AutoregressiveConfig) -> AutoregressiveConfig:
        return config.with_defaults("own", "seed", "best", *LIVE, data=config.shaped_like)

    @classmethod
    def make_objective(cls, structure: AutoregressiveConfig) -> Likelihood:
        return Likelihood(structure)

    @classmethod
    def batch_streams(cls, config: AutoregressiveConfig, device: torch.device) -> Mapping[str, Any]:
        """`x` (batch, dim); of bits also `which` (1,), the set of masks whose turn it is."""
        x = BatchStream(dataset_of(config).sample, config.batch, config.seed, "real", device)
        return {"x": x} if config.domain == "plane" else {"x": x, "which": MaskTurns(mask_set_count(config), device)}

    def setting_value(self, name: str) -> float:
        """`reach` is half the side of the square that is cut into cells; bits have none."""
        return float(getattr(self.dataset, "reach", 1.0)) if name == "reach" else super().setting_value(name)

    @property
    def calls(self) -> int:
        """NADE needs one pass for a sample; the others need one for each of its numbers."""
        return 1 if isinstance(self.objective.net, NADE) else self.dataset.dim

    def state_dict(self) -> State:
        """With the nats of the weights that were validated last, of the training and the validation part."""
        if self.best is None:
            return super().state_dict()
        return super().state_dict() | {"best.last": np.array([*self.view.validated.values()])}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        super().load_state_dict(state)
        if self.best is not None:
            self.view.validated = dict(zip(self.view.validated, map(float, state["best.last"]), strict=True))
