"""The density of a model's samples, by its probability flow."""

import math
import time

import numpy as np
import torch
from torch import Tensor

from playground.core.panels import Arrays, Values
from playground.training import batches

from ...integrate import VelocityField, integrate
from ...likelihood import exact_divergence, hutchinson
from ...predictions import velocity
from ...processes import VE, Process
from ..densities import grid_points
from .context import Context

TEST_POINTS = 500
"""New points of the data at which both densities are compared."""
DENSITY_SIZE = 41


def compute(values: Values, context: Context) -> Arrays:
    """`model`, `data` (c, c): the density of the samples, and the true one. `facts` (6,): milliseconds, calls, mean
    difference of the true log p and the model's on new data in nats, its standard error, the root of the mean squared
    difference; the model's mass inside the frame."""
    probe, steps, optimal = values["trace"] == "probe", round(values["steps"]), values["optimal"]
    points = grid_points(context.data.bounds, DENSITY_SIZE)
    new = torch.from_numpy(context.data.sample(TEST_POINTS, batches.generator(context.config.seed, "panel data")))
    x = torch.cat([points, new]).to(context.device)
    began = time.perf_counter()
    with torch.no_grad():
        field = velocity_field(context, optimal, probe, x)
        log_p = log_likelihood(field, context.process, x, steps).cpu().numpy()
    took = 1000 * (time.perf_counter() - began)
    true = context.data.log_prob(x.cpu().numpy())
    model, data = (
        np.exp(part[: len(points)].astype(np.float64)).reshape(DENSITY_SIZE, DENSITY_SIZE) for part in (log_p, true)
    )
    difference = true[len(points) :] - log_p[len(points) :]
    mean, error = difference.mean(), difference.std() / TEST_POINTS**0.5
    mass = model.sum() * float(points[1, 0] - points[0, 0]) ** 2
    return {
        "model": model,
        "data": data,
        "facts": np.array([took, 4 * steps, mean, error, (difference**2).mean() ** 0.5, mass]),
    }


def velocity_field(context: Context, optimal: bool, probe: bool, x: Tensor) -> VelocityField:
    """Velocity and divergence of the probability flow: of the optimal denoiser in closed form, of a network by its
    derivatives; `probe`: by one random probe at each of the points x (n, 2)."""
    best = context.optimal
    if optimal and not probe:
        return best.velocity_and_divergence
    field, estimate = best if optimal else context.unconditional, exact_divergence
    if probe:
        generator = torch.Generator(context.device).manual_seed(context.config.seed)
        estimate = hutchinson(torch.randint(0, 2, x.shape, generator=generator, device=context.device) * 2.0 - 1.0)
    return lambda x, level: estimate(lambda x: velocity(*field(x, level), level), x)


def log_likelihood(field: VelocityField, process: Process, x: Tensor, steps: int) -> Tensor:
    """log p (n,) of the points x (n, 2) in nats, in this number of steps; `diffusion.likelihood` has an adaptive one.
    The steps are closer together near the data, except where the process itself grows geometrically."""
    low, high = process.span
    u = np.linspace(0, 1, steps + 1)
    times = low + (high - low) * (u if isinstance(process, VE) else u**2)
    levels, middles = process.levels(times.tolist()), process.levels(((times[1:] + times[:-1]) / 2).tolist())
    signal = levels[0].a
    end_points, log_det = integrate(field, levels, middles, signal * x)
    noise, dim = end_points / process.prior_std, x.shape[1]
    prior = -0.5 * (noise**2).sum(1) - dim * math.log(math.sqrt(2 * math.pi) * process.prior_std)
    return prior + log_det + dim * math.log(signal)
