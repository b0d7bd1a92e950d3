"""The levels of every process."""

import numpy as np

from ..labs.schedules import PROCESSES
from ..processes import PROCESSES as MADE
from ..processes import Discrete
from .asked import Answer, Asked


def answer(dials: np.ndarray, asked: Asked) -> Answer:
    """`t` (k,), and of every process signal `a` and noise `s` (processes, k), in the order of `PROCESSES`."""
    t = np.linspace(0.002, 0.998, 125)
    rows = []
    for name, schedule in PROCESSES:
        process = Discrete(1000, schedule) if schedule else MADE[name]()
        rows.append([(level.a, level.s) for level in process.levels(t.tolist())])
    both = np.array(rows)
    return {"t": t, "a": both[..., 0], "s": both[..., 1]}
