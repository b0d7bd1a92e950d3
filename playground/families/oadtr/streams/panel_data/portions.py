"""How soon each model recognises an action, on held-out streams."""

import numpy as np

from playground.core.panels import Arrays, Values
from playground.metrics.action_instances import delays, portions

from ...streaming import predict
from ..frames import beginning
from .context import Context

COUNT = 4000
"""Held-out frames that are judged."""


def compute(values: Values, context: Context) -> Arrays:
    """`portions` (models, 10), the mean calibrated average precision by tenths of the actions; `delay` (models,), the
    mean seconds until an action is named, of those that are; `missed` (models,), the share of those that never are."""
    pooled = beginning(context.data.pooled("valid"), COUNT)
    found: dict[str, list] = {"portions": [], "delay": [], "missed": []}
    for name in context.config.contestants:
        p = predict(context.models[name], pooled).current.cpu().numpy()
        waited = delays(p, pooled.labels, pooled.first)
        known = waited[np.isfinite(waited)]
        found["portions"].append(portions(p, pooled.labels, pooled.first))
        found["delay"].append(known.mean() / context.data.fps if len(known) else np.nan)
        found["missed"].append(1 - len(known) / max(1, len(waited)))
    return {name: np.array(values) for name, values in found.items()}
