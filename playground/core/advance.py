"""`advance`, which moves any experiment forward: written once, for every family.

A pure function of (family, config, state, budget): state goes in and comes out, so any worker may do any chunk, a
crashed worker loses nothing, and rewinding or forking a run is only keeping an older state.
"""

import contextlib
import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from safetensors.numpy import load, save

from .combinations import reopen
from .config import Config, parse
from .contract import SOLVER, Chunk, Divergence, Event, Experiment, Frame, InARow, Progress, State
from .errors import Stiff
from .stopwatch import PREPARING


def config_at(kind: type[Config], config: Mapping[str, Any], events: Sequence[Event], step: int) -> Config:
    """The settings in force for step number `step`: the first ones and all changes up to there."""
    merged = dict(config)
    for event in events:
        if event.step <= step:
            merged.update(event.changes)
    return reopen(kind, merged)


def build(chunk: Chunk, kind: type[Experiment]) -> Experiment:
    """The experiment at the beginning of a chunk: made from its settings or continued from a state, and
    brought forward to `chunk.step` by exact recomputation."""
    experiment = rebuild(chunk, kind)
    catch_up(experiment, chunk)
    return experiment


def rebuild(chunk: Chunk, kind: type[Experiment]) -> Experiment:
    """The experiment where the chunk's state stands, at step 0 without one."""
    experiment = kind(parse(kind.Config, chunk.config))
    if chunk.state is not None:
        experiment.load_state_dict(load(chunk.state))
    experiment.configure(config_at(kind.Config, chunk.config, chunk.events, experiment.steps))
    return experiment


def catch_up(experiment: Experiment, chunk: Chunk, seconds: float = math.inf) -> bool:
    """Recompute steps up to `chunk.step`, for about so many seconds; whether it came there."""
    until = time.perf_counter() + seconds
    while experiment.steps < chunk.step:
        _some_steps(experiment, chunk, chunk.step)
        if time.perf_counter() > until:
            break
    return experiment.steps >= chunk.step


def packed_state(experiment: Experiment) -> bytes:
    """All that decides the future of an experiment, as a chunk has it."""
    return save(_packed(experiment.state_dict()))


def advance(chunk: Chunk, experiment: Experiment) -> Progress:
    """Do a chunk of work on an experiment that stands at `chunk.step`.

    A scalar that is not finite ends the chunk at the last state whose numbers all are.
    """
    began = time.perf_counter()
    if experiment.steps != chunk.step:
        raise ValueError(f"the experiment stands at step {experiment.steps}, not at {chunk.step}")
    before = experiment.state_dict()
    rows: list[dict[str, float]] = []
    end = math.inf if chunk.steps is None else chunk.step + chunk.steps
    until = math.inf if chunk.seconds is None else began + chunk.seconds
    stepping, spent, broken = 0.0, 0.0, None
    if chunk.steps == 0:  # only a picture is wanted, with the settings that the next step will have
        _prepare(experiment, chunk)
    while experiment.steps < end and (not rows or time.perf_counter() < until):
        start, computing = time.perf_counter(), time.thread_time() - PREPARING.seconds
        done = _some_steps(experiment, chunk, end)
        stepping += time.perf_counter() - start
        spent += time.thread_time() - PREPARING.seconds - computing
        wrong = ((k, name) for k, row in enumerate(done) for name, value in row.items() if not math.isfinite(value))
        good, broken = next(wrong, (len(done), None))
        rows += done[:good]
        if broken:
            break
    frame, last = None, chunk.step + len(rows) + 1 if broken else experiment.steps
    if not broken and chunk.snapshot:
        frame = _picture(experiment)
        broken = None if frame else SOLVER
    divergence = None
    if broken or not _finite(experiment.state_dict()) or frame and not _finite(frame.arrays):
        quantity = broken or next(iter(rows[-1] if rows else ["frame"]))  # without a step: the weights were broken
        divergence = Divergence(quantity, last)
        rows, frame = _last_good(experiment, chunk, before, rows)
    scores = {}
    if chunk.evaluate and (rows or divergence is None):
        with contextlib.suppress(Stiff):
            scores = experiment.evaluate()
    names = list(dict.fromkeys(name for row in rows for name in row))  # half steps have fewer scalars
    return Progress(
        step=experiment.steps,
        state=packed_state(experiment) if chunk.want_state or divergence else None,
        frame=frame,
        metrics={name: np.array([row.get(name, math.nan) for row in rows], np.float32) for name in names},
        scores=scores,
        stepping=stepping,
        seconds=time.perf_counter() - began,
        divergence=divergence,
        spent=spent,
    )


def _some_steps(experiment: Experiment, chunk: Chunk, end: float) -> list[dict[str, float]]:
    """One step or several, up to step `end` and up to what was done by hand; their scalars."""
    part = _prepare(experiment, chunk)
    if part:
        return [experiment.step(part)]
    if not isinstance(experiment, InARow):
        return [experiment.step()]
    until = min([end, *(event.step for event in chunk.events if event.step > experiment.steps)])
    return experiment.steps_together(until - experiment.steps)


def _prepare(experiment: Experiment, chunk: Chunk) -> str | None:
    """Apply what was done by hand before the coming step; the part to do, or None for a whole step."""
    part, kind = None, type(experiment.config)
    for event in chunk.events:
        if event.step == experiment.steps:
            if event.changes:
                experiment.configure(reopen(kind, {**experiment.config.model_dump(), **event.changes}))
            part = event.part or part
    return part


def _picture(experiment: Experiment) -> Frame | None:
    """The frame of an experiment; None where a solver cannot follow its velocity."""
    try:
        return Frame(experiment.steps, experiment.snapshot())
    except Stiff:
        return None


def _last_good(experiment: Experiment, chunk: Chunk, before: State, rows: list) -> tuple[list, Frame | None]:
    """Go back to the last of the good steps after which every number, the picture's too, is finite.

    By bisection, each time from the beginning of the chunk: a picture may break long before the scalars do.
    """
    good, bad = 0, len(rows) + 1  # after `good` steps all is well (or nothing can be), after `bad` it is not
    frame = _repeated(experiment, chunk, before, 0)
    while bad - good > 1:
        middle = (good + bad) // 2
        found = _repeated(experiment, chunk, before, middle)
        if found and _finite(experiment.state_dict()) and _finite(found.arrays):
            good, frame = middle, found
        else:
            bad = middle
    if experiment.steps != chunk.step + good:
        frame = _repeated(experiment, chunk, before, good)
    return rows[:good], frame


def _repeated(experiment: Experiment, chunk: Chunk, before: State, steps: int) -> Frame | None:
    """The picture after the first `steps` steps of the chunk, which are done once more."""
    experiment.load_state_dict(before)
    experiment.configure(config_at(type(experiment).Config, chunk.config, chunk.events, chunk.step))
    for _ in range(steps):
        experiment.step(_prepare(experiment, chunk))
    return _picture(experiment)


def _finite(arrays: Mapping[str, np.ndarray]) -> bool:
    return all(np.isfinite(a).all() for a in arrays.values() if a.dtype.kind == "f")


def _packed(state: State) -> State:
    return {name: np.asarray(array, order="C") for name, array in state.items()}
