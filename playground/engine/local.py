"""Training without a server: the same chunks, one after the other, in this process."""

import time
from collections.abc import Callable

from playground.core.contract import Experiment, Progress

from .run import Run
from .worker import Home

CHUNK_S = 0.5


def train(
    run: Run, steps: int, *, told: Callable[[Run, Progress], object], stop: Callable[[], bool], every: int | None = None
) -> tuple[Experiment, float]:
    """Bring a run to step number `steps`, or until `stop()` or divergence; the experiment and the seconds it took.

    `every`: a frame and scores each so many steps; by default a frame about
    twice a second. `told` hears of every chunk.
    """
    import torch

    torch.set_num_threads(1)  # for models this small more threads only wait for each other
    home, began, computing = Home(), time.perf_counter(), 0.0
    while True:
        fresh = run.newest is None
        budget = {"steps": 0 if fresh else min(steps - run.step, every or steps), "seconds": None if every else CHUNK_S}
        progress = home.work(run.chunk(home=run.id in home.alive, evaluate=every is not None, **budget))
        computing = time.perf_counter() - began
        run.take(progress)
        told(run, progress)
        if run.step >= steps or progress.divergence is not None or stop():
            return home.alive[run.id], computing
