"""The path of a cloud under a sampler, as panels draw it."""

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from playground.core.panels import Arrays

from ...catalogue import is_random
from ...drawing import display_scale
from ...processes import Process
from ...sampler_runs import interpolate, thin
from ...samplers import Moment
from ...straightness import straightness
from .context import Context

KEYFRAME_COUNT, TRACK_COUNT, RANDOM_TRACK_COUNT, TRACK_LENGTH = 51, 64, 8, 81
"""Most common keyframes of a trajectory; points that leave a track, and those of a random sampler; points of a
track."""
KEYFRAME_DISTANCE = 0.01
"""Smallest distance of two keyframes: a hundredth of the trajectory."""
MAX_STD = 2
"""Noise that is wider blows paths up: their straightness says nothing."""


def keyframes(times: Sequence[Sequence[float]]) -> np.ndarray:
    """Rising 1 - t from 0 to 1 at which all runs are shown: the times of all runs, if these are few."""
    every = np.concatenate([1 - np.asarray(run) for run in times])
    common = np.unique(np.round(every / KEYFRAME_DISTANCE)) * KEYFRAME_DISTANCE
    common[0], common[-1] = 0.0, 1.0
    return common if 1 < len(common) <= KEYFRAME_COUNT else np.linspace(0, 1, KEYFRAME_COUNT)


def noise_angle(x: Tensor) -> np.ndarray:
    """The direction of points (n, 2) as a colour (n,) in [0, 1], the same above and below the x1 axis."""
    return np.abs(np.arctan2(*x.cpu().numpy().T)) / np.pi


def trajectory_arrays(
    i: int, moments: list[Moment], process: Process, stops: np.ndarray, random: bool = False
) -> Arrays:
    """The cloud at common keyframes, and the tracks of its first points, fewer for random samplers."""
    few = thin(moments, 4 * KEYFRAME_COUNT)  # straight lines between so many points are smooth
    scales = [display_scale(level) for level in process.levels([m.t for m in few])]
    states = np.stack([m.x.cpu().numpy() for m in few]) * np.array(scales, np.float32)[:, None, None]
    at = np.array([1 - m.t for m in few])
    rows = [round(k) for k in np.linspace(0, len(few) - 1, min(TRACK_LENGTH, len(few)))]
    track = states[rows, : RANDOM_TRACK_COUNT if random else TRACK_COUNT]
    return {f"x{i}": interpolate(states, at, stops), f"tracks{i}": track.swapaxes(0, 1)}


def path_straightness(name: str, moments: list[Moment], context: Context) -> float:
    """The straightness of a sampler's paths; NaN for random samplers and where the noise is very wide."""
    if is_random(name, context.config.eta) or context.process.prior_std > MAX_STD:
        return np.nan
    few = thin(moments, 65)
    return straightness(np.stack([m.x.cpu().numpy() for m in few]), [m.t for m in few])
