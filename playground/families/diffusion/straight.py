"""How straight the paths of a flow are, and how far its single step falls short."""

import numpy as np
from torch import Tensor

from playground import metrics
from playground.data.plane.distribution import Distribution

from .paths import straightness
from .processes import Process
from .samplers import Field, sample

STEPS = 20
"""Of Euler's method, along which straightness is measured: its left Riemann sum."""


def bend(field: Field, process: Process, noise: Tensor, steps: int = STEPS) -> float:
    """S of the paths from `noise` (n, d): see `paths.straightness`."""
    moments = list(sample("euler", field, process, noise, steps))
    return straightness(np.stack([m.x.cpu().numpy() for m in moments]), [m.t for m in moments])


def leap(field: Field, process: Process, noise: Tensor) -> np.ndarray:
    """Where one step of Euler's method takes `noise` (n, d)."""
    *_, last = sample("euler", field, process, noise, 1)
    return last.x.cpu().numpy()


def scores(field: Field, process: Process, noise: Tensor, data: Distribution) -> dict[str, metrics.Score]:
    """`straightness` of paths, perfect where it is 0, and `one_step`, the sliced Wasserstein distance of what one step
    makes of `noise` (n, 2)."""
    return {
        "straightness": metrics.Score(bend(field, process, noise), 0.0, 0.0, 0.0),
        "one_step": metrics.score("sliced_w2", leap(field, process, noise), data),
    }
