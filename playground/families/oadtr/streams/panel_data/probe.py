"""The average precision of each action: of a linear model of single frames, and of the first model."""

import numpy as np

from playground.core.panels import Arrays, Values
from playground.metrics.linear_probe import probe_scores
from playground.metrics.online_detection import chance, class_average_precisions

from ...streaming import predict
from .context import Context


def compute(values: Values, context: Context) -> Arrays:
    """`probe` and `model` (classes - 1,), and `chance` (1,), the mean of random scores; on held-out streams."""
    held_out = context.data.pooled("valid")
    p = predict(context.models[context.config.contestants[0]], held_out).current.cpu().numpy()
    probe = class_average_precisions(probe_scores(context.data, "valid"), held_out.labels)
    model = class_average_precisions(p, held_out.labels)
    return {"probe": probe[1:], "model": model[1:], "chance": np.array([chance(held_out.labels)[:, 0].mean()])}
