"""The code of a worker process: it computes chunks and keeps experiments in memory between them."""

import contextlib
import gc
import os
import signal
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from playground.core.advance import advance, build, catch_up, packed_state, rebuild
from playground.core.contract import Chunk, Experiment, Progress
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import FAMILIES

MAX_EXPERIMENTS = 64
"""Experiments kept alive in a worker, each a few megabytes at most; the least recently used goes. A full room on two
workers has thirty on each: with fewer every turn would begin by building one anew."""


FULL_DEVICE = "out of memory"
"""What torch says of a GPU, not of the machine."""
NOT_ENOUGH = N_("The GPU's memory is not enough for this. Choose the device “CPU”, or a smaller batch or model.")


class NotCached(Exception):
    """This worker does not have the run alive at that step: ask again with a state."""


class DeviceFull(UserError):
    """The memory of a GPU was not enough. All that was kept there has been given back since."""


class ExperimentCache:
    """The experiments a worker has alive (and traced)."""

    def __init__(self, capacity: int = MAX_EXPERIMENTS):
        self.capacity = capacity
        self.experiments: OrderedDict[str, Experiment] = OrderedDict()
        self.past: tuple[tuple, Experiment] | None = None
        """The past state that was asked about last: consecutive questions usually concern the same one."""

    def run_chunk(self, chunk: Chunk) -> Progress:
        """Do a chunk, on the cached experiment if it is at the step where the chunk begins."""
        began = time.thread_time()
        experiment = self.experiments.pop(chunk.run, None)
        if experiment is None or experiment.steps != chunk.step:
            if chunk.state is None and chunk.step > 0:
                raise NotCached(chunk.run)
            experiment = build(chunk, FAMILIES[chunk.family].load_experiment())
        progress = advance(chunk, experiment)
        if chunk.run:  # nameless work is a look at the past and leaves nothing behind
            self.experiments[chunk.run] = experiment
            while len(self.experiments) > self.capacity:
                self.experiments.popitem(last=False)
        return replace(progress, computed=time.thread_time() - began)

    def respond(self, chunk: Chunk, question: Mapping[str, np.ndarray]) -> tuple[int, dict[str, np.ndarray]]:
        """Answer on the living experiment wherever it stands, or, for a nameless chunk, at exactly its step; and
        say which step that was. Training is not touched: what is built for a look at the past is kept apart."""
        if chunk.run:
            if chunk.run not in self.experiments:
                raise NotCached(chunk.run)
            experiment = self.experiments[chunk.run]
        else:
            if self.past is None or self.past[0] != _key(chunk):
                self.past = _key(chunk), build(chunk, FAMILIES[chunk.family].load_experiment())
            experiment = self.past[1]
        return experiment.steps, experiment.respond(question)

    def recompute(self, chunk: Chunk, seconds: float) -> Progress | bytes:
        """State and frame of the chunk's step, computed from its state; the state on the way there when the time is
        up: with that in the chunk, asking again goes on from there."""
        if self.past is not None and self.past[0] == _key(chunk):
            experiment = self.past[1]
        else:
            experiment = rebuild(chunk, FAMILIES[chunk.family].load_experiment())
        self.past = None
        there = catch_up(experiment, chunk, seconds)
        progress = advance(chunk, experiment) if there else None
        state = packed_state(experiment) if progress is None else progress.state
        assert state is not None  # it was asked for
        self.past = _key(replace(chunk, state=state)), experiment
        return progress or state


def _key(chunk: Chunk) -> tuple:
    """What a past state is known by."""
    return chunk.family, repr(chunk.config), chunk.events, chunk.step, chunk.state


_cache = ExperimentCache()


@contextlib.contextmanager
def device_room() -> Iterator[None]:
    """Where a device's memory is full, all that is kept there is given back: `DeviceFull`. Asked again, with a state,
    the same work has the whole device."""
    try:
        yield
    except RuntimeError as error:
        if FULL_DEVICE not in str(error):
            raise
        _cache.experiments.clear()
        _cache.past = None
        error.__traceback__ = None  # whose frames hold tensors
        _forget_programs()
        raise DeviceFull(NOT_ENOUGH) from None


@device_room()
def run_chunk(chunk: Chunk) -> Progress:
    """`ExperimentCache.run_chunk` of this process: what executors are given."""
    return _cache.run_chunk(chunk)


@device_room()
def respond(chunk: Chunk, question: Mapping[str, np.ndarray]) -> tuple[int, dict[str, np.ndarray]]:
    """`ExperimentCache.respond` of this process."""
    return _cache.respond(chunk, question)


@device_room()
def recompute(chunk: Chunk, seconds: float) -> Progress | bytes:
    """`ExperimentCache.recompute` of this process."""
    return _cache.recompute(chunk, seconds)


def _forget_programs() -> None:
    import torch

    from playground.training.programs import forget_programs

    forget_programs()
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def init_worker(parent: int, nice: int = 10) -> None:
    """Begin a worker's life: polite, one thread, gone when its parent is gone, imports done."""
    with contextlib.suppress(OSError, AttributeError):  # not on every platform
        os.nice(nice)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches every process; it is the parent's
    threading.Thread(target=_exit_with_parent, args=(parent,), daemon=True).start()
    prepare()


def prepare() -> None:
    """Imports done, one thread: for models this small more threads only wait for each other."""
    import torch  # here, not above: the server reads this module and must not import torch

    torch.set_num_threads(1)
    if torch.cuda.is_available():  # the same numbers as those of a processor, and the same again when recomputed
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.backends.cudnn.allow_tf32 = False


def _exit_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def warm_up(name: str) -> None:
    """Import a family and trace its step, so that no visitor waits for that."""
    config = FAMILIES[name].load_experiment().Config()
    _cache.run_chunk(Chunk(run="", family=name, config=config.model_dump(), step=0, state=None, steps=2, evaluate=True))
