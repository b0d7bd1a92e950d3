"""Two learning signals on the same pictures: a critic of two sets, and the bound of each picture."""

import numpy as np

from playground.core.panels import Arrays, Values
from playground.training import batches

from ... import bounds
from ...context import Context, mean_and_error, pictures
from ...critic import fit, held_out_scores
from ...sampling import drawn
from ..panels.signals import SORTED_PICTURES

BOUND_DRAWS = 8
"""Number of codes for the bound of each picture."""


def compute(values: Values, context: Context) -> Arrays:
    """`critic_scores` (2,) of a linear critic of the pixels, see `critic.held_out_scores`; `bound` (2,), the mean -ELBO
    of the validation pictures and its standard error; `ordered` (48, 8, 8), pictures of both held-out sets by the
    critic's output, from generated to real, and `is_real` (48,); `known` (48, 8, 8), real pictures from the most to the
    least likely, and their -ELBO `known_nats` (48,)."""
    number = round(values["draw"])
    x = context.examples(10**6)
    half = len(x) // 2
    order = batches.generator(number, "signals").permutation(len(x))
    real, fake = x[order], drawn(context.vae, len(x), number, context.device).clip(0, 1)
    critic = fit(real[:half], fake[:half], 0.0, number)
    held_out = np.concatenate([real[half : half + SORTED_PICTURES // 2], fake[half : half + SORTED_PICTURES // 2]])
    output = critic(held_out)
    order = output.argsort(kind="stable")
    nats = -bounds.elbo(context.vae, context.tensor(real), context.eps(BOUND_DRAWS, len(real)))
    ranked = nats.argsort()[np.linspace(0, len(real) - 1, SORTED_PICTURES).astype(int)]
    return {
        "critic_scores": np.array(held_out_scores(critic, real[half:], fake[half:]), np.float32),
        "bound": mean_and_error(nats),
        "ordered": held_out[order].reshape(-1, 8, 8),
        "is_real": (order < SORTED_PICTURES // 2).astype(np.float32),
        "known": pictures(context.tensor(real)[ranked]),
        "known_nats": nats[ranked].cpu().numpy(),
    }
