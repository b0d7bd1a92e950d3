"""What a family says about its training: the rest of an experiment that learns by gradients follows from it."""

from abc import abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

import torch
from torch import nn

from playground.core.config import Config
from playground.data.dataset import dataset_of

from .ensemble import Member
from .learner import Flat, Tensors, Update


class Objective(Protocol):
    """A model, its loss, and one update of its state; it stands with the family's model.

    Each method that `Recipe.moves` names takes (state, settings, batch), dicts of tensors, and returns the next state
    and the step's scalars.
    """

    parameters: Flat

    def init_state(self, batch: Tensors, generator: torch.Generator) -> Tensors:
        """The state before the first step; `batch` is the first one, for layers that begin with what they see."""
        ...

    def reset_optimiser(self, weights: Tensors, steps: int) -> Tensors:
        """The state of a training that goes on at `weights`, those named in `WEIGHTS`, with an optimiser that knows
        nothing of the `steps` steps before."""
        ...

    def model(self) -> nn.Module:
        """A network with memory of its own, for looking at what was learned."""
        ...

    def load_weights(self, model: Any, weights: Tensors, settings: Tensors) -> None:
        """Copy weights into such a network."""
        ...


class Recipe(Member):
    """The settings in force are `config`; `objective` is made of their structure."""

    objective: Any

    TENSORS: ClassVar[tuple[str, ...]]
    """Settings that a step reads as numbers: they may change without preparing the step anew."""
    WEIGHTS: ClassVar[tuple[str, ...]] = ("average",)
    """The tensors of the state that are shown and judged."""
    UNIT: ClassVar[str] = "score"
    """What the validation score is called in the state."""

    @classmethod
    @abstractmethod
    def structure(cls, config: Any) -> Any:
        """The settings that decide the shape of the computation; the others at their defaults."""

    @classmethod
    @abstractmethod
    def make_objective(cls, structure: Any) -> Any:
        """The `Objective` of these settings."""

    @classmethod
    @abstractmethod
    def batch_streams(cls, config: Any, device: torch.device) -> Mapping[str, Any]:
        """Name -> what gives the tensor of batch number i by `[i]`, such as a `BatchStream`."""

    @classmethod
    def validates(cls, config: Any) -> bool:
        """Whether the best weights are chosen by data that are kept from training."""
        return "best" in type(config).model_fields and bool(dataset_of(config).split)

    @classmethod
    def execution_of(cls, structure: Any, asked: str) -> str:
        """How a step of this structure is to be executed where `asked` was chosen: see `learner.prepare`."""
        return asked

    @classmethod
    def batch_key(cls, config: Config) -> Hashable | None:
        """Runs that choose their best weights on their way train alone."""
        return None if cls.validates(config) else cls.structure(config)

    def moves(self, part: str | None) -> Sequence[str]:
        """The objective's methods that make up a step, or one part of it, in their order."""
        return ("update",)

    def updates(self) -> list[tuple[str, Update]]:
        return [(move, getattr(self.objective, move)) for move in self.moves(None)]

    def setting_value(self, name: str) -> float:
        """The number of one of `TENSORS`."""
        return float(getattr(self.config, name))

    @property
    def parameters(self) -> int:
        return self.objective.parameters.size
