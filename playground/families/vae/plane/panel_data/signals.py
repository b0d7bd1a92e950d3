"""Two learning signals on the same points: a critic of two sets of samples, and the bound of each point."""

import numpy as np
import torch

from playground.core.panels import Arrays, Values
from playground.training import batches

from ... import bounds
from ...context import Context, mean_and_error
from ...critic import fit, held_out_scores
from ...sampling import drawn
from ..panels.signals import GRID_SIZE

BOUND_DRAWS, MAX_ARROWS = 8, 150
"""Codes for each bound; maximum number of samples with an arrow and of data with a line to their reconstruction."""


def compute(values: Values, context: Context) -> Arrays:
    """`critic_scores` (2,), see `critic.held_out_scores`; `bound` (2,), the mean -ELBO of the data and its standard
    error; `real`, `fake` (n, 2); `verdict` (c, c), the critic's output on a grid; `slope` (150, 2), its gradient at the
    first of `fake`; `nats` (c, c), -ELBO on the grid; `back` (150, 2), reconstructions of the first of `real`."""
    count, width, number = int(values["count"]), values["width"], round(values["draw"])
    real = context.training_data.sample(2 * count, batches.generator(number, "signals"))
    fake = drawn(context.vae, 2 * count, number, context.device)
    critic = fit(real[:count], fake[:count], width, number)
    least = min(MAX_ARROWS, count)
    axis = np.linspace(*context.training_data.data.bounds, GRID_SIZE, dtype=np.float32)
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    nats, own = (
        -bounds.elbo(context.vae, context.tensor(x), context.eps(BOUND_DRAWS, len(x))) for x in (places, real[:count])
    )
    with torch.no_grad():
        back = context.vae.generate(context.vae.encode(context.tensor(real[:least]))[0])
    verdict = critic(places).reshape(GRID_SIZE, GRID_SIZE).astype(np.float32)
    return {
        "real": real[:count],
        "fake": fake[:count],
        "verdict": verdict,
        "slope": critic.gradient(fake[:least].astype(np.float64)).astype(np.float32),
        "critic_scores": np.array(held_out_scores(critic, real[count:], fake[count:]), np.float32),
        "bound": mean_and_error(own),
        "nats": nats.view(GRID_SIZE, GRID_SIZE).cpu().numpy(),
        "back": back.cpu().numpy(),
    }
