"""The levels of every process."""

import numpy as np

from playground.core.panels import Arrays, Values

from ...processes import PROCESSES, Discrete
from ..panels.schedules import SCHEDULES
from .context import Context


def compute(values: Values, context: Context) -> Arrays:
    """`t` (k,), and of every schedule signal `a` and noise `s` (schedules, k), in the order of `SCHEDULES`."""
    t = np.linspace(0.002, 0.998, 125)
    rows = []
    for name, schedule in SCHEDULES:
        process = Discrete(1000, schedule) if schedule else PROCESSES[name]()
        rows.append([(level.a, level.s) for level in process.levels(t.tolist())])
    both = np.array(rows)
    return {"t": t, "a": both[..., 0], "s": both[..., 1]}
