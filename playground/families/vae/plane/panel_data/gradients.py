"""Three estimates of the same gradient, from the same data and the same draws."""

import numpy as np

from playground.core.panels import Arrays, Values
from playground.training import batches

from ...context import Context
from ...estimators import ESTIMATORS, gradients, variance

BATCH, DRAWS, SHOWN_DRAWS = 100, 400, 200
"""Data points; draws for each; draws that are shown for one point."""


def compute(values: Values, context: Context) -> Arrays:
    """`variance` (3,), of one draw by each of `ESTIMATORS`, summed over the derivatives by mean and log standard
    deviation, mean over the data; `cloud` (3, 200, 2) the estimates for the chosen point by the means of the first two
    latent dimensions (with one only: by its mean and its log standard deviation), and `middle` (2,), their expectation.
    """
    number = round(values["draw"])
    x = context.tensor(context.training_data.sample(BATCH, batches.generator(number, "gradients")))
    found = gradients(context.vae, x, context.eps(DRAWS, BATCH, f"gradients {number}"))
    which = round(values["which"]) - 1
    clouds = [found[name][:, which, :2].cpu().numpy() for name in ESTIMATORS]
    return {
        "variance": np.array([float(variance(found[name]).mean()) for name in ESTIMATORS], np.float32),
        "cloud": np.stack(clouds)[:, :SHOWN_DRAWS],
        "middle": clouds[0].mean(0),
    }
