"""The density of a model's samples, by its probability flow."""

import math
import time

import numpy as np
import torch
from torch import Tensor

from playground.core.panels import Arrays, Values
from playground.training import batches

from ...gaussian_components import gaussian_components
from ...integrate import VelocityField, integrate
from ...likelihood import exact_divergence, hutchinson, last_step, spread_of
from ...predictions import velocity
from ...processes import VE, Discrete, Process
from ...samplers import Field
from ..densities import grid_points
from .context import Context

TEST_POINTS = 500
"""New points of the data at which both densities are compared."""
DENSITY_SIZE = 41


def compute(values: Values, context: Context) -> Arrays:
    """`model`, `data` (c, c): the density of the samples, and the true one. `facts` (6,): milliseconds, calls, mean
    difference of the true log p and the model's on new data in nats, its standard error, the root of the mean squared
    difference; the model's mass inside the frame. Of a chain, whose mean difference is that of a bound, also `chain`
    (2,): the noise over signal that is left in the density, and the nats that this costs the optimal denoiser (NaN
    where that is not exact)."""
    probe, steps, optimal = values["trace"] == "probe", round(values["steps"]), values["optimal"]
    points = grid_points(context.data.bounds, DENSITY_SIZE)
    new = torch.from_numpy(context.data.sample(TEST_POINTS, batches.generator(context.config.seed, "panel data")))
    last = LastStep(context, new.to(context.device)) if isinstance(context.process, Discrete) else None
    x = torch.cat([points, new, *([last.noised.cpu()] if last else [])]).to(context.device)
    began = time.perf_counter()
    with torch.no_grad():
        field = velocity_field(context, optimal, probe, x)
        log_p = log_likelihood(field, context.process, x, steps).cpu().numpy()
    took = 1000 * (time.perf_counter() - began)
    x, log_p, noised = x[: len(points) + len(new)], log_p[: len(points) + len(new)], log_p[len(points) + len(new) :]
    true = context.data.log_prob(x.cpu().numpy())
    model, data = (
        np.exp(part[: len(points)].astype(np.float64)).reshape(DENSITY_SIZE, DENSITY_SIZE) for part in (log_p, true)
    )
    difference = single = true[len(points) :] - log_p[len(points) :]
    if last:
        difference = true[len(points) :] - last.bound(noised, context.optimal if optimal else context.unconditional)
    mean, error = difference.mean(), difference.std() / TEST_POINTS**0.5
    mass = model.sum() * float(points[1, 0] - points[0, 0]) ** 2
    return {
        "model": model,
        "data": data,
        "facts": np.array([took, 4 * steps, mean, error, (single**2).mean() ** 0.5, mass]),
        **({"chain": np.array([last.left, last.cost])} if last else {}),
    }


class LastStep:
    """From the first time of a chain to the data, at points x (n, 2): see `diffusion.likelihood.chain_bound`."""

    def __init__(self, context: Context, x: Tensor):
        stream = batches.generator(context.config.seed, "last step")
        fitted = torch.from_numpy(context.data.sample(4 * TEST_POINTS, stream)).to(context.device)
        noise = torch.from_numpy(batches.gaussian(2)(len(fitted) + len(x), stream)).to(context.device)
        self._fitted, self._own = (fitted, noise[: len(fitted)]), noise[len(fitted) :]
        self._level, self._x = context.process.level(context.process.span[0]), x
        self.left = self._level.s / self._level.a
        """Noise over signal."""
        self.noised = x + self.left * self._own
        """The points at the first time, over the signal there."""
        self.cost = math.nan
        """Nats that are lost there even by the optimal denoiser, on average, where that is exact."""
        if gaussian_components(context.data) is not None:
            before = context.optimal.log_prob(self._level.a * x, self._level).cpu().numpy()
            true = context.data.log_prob(x.cpu().numpy())
            self.cost = float(np.mean(true - before)) - 2 * math.log(self._level.a)

    def bound(self, log_p: np.ndarray, field: Field) -> np.ndarray:
        """The bound (n,), of log p of the points `noised`."""
        spread = spread_of(field, self._level, *self._fitted)
        step = last_step(field, self._level, self._x, self._own, spread).cpu().numpy()
        return log_p - 2 * math.log(self._level.a) + step


def velocity_field(context: Context, optimal: bool, probe: bool, x: Tensor) -> VelocityField:
    """Velocity and divergence of the probability flow: of the optimal denoiser in closed form, of a network by its
    derivatives; `probe`: by one random probe at each of the points x (n, 2)."""
    best = context.optimal
    if optimal and not probe:
        return best.velocity_and_divergence
    field, estimate = best if optimal else context.unconditional, exact_divergence
    if probe:
        generator = torch.Generator().manual_seed(context.config.seed)
        estimate = hutchinson(torch.randint(0, 2, x.shape, generator=generator).to(x) * 2.0 - 1.0)
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
