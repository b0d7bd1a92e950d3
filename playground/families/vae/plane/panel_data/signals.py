"""Two learning signals on the same points: a critic's verdict on two sets of samples, and the bound of each point."""

import numpy as np
import torch

from playground.core.panels import Arrays, Values
from playground.training import batches

from ... import bounds
from ...context import Context, mean_and_error
from ...critic import fit, worth
from ...sampling import drawn
from ..panels.signals import CELLS

BOUND_DRAWS, ARROWS = 8, 150
"""Codes for the bound at every place; samples that get an arrow, and data that get a line to their reconstruction."""


def compute(values: Values, context: Context) -> Arrays:
    """`worth` (2,) of the critic on sets it has not seen, see `critic.worth`; `bound` (2,) the mean of minus the ELBO
    of the same data, and its standard error; `real`, `fake` (n, 2), `verdict` (c, c), `slope` (150, 2) at the first of
    `fake`, `nats` (c, c) minus the ELBO at every place, `back` (150, 2) of the first of `real`."""
    count, width, number = int(values["count"]), values["width"], round(values["draw"])
    real = context.source.sample(2 * count, batches.generator(number, "signals"))
    fake = drawn(context.vae, 2 * count, number, context.device)
    critic = fit(real[:count], fake[:count], width, number)
    least = min(ARROWS, count)
    axis = np.linspace(*context.source.data.bounds, CELLS, dtype=np.float32)
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    nats, own = (
        -bounds.elbo(context.vae, context.tensor(x), context.eps(BOUND_DRAWS, len(x))) for x in (places, real[:count])
    )
    with torch.no_grad():
        back = context.vae.generate(context.vae.encode(context.tensor(real[:least]))[0])
    verdict = critic(places).reshape(CELLS, CELLS).astype(np.float32)
    return {
        "real": real[:count],
        "fake": fake[:count],
        "verdict": verdict,
        "slope": critic.slope(fake[:least].astype(np.float64)).astype(np.float32),
        "worth": np.array(worth(critic, real[count:], fake[count:]), np.float32),
        "bound": mean_and_error(own),
        "nats": nats.view(CELLS, CELLS).cpu().numpy(),
        "back": back.cpu().numpy(),
    }
