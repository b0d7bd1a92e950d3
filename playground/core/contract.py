"""The contract between a family and the rest of the house: experiments, frames, and `advance`.

`advance` is written once, for every family: a pure function of (family, config, state, budget).
State goes in and comes out, so any worker may do any chunk, a crashed worker loses nothing, and
rewinding or forking a run is only keeping an older state.
"""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from safetensors.numpy import load, save

from . import aliases
from .config import Config as AnyConfig
from .config import parse
from .errors import UserError
from .i18n import N_
from .score import Score
from .stopwatch import PREPARING

State = dict[str, np.ndarray]


class Experiment(ABC):
    """A model, its objective, its optimiser and its random numbers; knows nothing of screens, files, time."""

    Config: ClassVar[type[AnyConfig]]
    config: Any
    """The settings in force, of the family's `Config`."""
    steps: int
    """How many steps were done since the beginning."""

    def __init__(self, config: AnyConfig):
        self.config, self.steps = config, 0

    @abstractmethod
    def step(self, part: str | None = None) -> dict[str, float]:
        """Do one optimisation step (or only one part of it, of `Config.parts`); its scalars by name."""

    @abstractmethod
    def snapshot(self) -> dict[str, np.ndarray]:
        """What can be drawn now, from noise that never changes: motion on screen is learning."""

    @abstractmethod
    def evaluate(self, thorough: bool = False) -> dict[str, Score]:
        """Quality now, each value with its floor; leaves the training's random numbers untouched.

        By default what live curves show, in milliseconds; `thorough`: all that applies, on more samples.
        """

    @abstractmethod
    def sample(self, n: int, seed: int, **given: Any) -> np.ndarray:
        """Fresh samples of the model as it is now, (n, ...) float32, decided by `seed`, and by what is `given`: a
        class, a prompt, ... `UserError` for what the family knows nothing of."""

    def respond(self, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """What the model as it is now makes of something shown to it, such as where a generator sends points
        of its noise; changes nothing, draws no random numbers. `UserError` for what it cannot answer.
        """
        raise UserError(N_("This model answers no questions."))

    @property
    def parameters(self) -> int:
        """How many numbers are learned; 0: the family does not say."""
        return 0

    @property
    def calls(self) -> int:
        """How many passes through the model, one after the other, it takes to draw a sample."""
        return 1

    def log_prob(self, x: np.ndarray) -> np.ndarray | None:
        """Log densities (n,) in nats, or lower bounds of them where `bounded`, that the model as it is now gives to
        points `x` (n, ...); None: it has no density that could be told."""
        return None

    @property
    def bounded(self) -> bool:
        """Whether `log_prob` gives lower bounds only."""
        return False

    @abstractmethod
    def configure(self, config: AnyConfig) -> None:
        """Take over changed live settings for the steps to come."""

    @abstractmethod
    def state_dict(self) -> State:
        """Everything that decides the future, as arrays (scalars have shape ())."""

    def export_state(self) -> State:
        """The state for weights that are shipped: a family may forget what only the next steps would need, such as
        an optimiser's moments, as if training began anew here. What is seen, scored and sampled is the same."""
        return self.state_dict()

    @abstractmethod
    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from a state as if nothing had happened in between."""


@dataclass(frozen=True)
class Frame:
    """What can be drawn of a run at one step: named arrays, locked."""

    step: int
    arrays: Mapping[str, np.ndarray]

    def __post_init__(self):
        for array in self.arrays.values():
            array.setflags(write=False)

    def text(self, name: str) -> str:
        """A text among the arrays: see `text_array`."""
        return self.arrays[name].tobytes().rstrip(b"\0").decode()

    def to_bytes(self) -> bytes:
        return save({k: np.asarray(v, order="C") for k, v in self.arrays.items()}, {"step": str(self.step)})

    @classmethod
    def from_bytes(cls, step: int, raw: bytes, names: Mapping[str, str] = MappingProxyType({})) -> "Frame":
        """`names`: what arrays were called when the bytes were written -> what they are called now."""
        return cls(step, aliases.current(names, load(raw)))


def text_array(text: str, size: int) -> np.ndarray:
    """A text as a frame carries it: UTF-8 in `size` bytes (uint8), filled up with zeros; what is longer is cut between
    two characters. All frames of a run have the same size, so that they can be stacked."""
    raw = text.encode()[:size].decode(errors="ignore").encode()
    return np.frombuffer(raw.ljust(size, b"\0"), np.uint8).copy()


@dataclass(frozen=True)
class Event:
    """Something done by hand just before step number `step` (counted from 0): live settings changed,
    or that one step done only in `part`. Events are all that recomputation needs besides the config."""

    step: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    part: str | None = None


@dataclass(frozen=True)
class Chunk:
    """A piece of work: `steps` steps, or as many as fit into `seconds`, from `step` on.

    `state` is None when the worker that gets it should still have the run alive at `step`. It may be
    older than `step`: what lies between is recomputed exactly, since steps are counted and not timed.
    """

    run: str
    family: str
    config: Mapping[str, Any]
    step: int
    state: bytes | None
    steps: int | None = None
    seconds: float | None = None
    events: tuple[Event, ...] = ()
    want_state: bool = True
    evaluate: bool = False
    snapshot: bool = True


@dataclass(frozen=True)
class Divergence:
    """A scalar stopped being a number: which one, and at which step."""

    quantity: str
    step: int


@dataclass(frozen=True)
class Progress:
    """What a chunk gave. `metrics[name]` has one value for each step done, in order."""

    step: int
    state: bytes | None
    frame: Frame | None
    metrics: Mapping[str, np.ndarray]
    scores: Mapping[str, Score]
    stepping: float
    """Seconds spent inside steps."""
    seconds: float
    """Seconds in all: building or loading, steps, picture, quality, state."""
    divergence: Divergence | None = None
    spent: float = 0.0
    """Computing time of these steps in seconds: what else the machine did meanwhile, and what preparing the first
    step took, are not in it."""


def config_at(kind: type[AnyConfig], config: Mapping[str, Any], events: Sequence[Event], step: int) -> AnyConfig:
    """The settings in force for step number `step`: the first ones and all changes up to there."""
    merged = dict(config)
    for event in events:
        if event.step <= step:
            merged.update(event.changes)
    return parse(kind, merged)


def build(chunk: Chunk, kind: type[Experiment]) -> Experiment:
    """The experiment at the beginning of a chunk: made from its settings or continued from a state, and
    brought forward to `chunk.step` by exact recomputation."""
    experiment = kind(parse(kind.Config, chunk.config))
    if chunk.state is not None:
        experiment.load_state_dict(load(chunk.state))
    experiment.configure(config_at(kind.Config, chunk.config, chunk.events, experiment.steps))
    while experiment.steps < chunk.step:
        experiment.step(_prepare(experiment, chunk))
    return experiment


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
    while experiment.steps < end and (not rows or time.perf_counter() < until):
        part = _prepare(experiment, chunk)
        start, computing = time.perf_counter(), time.thread_time() - PREPARING.seconds
        row = experiment.step(part)
        stepping += time.perf_counter() - start
        spent += time.thread_time() - PREPARING.seconds - computing
        broken = next((name for name, value in row.items() if not math.isfinite(value)), None)
        if broken:
            break
        rows.append(row)
    frame = None if broken or not chunk.snapshot else Frame(experiment.steps, experiment.snapshot())
    divergence = None
    if broken or not _finite(experiment.state_dict()) or frame and not _finite(frame.arrays):
        quantity = broken or next(iter(rows[-1] if rows else ["frame"]))  # without a step: the weights were broken
        divergence = Divergence(quantity, experiment.steps)
        rows, frame = _last_good(experiment, chunk, before, rows)
    names = list(dict.fromkeys(name for row in rows for name in row))  # half steps have fewer scalars
    return Progress(
        step=experiment.steps,
        state=save(_packed(experiment.state_dict())) if chunk.want_state or divergence else None,
        frame=frame,
        metrics={name: np.array([row.get(name, math.nan) for row in rows], np.float32) for name in names},
        scores=experiment.evaluate() if chunk.evaluate and (rows or divergence is None) else {},
        stepping=stepping,
        seconds=time.perf_counter() - began,
        divergence=divergence,
        spent=spent,
    )


def _prepare(experiment: Experiment, chunk: Chunk) -> str | None:
    """Apply what was done by hand before the coming step; the part to do, or None for a whole step."""
    part = None
    for event in chunk.events:
        if event.step == experiment.steps:
            if event.changes:
                experiment.configure(experiment.config.changed(**event.changes))
            part = event.part or part
    return part


def _last_good(experiment: Experiment, chunk: Chunk, before: State, rows: list) -> tuple[list, Frame]:
    """Go back to the last of the good steps after which every number, the picture's too, is finite.

    By bisection, each time from the beginning of the chunk: a picture may break long before the scalars do.
    """
    good, bad = 0, len(rows) + 1  # after `good` steps all is well (or nothing can be), after `bad` it is not
    frame = _repeated(experiment, chunk, before, 0)
    while bad - good > 1:
        middle = (good + bad) // 2
        found = _repeated(experiment, chunk, before, middle)
        if _finite(experiment.state_dict()) and _finite(found.arrays):
            good, frame = middle, found
        else:
            bad = middle
    if experiment.steps != chunk.step + good:
        frame = _repeated(experiment, chunk, before, good)
    return rows[:good], frame


def _repeated(experiment: Experiment, chunk: Chunk, before: State, steps: int) -> Frame:
    """The picture after the first `steps` steps of the chunk, which are done once more."""
    experiment.load_state_dict(before)
    experiment.configure(config_at(type(experiment).Config, chunk.config, chunk.events, chunk.step))
    for _ in range(steps):
        experiment.step(_prepare(experiment, chunk))
    return Frame(experiment.steps, experiment.snapshot())


def _finite(arrays: Mapping[str, np.ndarray]) -> bool:
    return all(np.isfinite(a).all() for a in arrays.values() if a.dtype.kind == "f")


def _packed(state: State) -> State:
    return {name: np.asarray(array, order="C") for name, array in state.items()}
