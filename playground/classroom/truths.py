"""The right answer to a question, computed from what a run has shown.

A run that has not come far enough says which step it needs; nothing is guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.core.contract import Frame
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import family
from playground.core.scene import Points
from playground.data.dataset import dataset_of

from . import questions as q

Point = tuple[int, Mapping[str, float]]
CLOSE_SKETCH = 0.15
"""Mean distance of a sketch from the curve, as a part of the axis, up to which it counts as right."""
NOT_YET = N_("The run has not shown that yet. Train to step {step}, then reveal again.")
NOT_SHOWN = N_("The run has not shown that yet. Let it train, then reveal again.")


@dataclass(frozen=True)
class Past:
    """What a run or a recording has shown so far."""

    family: str
    config: Any
    step: int
    curve: Sequence[Point]
    """(step, scalars and scores by name), the oldest first."""
    frame: Frame | None


def right_answer(question: q.Question, past: Past, others: Sequence[Past] = ()) -> q.Answer | None:
    """The answer; None for an open question. `others`: further runs of the same visitor on the page. `UserError` if the
    runs have not shown it yet."""
    truth = question.truth
    if truth is None:
        return None
    if isinstance(truth, q.BestOf):
        return _best(truth, [past, *others])
    if isinstance(truth, q.Curve):
        return _sketched(truth.name, question.steps, past)
    return FROM_ONE_RUN[type(truth)](truth, past)


def is_right(question: q.Question, right: q.Answer, given: q.Answer) -> bool:
    """Whether an answer counts as right."""
    truth = question.truth
    if isinstance(truth, q.Curve):
        return sketch_error(question, right, given) <= CLOSE_SKETCH
    if isinstance(truth, q.FullestMode):
        return float(np.hypot(*(np.array(right) - np.array(given)))) <= truth.within
    if isinstance(truth, q.Number):
        return abs(right - given) <= truth.within  # type: ignore[operator] : both are numbers, see `checked`
    if isinstance(truth, q.ScoreAt | q.FirstStep):
        return abs(right - given) <= truth.within * max(abs(right), 1e-9)  # type: ignore[operator,arg-type] : numbers
    return right == given


def sketch_error(question: q.Question, right: q.Answer, given: q.Answer) -> float:
    """Mean distance of a sketch from the curve, as a part of the vertical axis."""
    places = np.linspace(0, 1, q.SKETCH_POINTS)
    mine = np.interp(places, np.linspace(0, 1, len(given)), given)  # type: ignore[arg-type] : lists, see `checked`
    theirs = np.clip(np.interp(places, np.linspace(0, 1, len(right)), right), question.low, question.high)  # type: ignore[arg-type] : lists
    return float(np.mean(np.abs(mine - theirs)) / (question.high - question.low))


def _value_at(name: str, step: int | None, past: Past) -> float:
    """The value of a curve at the last point up to a step."""
    if step is not None and past.step < step:
        raise UserError(NOT_YET, step=f"{step:,}")
    for at, point in reversed(past.curve):
        if name in point and (step is None or at <= step):
            return float(point[name])
    raise UserError(NOT_SHOWN)


def _score(truth: q.ScoreAt, past: Past) -> float:
    return _value_at(truth.name, truth.step, past)


def _first(truth: q.FirstStep, past: Past) -> float:
    found = _reached(truth.name, truth.at_least, truth.at_most, past)
    if found is None:
        raise UserError(NOT_SHOWN)
    return float(found)


def _reached(name: str, at_least: float | None, at_most: float | None, past: Past) -> int | None:
    """The first step at which the curve is so high, or so low; None: not yet."""
    for step, point in past.curve:
        value = point.get(name)
        if value is not None and (value >= at_least if at_least is not None else value <= (at_most or 0.0)):
            return step
    return None


def _compared(truth: q.Compared, past: Past) -> int:
    """0: up, 1: down, 2: about the same."""
    before, after = (_value_at(truth.name, step, past) for step in (truth.before, truth.after))
    change = after - before
    if abs(change) <= truth.within * max(abs(before), abs(after), 1e-9):
        return 2
    return 0 if change > 0 else 1


def _best(truth: q.BestOf, pasts: Sequence[Past]) -> int:
    """The option whose run is best; every option's run must have come as far as the others."""
    runs: dict[int, Past] = {}
    for past in pasts:
        value = getattr(past.config, truth.setting, None)
        for index, wanted in enumerate(truth.values):
            if value == wanted and (index not in runs or runs[index].step < past.step):
                runs[index] = past
    if len(runs) < len(truth.values):
        missing = next(value for index, value in enumerate(truth.values) if index not in runs)
        raise UserError(N_("There is no run with {setting} = {value} yet."), setting=truth.setting, value=missing)
    if truth.by == "first":
        steps = {i: _reached(truth.name, truth.at_least, None, past) for i, past in runs.items()}
        reached = {i: step for i, step in steps.items() if step is not None}
        if not reached:
            raise UserError(NOT_SHOWN)
        first = min(reached, key=lambda i: reached[i])
        for index, past in runs.items():  # a run that has not come as far may still be the first
            if index not in reached and past.step < reached[first]:
                raise UserError(NOT_YET, step=f"{reached[first]:,}")
        return first
    common = min(past.step for past in runs.values())
    values = {i: _value_at(truth.name, common, past) for i, past in runs.items()}
    return (min if truth.by == "lowest" else max)(values, key=lambda i: values[i])


def _fullest_mode(truth: q.FullestMode, past: Past) -> list[float]:
    """The mode of the data to which most generated samples belong."""
    modes = getattr(dataset_of(past.config), "modes", None)
    if past.frame is None or modes is None:
        raise UserError(NOT_SHOWN)
    layers = family(past.family).scene(past.frame, past.config).layers
    drawn = [layer for layer in layers if isinstance(layer, Points) and layer.role == "generated"]
    if not drawn:
        raise UserError(NOT_SHOWN)
    samples = np.asarray(drawn[0].xy, np.float64)
    samples = samples[-1] if samples.ndim == 3 else samples  # the end of a trajectory
    nearest = ((samples[:, None] - modes[None]) ** 2).sum(-1).argmin(1)
    return [float(v) for v in modes[np.bincount(nearest, minlength=len(modes)).argmax()]]


def _sketched(name: str, steps: int, past: Past) -> list[float]:
    """The curve at steps evenly spaced from 0 to `steps`."""
    if past.step < steps:
        raise UserError(NOT_YET, step=f"{steps:,}")
    known = [(at, point[name]) for at, point in past.curve if name in point]
    if len(known) < 2:
        raise UserError(NOT_SHOWN)
    at, values = np.array(known, np.float64).T
    return [float(v) for v in np.interp(np.linspace(0, steps, q.SKETCH_POINTS), at, values)]


FROM_ONE_RUN: Mapping[type, Any] = {
    q.Option: lambda truth, past: truth.index,
    q.Number: lambda truth, past: truth.value,
    q.ScoreAt: _score,
    q.FirstStep: _first,
    q.Compared: _compared,
    q.FullestMode: _fullest_mode,
}
