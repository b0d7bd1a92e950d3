"""Several experiments of one family that share their structure, trained as one batched step.

Small models leave a core mostly waiting between small operations: thirty at once take little longer than
a few. Each stays the experiment that it is, with its own seed, data and learning rates, and goes on alone
afterwards as if it always had been: the same numbers, to rounding.
"""

from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Hashable, Sequence

import torch

from playground.core.config import Config
from playground.core.contract import Experiment

from .learner import Program, Tensors, Update, ensemble

MAX_PROGRAMS = 32
"""Programs kept, so that the next ensemble like an earlier one is ready at once."""
_programs: OrderedDict[Hashable, Program] = OrderedDict()


class Member(Experiment):
    """An experiment that can be trained together with others like it. What it has learned are the tensors of `_state`,
    its live settings those of `_settings`."""

    _state: Tensors
    _settings: Tensors

    @classmethod
    @abstractmethod
    def batch_key(cls, config: Config) -> Hashable | None:
        """Equal for settings under which a step is the same computation on tensors of the same shapes; None: with
        these settings it trains alone."""

    @abstractmethod
    def updates(self) -> Sequence[tuple[str, Update]]:
        """The updates of one whole step in their order, each with a name."""

    @abstractmethod
    def draw(self) -> Tensors:
        """The batch of the next update, which then counts as used."""

    def get_state(self) -> tuple[Tensors, Tensors]:
        """The state and the settings that the updates take, by name."""
        return self._state, self._settings

    def set_state(self, state: Tensors, steps: int) -> None:
        """Go on from the state to which `steps` steps in an ensemble have led."""
        self._state, self.steps = state, self.steps + steps


class Ensemble:
    """Members whose `batch_key` is equal, on one device; they may stand at different steps."""

    def __init__(self, members: Sequence[Member]):
        keys = {type(member).batch_key(member.config) for member in members}
        if len(keys) != 1 or None in keys:
            raise ValueError("these experiments do not share their structure")
        self.members, self._key = list(members), (type(members[0]), keys.pop())
        states, settings = zip(*(member.get_state() for member in members), strict=True)
        self._state, self._settings = _stack(states), _stack(settings)
        self._steps = 0

    def step(self) -> list[dict[str, float]]:
        """One step of each; the scalars of each by name."""
        rows: list[dict[str, float]] = [{} for _ in self.members]
        for name, update in self.members[0].updates():
            batch = _stack([member.draw() for member in self.members])
            self._state, scalars = self._program(name, update, batch)(self._state, self._settings, batch)
            for scalar, values in scalars.items():
                for row, value in zip(rows, values, strict=True):
                    row[scalar] = value
        self._steps += 1
        return rows

    def split(self) -> list[Member]:
        """The members with what they have learned; the ensemble may go on."""
        for number, member in enumerate(self.members):
            member.set_state({name: tensor[number].clone() for name, tensor in self._state.items()}, self._steps)
        self._steps = 0
        return self.members

    def _program(self, name: str, update: Update, batch: Tensors) -> Program:
        device = next(iter(batch.values())).device
        key = self._key, name, len(self.members), self.members[0].config.execution, device
        if key not in _programs:
            one = tuple(
                {name: tensor[0].clone() for name, tensor in group.items()}  # no inference tensors
                for group in (self._state, self._settings, batch)
            )
            _programs[key] = ensemble(update, one, len(self.members), self.members[0].config.execution)
            while len(_programs) > MAX_PROGRAMS:
                _programs.popitem(last=False)
        _programs.move_to_end(key)
        return _programs[key]


def _stack(groups: Sequence[Tensors]) -> Tensors:
    return {name: torch.stack([group[name] for group in groups]) for name in groups[0]}
