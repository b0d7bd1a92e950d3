"""Shipped weights: a trained state with its settings, its scores, and a few frames of its own training.

One safetensors file: `state.*` tensors, `frame.<step>.*` tensors in half precision, and `curve.*` columns,
with settings, command and scores as text in the metadata. An array that is as in the frame before is not
written again, and the metadata say so (`lasting`). The frames let a page open on a picture without any worker.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load, save

from playground.core.aliases import ARRAYS, SCORES, SETTINGS, current
from playground.core.config import Config
from playground.core.contract import Event, Frame
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.kept import parse_kept
from playground.core.registry import family
from playground.core.resources import WEIGHTS
from playground.core.score import Score
from playground.core.strict_json import dumps

from .run import Run
from .safetensors_header import NOT_READ, check_header
from .timeline import Thinned, Timeline

FRAMES = 36
POINTS = 300
MAX_ROWS, MAX_FRAMES, MAX_ARRAYS = 1000, 300, 64
"""What is read of a file: points of its curves, frames, and arrays of a frame."""
LARGE, REPEATS, GROWTH = 256, 16, 6
"""Numbers from which on an array that repeats another is not written twice; how often that may be, and how many times
the bytes in the file all arrays may have."""
REPEATED = {"zeros": np.zeros_like, "copy": np.copy}


@dataclass(frozen=True)
class Recording:
    """A weights file, read."""

    family: str
    config: Config
    state: dict[str, np.ndarray]
    timeline: Timeline
    step: int
    scores: dict[str, Score]
    command: str
    events: tuple[Event, ...] = ()
    """The manual changes during training."""
    name: str = ""
    """By which it is asked for: its file's, without the ending."""

    @cached_property
    def last(self) -> Frame:
        return self.timeline.frames.items[max(self.timeline.frames.items)]


def encode(run: Run, command: str, frames: int = FRAMES) -> bytes:
    """The weights file of a run whose state is its newest, with frames spread so that the quick beginning has
    its share."""
    if run.state is None or run.newest is None:
        raise ValueError("a run without a state has no weights")
    state, repeated = _once(load(run.state))
    tensors = {f"state.{name}": array for name, array in state.items()}
    chosen = [
        run.timeline.frames.items.get(step) or run.newest for step in _spread(run.timeline.frames, frames, run.step)
    ]
    alike = all(frame.arrays.keys() == chosen[0].arrays.keys() for frame in chosen)
    written: dict[str, np.ndarray] = {}
    for frame in chosen:
        halved = {
            name: np.ascontiguousarray(array.astype(np.float16) if array.dtype.kind == "f" else array)
            for name, array in frame.arrays.items()
        }
        news = {
            name
            for name, half in halved.items()
            if not (alike and name in written and written[name].tobytes() == half.tobytes())
        }
        tensors |= {f"frame.{frame.step}.{name}": halved[name] for name in news or list(halved)[:1]}
        written |= halved
    curve = run.timeline.curve(POINTS)
    names = sorted({name for _, point in curve for name in point})
    tensors["curve.step"] = np.array([step for step, _ in curve], np.int64)
    for name in names:
        tensors[f"curve.{name}"] = np.array([point.get(name, np.nan) for _, point in curve], np.float32)
    about = {
        "family": run.family,
        "config": run.config.model_dump_json(),
        "step": str(run.step),
        "command": command,
        "scores": dumps({name: list(score) for name, score in run.scores().items()}),
    }
    if repeated:
        about["repeated"] = dumps(repeated)
    if alike:
        about["lasting"] = "true"
    if run.events:
        about["events"] = dumps([asdict(event) for event in run.events])
    return save(tensors, about)


def _once(state: Mapping[str, np.ndarray]) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    """A state without its large arrays that are zero or repeat another; of these: name -> (what it is, of which)."""
    kept: dict[str, np.ndarray] = {}
    repeated: dict[str, list[str]] = {}
    for name in sorted(state, key=lambda name: (not state[name].any(), name)):  # zeros last, so that one is like them
        array = state[name]
        alike = [
            other
            for other, seen in kept.items()
            if array.size >= LARGE and (seen.shape, seen.dtype) == (array.shape, array.dtype)
        ]
        twin = next((other for other in alike if np.array_equal(kept[other], array)), None)
        if twin is not None:
            repeated[name] = ["copy", twin]
        elif alike and not array.any():
            repeated[name] = ["zeros", alike[0]]
        else:
            kept[name] = array
    return kept, repeated


def _whole(state: dict[str, np.ndarray], repeated: Mapping[str, list[str]]) -> dict[str, np.ndarray]:
    """What `_once` was given. Nothing grows beyond what the file holds, times `GROWTH`."""
    held = sum(array.nbytes for array in state.values())
    if len(repeated) > REPEATS or sum(state[other].nbytes for _, other in repeated.values()) > (GROWTH - 1) * held:
        raise ValueError("too many repetitions")
    return state | {name: REPEATED[what](state[other]) for name, (what, other) in repeated.items()}


def _spread(frames: Thinned[Frame], count: int, last: int) -> list[int]:
    """Steps of kept frames, denser at the beginning (quadratic), with the first and the last."""
    wanted = last * np.linspace(0, 1, count) ** 2
    near = (frames.nearest(int(step)) for step in wanted)
    return sorted({step for step in near if step is not None} | {last})


def read(path: Path) -> Recording:
    """Read a weights file; `UserError` if it is not one. Nothing in it is ever executed, and no tensor is read before
    the header says that it is one of the family, and how large."""
    check_header(path)
    try:
        with safe_open(path, framework="numpy") as file:
            about = file.metadata() or {}
            if not {"family", "config", "step"} <= about.keys():
                raise UserError(
                    N_("{name} is a safetensors file, but this playground did not write it."), name=path.name
                )
            shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
            wanted = _wanted(shapes, family(about["family"]).curves)
            return replace(_recording(about, {name: file.get_tensor(name) for name in wanted}), name=path.stem)
    except UserError:
        raise
    except (SafetensorError, OSError) as error:
        raise UserError(NOT_READ, name=path.name, why=error) from None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError):
        raise UserError(N_("{name} is damaged: its training metadata cannot be read."), name=path.name) from None


def _wanted(shapes: Mapping[str, tuple[int, ...]], curves: Collection[str]) -> list[str]:
    """The tensors that are read: the state, the frames, and those curves that the family has. `ValueError` where there
    are more frames or points than any file of weights has."""
    frames = {key.split(".", 1)[0] for key in _part(shapes, "frame.")}
    arrays = {key.split(".", 1)[1] for key in _part(shapes, "frame.")}
    rows = shapes.get("curve.step", (0,))
    if len(frames) > MAX_FRAMES or len(arrays) > MAX_ARRAYS or len(rows) != 1 or rows[0] > MAX_ROWS:
        raise ValueError("too much")
    known = {f"curve.{name}" for name in (*curves, "step")}
    return [
        name
        for name, shape in shapes.items()
        if name.startswith(("state.", "frame."))
        or "curve." + SCORES.get(name.removeprefix("curve."), name.removeprefix("curve.")) in known
        and shape == rows
    ]


def _recording(about: dict[str, str], tensors: dict[str, np.ndarray]) -> Recording:
    config = parse_kept(family(about["family"]).Config, json.loads(about["config"]))
    if config.execution == "traced":  # how they were made; what goes on with them is computed as is best here
        config = config.changed(execution="auto")
    told = current(SCORES, json.loads(about.get("scores", "{}")))
    scores = {name: Score.read(s) for name, s in told.items() if name in family(about["family"]).curves}
    events = tuple(
        Event(int(e["step"]), current(SETTINGS, dict(e["changes"])), e["part"])
        for e in json.loads(about.get("events", "[]"))
    )
    state = _whole(_part(tensors, "state."), json.loads(about.get("repeated", "{}")))
    return Recording(
        about["family"],
        config,
        state,
        _timeline(tensors, "lasting" in about, ARRAYS.get(about["family"], {})),
        int(about["step"]),
        scores,
        about.get("command", ""),
        events,
    )


def _timeline(tensors: dict[str, np.ndarray], lasting: bool, names: Mapping[str, str]) -> Timeline:
    timeline = Timeline(FRAMES + 1, 1)
    frames: dict[int, dict[str, np.ndarray]] = {}
    for key, array in _part(tensors, "frame.").items():
        step, name = key.split(".", 1)
        frames.setdefault(int(step), {})[name] = array.astype(np.float32) if array.dtype == np.float16 else array
    if lasting:
        before: dict[str, np.ndarray] = {}
        for step in sorted(frames):
            frames[step] = before = {**before, **frames[step]}
    timeline.frames.restore({step: Frame(step, current(names, arrays)) for step, arrays in frames.items()})
    curve = current(SCORES, _part(tensors, "curve."))
    steps = curve.pop("step", np.empty(0, np.int64))
    timeline.recorded = [
        (int(step), {name: float(column[i]) for name, column in curve.items() if np.isfinite(column[i])})
        for i, step in enumerate(steps)
    ]
    return timeline


def _part(tensors: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def shipped(name: str, folder: Path = WEIGHTS) -> list[Recording]:
    """All recordings of a family that came with the project."""
    return [read(path) for path in sorted(folder.glob(f"{name}-*.safetensors"))]
