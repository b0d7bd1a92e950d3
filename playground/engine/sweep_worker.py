"""The worker side of a sweep: trains a few cells, as an ensemble or one by one, and scores them."""

import math
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from playground.core.config import parse
from playground.core.contract import SOLVER, Divergence, Experiment
from playground.core.errors import Stiff
from playground.core.registry import family
from playground.core.score import Score

from .worker import device_room


@dataclass(frozen=True)
class Result:
    """The result of one cell."""

    steps: int
    seconds: float
    """Spent training; in an ensemble its share."""
    ms: float
    """Milliseconds of a step, without preparing it; in an ensemble its share."""
    parameters: int
    scores: Mapping[str, Score]
    together: int
    """Number of cells trained in the same ensemble."""
    error: tuple[str, dict[str, Any]] | None = None
    """Why it ended before its time: a sentence's template and its values."""


def batch_keys(name: str, configs: Sequence[Mapping[str, Any]]) -> list[Hashable | None]:
    """For each of these settings what it must have in common with others to be trained together with them."""
    from playground.training.ensemble import Member

    kind = family(name).load_experiment()
    if not issubclass(kind, Member):
        return [None] * len(configs)
    return [
        repr(key) if (key := kind.batch_key(parse(kind.Config, config))) is not None else None for config in configs
    ]


def parameter_counts(name: str, configs: Sequence[Mapping[str, Any]]) -> list[int]:
    """The number of parameters of the model of each of these settings; 0: unknown."""
    kind = family(name).load_experiment()
    return [kind(parse(kind.Config, config)).parameters for config in configs]


@device_room()
def train_cells(name: str, configs: Sequence[Mapping[str, Any]], steps: int, seconds: float | None) -> list[Result]:
    """Train and score each. A run that diverges is reported in its result; the others continue."""
    kind = family(name).load_experiment()
    experiments = [kind(parse(kind.Config, config)) for config in configs]
    if len(experiments) > 1:
        return _together(experiments, steps, seconds)
    return [_alone(experiments[0], steps, seconds)]


class _Clock:
    """Time spent, and the time of a step apart from the first one, which is prepared as well."""

    def __init__(self, steps: int, seconds: float | None, count: int):
        self.steps, self.deadline_s, self.count, self.done = steps, (seconds or math.inf) * count, count, 0
        self.began = self.first = time.perf_counter()

    def tick(self) -> bool:
        """A step is done; whether another one is to follow."""
        self.done += 1
        now = time.perf_counter()
        if self.done == 1:
            self.first = now
        self.last = now
        return self.done < self.steps and now - self.began < self.deadline_s

    @property
    def seconds(self) -> float:
        return (self.last - self.began) / self.count

    @property
    def ms(self) -> float:
        spent = (self.last - self.first) / (self.done - 1) if self.done > 1 else self.last - self.began
        return 1e3 * spent / self.count


def _alone(experiment: Experiment, steps: int, seconds: float | None) -> Result:
    clock, going = _Clock(steps, seconds, 1), True
    while going:
        broken = _broken(experiment.step())
        going = clock.tick() and broken is None
    return _result(experiment, clock, broken, clock.done)


def _together(experiments: Sequence[Experiment], steps: int, seconds: float | None) -> list[Result]:
    from playground.training.ensemble import Ensemble, Member

    ensemble, clock = Ensemble(cast("Sequence[Member]", experiments)), _Clock(steps, seconds, len(experiments))
    broken: list[tuple[str, int] | None] = [None] * len(experiments)
    going = True
    while going:
        for number, row in enumerate(ensemble.step()):
            if broken[number] is None and (name := _broken(row)):
                broken[number] = name, clock.done + 1
        going = clock.tick() and not all(broken)
    ensemble.split()
    return [
        _result(experiment, clock, *(fault or (None, clock.done)))
        for experiment, fault in zip(experiments, broken, strict=True)
    ]


def _broken(row: Mapping[str, float]) -> str | None:
    return next((name for name, value in row.items() if not math.isfinite(value)), None)


def _result(experiment: Experiment, clock: _Clock, broken: str | None, steps: int) -> Result:
    scores, error = {}, None
    if broken is None:
        try:
            scores = experiment.evaluate(thorough=True)
            broken = next((name for name, score in scores.items() if not math.isfinite(score.value)), None)
        except Stiff:
            broken = SOLVER
    if broken is not None:
        error = Divergence(broken, steps).reason
    return Result(steps, clock.seconds, clock.ms, experiment.parameters, scores, clock.count, error)
