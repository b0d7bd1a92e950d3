"""Training without a server: the same chunks, one after the other, in this process."""

import time
from collections.abc import Callable

from playground.core.contract import Experiment, Progress

from .run import Run
from .worker import ExperimentCache

CHUNK_S = 0.5


def train(
    run: Run,
    steps: int,
    *,
    on_progress: Callable[[Run, Progress], object],
    stop: Callable[[], bool],
    every: int | None = None,
) -> tuple[Experiment, float]:
    """Train a run to step `steps`, or until `stop()` or divergence; the experiment and the seconds it took.

    `every`: a frame and scores each so many steps; by default a frame about
    twice a second. `on_progress` is called after every chunk.
    """
    import torch

    torch.set_num_threads(1)  # for models this small more threads only wait for each other
    cache, began, computing = ExperimentCache(), time.perf_counter(), 0.0
    while True:
        fresh = run.newest is None
        work = {"steps": 0 if fresh else min(steps - run.step, every or steps), "seconds": None if every else CHUNK_S}
        cached = run.id in cache.experiments
        progress = cache.run_chunk(run.next_chunk(cached=cached, evaluate=every is not None, **work))
        computing = time.perf_counter() - began
        run.add(progress)
        on_progress(run, progress)
        if run.step >= steps or progress.divergence is not None or stop():
            return cache.experiments[run.id], computing
