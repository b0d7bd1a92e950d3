"""Weights that a visitor brings: a run again, if they are what they say.

What can be known without computing is checked on the server (`restore_run`), what needs the model in a worker
(`load_and_check`). Nothing in the file is executed; what does not fit is refused in a sentence.
"""

import math
from collections.abc import Mapping

import numpy as np
from safetensors.numpy import load, save

from playground.core.advance import advance, config_at
from playground.core.combinations import only_live
from playground.core.contract import Chunk, Event, Frame, Progress
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import family
from playground.core.score import Score

from .limits import Limits
from .recording import Recording
from .run import Run, start
from .timeline import Scalars

EVENTS = 1000
UNFIT = N_("These weights do not match the model of their settings ({part}).")
DAMAGED = N_("These weights are damaged: their training metadata are inconsistent.")
NOT_FINITE = N_("The model computes values that are not finite with these weights, so there is nothing to draw.")


def restore_run(recording: Recording, owner: str, limits: Limits) -> Run:
    """The run that a weights file tells of, at its last step; `UserError` if the file contradicts itself.

    Between the points of its curve each step has the mean of its span, which is all that the file knows.
    """
    step = recording.step
    if not 0 <= step <= limits.steps:
        raise UserError(
            N_("These weights are from step {step}; the maximum here is {most} steps."),
            step=step,
            most=limits.steps,
        )
    if len(recording.events) > EVENTS or not all(_holds(event, recording) for event in recording.events):
        raise UserError(DAMAGED)
    config_at(type(recording.config), recording.config.model_dump(), recording.events, step)
    run = start(recording.family, recording.config, owner, limits)
    run.events = list(recording.events)
    run.step = run.state_step = step
    run.state = save({name: np.asarray(array, order="C") for name, array in recording.state.items()})
    run.timeline.scalars = _scalars(recording)
    run.timeline.scores = _scores(recording)
    return run


def load_and_check(run: Run) -> tuple[bytes, Progress]:
    """In a worker: load the state into its model; the state it began with, and the picture and quality it gives now.

    `UserError` if it does not fit.
    """
    assert run.state is not None  # it is the file's
    given, experiment = load(run.state), family(run.family).load_experiment()(run.config)
    wanted = experiment.state_dict()
    beginning = save({name: np.asarray(array, order="C") for name, array in wanted.items()})
    if given.keys() != wanted.keys():
        raise UserError(UNFIT, part=sorted(given.keys() ^ wanted.keys())[0])
    for name, array in given.items():
        if (array.shape, array.dtype) != (wanted[name].shape, wanted[name].dtype):
            raise UserError(UNFIT, part=name)
        if array.dtype.kind == "f" and not np.isfinite(array).all() or array.dtype.kind == "i" and (array < 0).any():
            raise UserError(DAMAGED)
    experiment.load_state_dict(given)
    if experiment.steps != run.step:
        raise UserError(DAMAGED)
    experiment.configure(run.config_now())
    return beginning, advance(
        Chunk(
            run="",
            family=run.family,
            config=run.config.model_dump(),
            step=run.step,
            state=run.state,
            steps=0,
            events=tuple(run.events),
            evaluate=True,
        ),
        experiment,
    )


def accept(run: Run, recording: Recording, beginning: bytes, progress: Progress) -> None:
    """Take over what the worker found, and the file's frames if they are like the worker's."""
    if progress.frame is None or progress.divergence is not None:
        raise UserError(NOT_FINITE)
    frames = recording.timeline.frames.items
    if not all(step >= 0 and _alike(frame, progress.frame) for step, frame in frames.items() if step < run.step):
        raise UserError(UNFIT, part="frame")
    attach(run, recording, beginning, progress)


def attach(run: Run, recording: Recording, beginning: bytes, progress: Progress) -> None:
    """The same for a recording of this project's own, whose last picture may have been drawn otherwise."""
    frames = {step: frame for step, frame in recording.timeline.frames.items.items() if step < run.step}
    assert progress.frame is not None and progress.state is not None  # a chunk of no steps gives both
    run.newest, run.state = progress.frame, progress.state
    run.timeline.frames.restore({**frames, run.step: progress.frame})
    run.timeline.states.restore({0: beginning, run.step: progress.state})
    if progress.scores:
        run.timeline.scores.append((run.step, dict(progress.scores)))


def _holds(event: Event, recording: Recording) -> bool:
    kind = type(recording.config)
    return (
        0 <= event.step <= recording.step
        and only_live(kind, event.changes)
        and (event.part is None or event.part in kind.parts)
    )


def _alike(frame: Frame, model: Frame) -> bool:
    return frame.arrays.keys() == model.arrays.keys() and all(
        array.shape == model.arrays[name].shape
        and array.dtype.kind == model.arrays[name].dtype.kind
        and (array.dtype.kind != "f" or bool(np.isfinite(array).all()))
        for name, array in frame.arrays.items()
    )


def _curve(recording: Recording) -> list[tuple[int, Mapping[str, float]]]:
    curve = recording.timeline.recorded
    if any(not 0 <= step <= recording.step for step, _ in curve):
        raise UserError(DAMAGED)
    return sorted(curve, key=lambda point: point[0])


def _scalars(recording: Recording) -> Scalars:
    curve = [
        (step, {name: value for name, value in point.items() if name not in recording.scores})
        for step, point in _curve(recording)
    ]
    names = sorted({name for _, point in curve for name in point})
    if recording.step and not names:
        raise UserError(DAMAGED)
    rows = np.full((recording.step, len(names)), np.nan, np.float32)
    done = 0
    for step, point in curve:
        if point:
            rows[done:step] = [point.get(name, math.nan) for name in names]
            done = step
    return Scalars(names, rows)


def _scores(recording: Recording) -> list[tuple[int, dict[str, Score]]]:
    """Past scores; their floors were not kept."""
    found = [
        (
            step,
            {
                name: Score(value, math.nan, math.nan, math.nan)
                for name, value in point.items()
                if name in recording.scores
            },
        )
        for step, point in _curve(recording)
    ]
    return [(step, scores) for step, scores in found if scores and step < recording.step]
