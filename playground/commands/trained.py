"""What a command is given that was trained before: a run's folder, or a file of weights."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from safetensors import SafetensorError

from playground.core.contract import Chunk, Experiment
from playground.core.errors import UserError
from playground.core.registry import family
from playground.engine.limits import Limits
from playground.engine.recording import read
from playground.engine.run import Run
from playground.engine.store import Store

DAMAGED = (ValueError, KeyError, TypeError, IndexError, AttributeError, RuntimeError, SafetensorError)
"""What reading something that is not as it was written may raise."""


def read_run(folder: Path, limits: Limits) -> Run:
    """The run in a folder; `UserError` says why there is none."""
    if not os.path.exists(folder):
        raise UserError("{folder} does not exist.", folder=folder)
    place = folder.resolve()
    try:
        run = Store(place.parent, limits).load(place.name)
    except UserError:
        raise
    except OSError as error:
        raise UserError("{folder} cannot be read: {why}.", folder=folder, why=error.strerror or error) from None
    except DAMAGED:
        raise UserError("{folder} holds a run that is damaged.", folder=folder) from None
    if run is None or run.state is None:
        raise UserError("{folder} holds no run.", folder=folder)
    return run


def load_model(path: Path) -> Experiment:
    """The trained model of a weights file or of a run's folder; `UserError` says why there is none."""
    from playground.core.advance import build

    if not os.path.exists(path):
        raise UserError("{path} does not exist.", path=path)
    if path.is_dir():
        return model_of(read_run(path, Limits()), path)
    recording = read(path)
    with _fitting(path):
        start = Chunk("", recording.family, recording.config.model_dump(), 0, None)
        experiment = build(start, family(recording.family).load_experiment())
        experiment.load_state_dict(recording.state)
    return experiment


def model_of(run: Run, path: Path) -> Experiment:
    """The model of a run that was read from a folder, at its newest step."""
    from playground.core.advance import build

    with _fitting(path):
        return build(run.chunk_at(run.step, want_state=False), family(run.family).load_experiment())


@contextlib.contextmanager
def _fitting(path: Path) -> Iterator[None]:
    try:
        yield
    except UserError:
        raise
    except DAMAGED:
        raise UserError("{path} is damaged: it does not match the model of its settings.", path=path) from None
