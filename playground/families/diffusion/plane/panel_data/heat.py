"""The heat equation, and the velocity field with the same densities."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from playground.core.panels import Arrays, Values
from playground.data.plane.distribution import Distribution
from playground.training import batches

from ...integrate import integrate
from ...levels import Level
from ...optimal_denoiser import GaussianMixture, optimal_denoiser
from .context import Context

KEYFRAME_COUNT, DENSITY_SIZE = 13, 33
SMALL_MIXTURE = 64
"""A mixture of so few components is cheap: then there are two steps between keyframes instead of one."""
POINT_COUNT, ARROW_SIZE = 400, 15


def compute(values: Values, context: Context) -> Arrays:
    """See `heated`; this needs only the data of the model."""
    return heated(context.data, values["most"], context.config.seed)


@lru_cache(maxsize=8)
def heated(data: Distribution, s_max: float, seed: int) -> Arrays:
    """Data blurred by noise of size s, at `stops` (m,) of s up to `s_max`: `blurred` (m, c, c) by the heat kernel,
    `moved` (m, c, c) the density of the data moved along the velocity; `jitter`, `glide` (m, n, 2) the same points by
    random steps and by the velocity; `flow` (m, 225, 2) dx/ds on a grid; `apart` (m,) half the integral of
    |moved - blurred|."""
    stops = s_max * np.linspace(0, 1, KEYFRAME_COUNT) ** 2  # sharp densities need small steps
    optimal, (low, high) = optimal_denoiser(data), data.bounds
    axis, cell = np.linspace(low, high, DENSITY_SIZE, retstep=True)
    points, arrows = _grid(axis), _grid(np.linspace(low, high, ARROW_SIZE))
    stream = batches.generator(seed, "panel data")
    levels = [blur(s) for s in stops.tolist()]
    blurred = torch.exp(torch.stack([optimal.log_prob(points, level) for level in levels]))
    moved = torch.exp(moved_log_prob(optimal, points, stops.tolist()))
    glide = [torch.from_numpy(data.sample(POINT_COUNT, stream))]
    jitter = glide[:]
    for then, now in pairwise(stops.tolist()):
        glide.append(integrate(optimal.velocity_and_divergence, *steps(then, now, optimal), glide[-1])[0])
        noise = torch.from_numpy(stream.standard_normal((POINT_COUNT, 2), np.float32))
        jitter.append(jitter[-1] + (now**2 - then**2) ** 0.5 * noise)
    arrays = {
        "glide": torch.stack(glide),
        "jitter": torch.stack(jitter),
        "blurred": blurred.view(-1, DENSITY_SIZE, DENSITY_SIZE),
        "flow": torch.stack([optimal.velocity_and_divergence(arrows, level)[0] for level in levels]),
        "moved": moved.view(-1, DENSITY_SIZE, DENSITY_SIZE),
        "apart": (moved - blurred).abs().sum(1) * cell**2 / 2,
    }
    return {"stops": stops, **{name: tensor.numpy() for name, tensor in arrays.items()}}


def blur(s: float) -> Level:
    """Data plus noise of size s. Time is s itself: then the velocity -1/2 g^2 grad log p is -s grad log p."""
    return Level(s, 1.0, s, 0.0, 1.0)


def steps(first: float, last: float, mixture: GaussianMixture) -> tuple[list[Level], list[Level]]:
    """The levels of small steps from one size of the noise to another, and their midpoints."""
    at = np.linspace(first, last, 3 if len(mixture.means) <= SMALL_MIXTURE else 2)
    return [blur(s) for s in at.tolist()], [blur(s) for s in ((at[1:] + at[:-1]) / 2).tolist()]


def moved_log_prob(optimal: GaussianMixture, points: Tensor, stops: list[float]) -> Tensor:
    """Log density at `points` (n, 2) of the data moved along the velocity, at rising `stops` from 0 on: (m, n).

    Each point is integrated back to the data, from all stops at once: log p is that of the data there, plus log det of
    the Jacobian of this map.
    """
    x, log_det, zero = points, points.new_zeros(len(points)), points.new_zeros(len(points))
    for now, then in pairwise(stops[::-1]):
        x, more = integrate(optimal.velocity_and_divergence, *steps(now, then, optimal), x)
        x, log_det = torch.cat([x, points]), torch.cat([log_det + more, zero])  # points that start at this stop
    return (optimal.log_prob(x, blur(0.0)) + log_det).view(len(stops), -1).flip(0)


def _grid(axis: np.ndarray) -> Tensor:
    one = torch.from_numpy(axis.astype(np.float32))
    return torch.stack(torch.meshgrid(one, one, indexing="xy"), -1).reshape(-1, 2)
