"""How straight the paths of a flow are, and the error of its single step."""

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from playground import metrics
from playground.data.plane.distribution import Distribution

from .processes import Process
from .samplers import Field, sample

EULER_STEPS = 20
"""Steps of Euler's method along which a live score is measured."""


def straightness(states: np.ndarray, times: Sequence[float]) -> float:
    """S = int E |(x_1 - x_0) - dx/dt|^2 dt along recorded paths: `states` (moments, n, d) at `times`.

    0 for straight paths of constant speed, which one Euler step follows (Liu et al. 2023, definition 2.3). Steps of
    Euler's method give the integral's left Riemann sum, with exactly the velocity that was used.
    """
    velocity, duration = _velocities(states, times)
    whole = (states[-1] - states[0]) / (times[-1] - times[0])
    return float((duration[:, None] * ((whole - velocity) ** 2).sum(-1)).sum(0).mean())


def energy(states: np.ndarray, times: Sequence[float]) -> float:
    """int E |dx/dt|^2 dt along recorded paths; never below the squared Wasserstein distance of their ends."""
    velocity, duration = _velocities(states, times)
    return float((duration[:, None] * (velocity**2).sum(-1)).sum(0).mean())


def normalised_energy(energy: float, w2: float) -> float:
    """|energy - W2^2| / W2^2, 0 for the shortest paths (Tong et al. 2024, section 5.1)."""
    return abs(energy - w2**2) / w2**2


def wasserstein2(x: np.ndarray, y: np.ndarray) -> float:
    """The exact 2-Wasserstein distance of two clouds (n, d), by POT; seconds from 5,000 points on."""
    import ot  # takes more than a second

    return float(np.sqrt(ot.emd2([], [], ot.dist(x, y), numItermax=1_000_000)))


def flow_straightness(field: Field, process: Process, noise: Tensor, steps: int = EULER_STEPS) -> float:
    """The straightness of the paths from `noise` (n, d)."""
    moments = list(sample("euler", field, process, noise, steps))
    return straightness(np.stack([m.x.cpu().numpy() for m in moments]), [m.t for m in moments])


def one_step(field: Field, process: Process, noise: Tensor) -> np.ndarray:
    """The end of a single Euler step from `noise` (n, d)."""
    *_, last = sample("euler", field, process, noise, 1)
    return last.x.cpu().numpy()


def straightness_scores(field: Field, process: Process, noise: Tensor, data: Distribution) -> dict[str, metrics.Score]:
    """`straightness`, 0 for perfectly straight paths, and `one_step`, the sliced Wasserstein distance of a single step
    from `noise` (n, 2) to the data."""
    return {
        "straightness": metrics.Score(flow_straightness(field, process, noise), 0.0, 0.0, 0.0),
        "one_step": metrics.score("sliced_w2", one_step(field, process, noise), data),
    }


def _velocities(states: np.ndarray, times: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Velocity of each step (steps, n, d) and its duration (steps,)."""
    steps = np.diff(np.asarray(times))
    return np.diff(states, axis=0) / steps[:, None, None], np.abs(steps)
