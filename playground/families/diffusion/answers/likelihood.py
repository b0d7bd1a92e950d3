"""The density of a model's samples, by its probability flow."""

import math
import time

import numpy as np
import torch
from torch import Tensor

from playground.training import batches

from ..carry import Flow, carry
from ..drawing import CELLS
from ..likelihood import exact_divergence, hutchinson
from ..predictions import velocity
from ..processes import VE, Process
from .asked import Answer, Asked, within

JUDGED = 500
"""Fresh points of the data at which both densities are compared."""


def answer(dials: np.ndarray, asked: Asked) -> Answer:
    """`model`, `data` (c, c): the density of the samples, and the true one. `facts` (6,): milliseconds, calls, what
    the model's log p lies below the truth's on fresh data in nats, its standard error, the root of the mean squared
    difference; the model's mass inside the frame."""
    noisy, steps, exact = within(dials, 0, 2), max(within(dials, 1, 1001), 1), within(dials, 2, 2)
    axis = torch.linspace(*asked.data.bounds, CELLS)
    places = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2)
    fresh = torch.from_numpy(asked.data.sample(JUDGED, batches.generator(asked.config.seed, "panel data")))
    x = torch.cat([places, fresh]).to(asked.device)
    began = time.perf_counter()
    with torch.no_grad():
        log_p = log_likelihood(flow(asked, bool(exact), bool(noisy), x), asked.process, x, steps).cpu().numpy()
    took = 1000 * (time.perf_counter() - began)
    true = asked.data.log_prob(x.cpu().numpy())
    model, data = (np.exp(part[: len(places)].astype(np.float64)).reshape(CELLS, CELLS) for part in (log_p, true))
    less = true[len(places) :] - log_p[len(places) :]
    mass = model.sum() * float(axis[1] - axis[0]) ** 2
    return {
        "model": model,
        "data": data,
        "facts": np.array([took, 4 * steps, less.mean(), less.std() / JUDGED**0.5, (less**2).mean() ** 0.5, mass]),
    }


def flow(asked: Asked, exact: bool, noisy: bool, x: Tensor) -> Flow:
    """Velocity and divergence of the probability flow: of the best field in closed form, of a network by its
    derivatives; `noisy`: by one random probe at each of the points x (n, 2)."""
    best = asked.exact
    if exact and not noisy:
        return best.flow
    field, estimate = best if exact else asked.ground, exact_divergence
    if noisy:
        generator = torch.Generator(asked.device).manual_seed(asked.config.seed)
        estimate = hutchinson(torch.randint(0, 2, x.shape, generator=generator, device=asked.device) * 2.0 - 1.0)
    return lambda x, level: estimate(lambda x: velocity(*field(x, level), level), x)


def log_likelihood(flow: Flow, process: Process, x: Tensor, steps: int) -> Tensor:
    """log p (n,) of the points x (n, 2) in nats, in so many steps: see `likelihood.log_likelihood`, which chooses its
    steps itself. They are closer together near the data, except where the process itself goes by factors."""
    low, high = process.span
    u = np.linspace(0, 1, steps + 1)
    times = low + (high - low) * (u if isinstance(process, VE) else u**2)
    levels, middles = process.levels(times.tolist()), process.levels(((times[1:] + times[:-1]) / 2).tolist())
    shrunken = levels[0].a
    arrived, gained = carry(flow, levels, middles, shrunken * x)
    noise, dim = arrived / process.prior_std, x.shape[1]
    prior = -0.5 * (noise**2).sum(1) - dim * math.log(math.sqrt(2 * math.pi) * process.prior_std)
    return prior + gained + dim * math.log(shrunken)
