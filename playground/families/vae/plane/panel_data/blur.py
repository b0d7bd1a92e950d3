"""Why reconstructions blur: several points share a code, and the best output of a decoder is their mean."""

from playground.core.panels import Arrays, Values
from playground.training import batches

from ...codes import shared_code
from ...context import Context

TRAINING_POINTS = 1200
"""Number of training points to weight."""


def compute(values: Values, context: Context) -> Arrays:
    """See `codes.shared_code`; `data` (n, 2) and `mean`, `back`, `real` (1, 2)."""
    x = context.tensor(context.training_data.sample(TRAINING_POINTS, batches.generator(context.config.seed, "shared")))
    which = round(values["which"]) - 1
    real = x[which : which + 1]
    found, _, mean, back = shared_code(real, x, values["wide"], context)
    points = {"data": x, "mean": mean, "back": back, "real": real}
    return found | {name: tensor.cpu().numpy() for name, tensor in points.items()}
