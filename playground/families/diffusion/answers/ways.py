"""The ways of a cloud under a sampler, as panels draw them."""

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from ..catalogue import CATALOGUE
from ..labs.lanes import running, six
from ..paths import straightness
from ..plane import JUDGED, thinned
from ..processes import Process
from ..samplers import Moment
from ..truth import zoom
from .asked import Answer, Asked, within

__all__ = ["JUDGED", "angle", "between", "bent", "chosen", "drawn_way", "halts", "noisy"]

HALTS, TRACED, ROUGH, TRACK = 51, 64, 8, 81
"""Most common halts of a trajectory, how many points leave a track (if it is a rough one), and most places of it."""
APART = 0.01
"""Of two halts, at least: a hundredth of the way."""


def chosen(dials: np.ndarray, asked: Asked) -> dict[int, str]:
    """Lane -> sampler, as the first dials name them."""
    options = [[name for name, _ in dial.options] for dial in six(asked.config)]
    return running({f"lane{i + 1}": names[within(dials, i, len(names))] for i, names in enumerate(options)})


def halts(times: Sequence[Sequence[float]]) -> np.ndarray:
    """Rising places 1 - t from 0 to 1 at which all runs are looked at: where any of them halts, if these are few."""
    every = np.concatenate([1 - np.asarray(run) for run in times])
    found = np.unique(np.round(every / APART)) * APART
    found[0], found[-1] = 0.0, 1.0
    return found if 1 < len(found) <= HALTS else np.linspace(0, 1, HALTS)


def angle(x: Tensor) -> np.ndarray:
    """The direction in which points (n, 2) lie, as a colour (n,) in [0, 1]: the same above and below."""
    return np.abs(np.arctan2(*x.cpu().numpy().T)) / np.pi


def drawn_way(i: int, moments: list[Moment], process: Process, stops: np.ndarray, rough: bool = False) -> Answer:
    """The cloud at common halts, and the ways of the first points: of a few only where noise makes them rough."""
    few = thinned(moments, 4 * HALTS)  # between so many, straight lines do
    scales = [zoom(level) for level in process.levels([m.t for m in few])]
    drawn = np.stack([m.x.cpu().numpy() for m in few]) * np.array(scales, np.float32)[:, None, None]
    at = np.array([1 - m.t for m in few])
    track = drawn[[round(k) for k in np.linspace(0, len(few) - 1, min(TRACK, len(few)))], : ROUGH if rough else TRACED]
    return {f"x{i}": between(drawn, at, stops), f"tracks{i}": track.swapaxes(0, 1)}


def between(states: np.ndarray, at: np.ndarray, places: np.ndarray) -> np.ndarray:
    """States (m, n, 2) at rising places (m,) interpolated to others (k,): (k, n, 2)."""
    after = np.clip(np.searchsorted(at, places), 1, len(at) - 1)
    share = np.clip((places - at[after - 1]) / (at[after] - at[after - 1]), 0, 1)[:, None, None]
    share = share.astype(states.dtype)
    return (1 - share) * states[after - 1] + share * states[after]


def noisy(name: str, asked: Asked) -> bool:
    """Whether the sampler draws noise on the way."""
    return CATALOGUE[name].random and (name not in ("ddim", "diffusers_ddim") or asked.config.eta > 0)


def bent(name: str, moments: list[Moment], asked: Asked) -> float:
    """Straightness of the ways, where they are solutions of an equation on a path that noise does not blow up."""
    if noisy(name, asked) or asked.process.prior_std > 2:
        return np.nan
    few = thinned(moments, 65)
    return straightness(np.stack([m.x.cpu().numpy() for m in few]), [m.t for m in few])
