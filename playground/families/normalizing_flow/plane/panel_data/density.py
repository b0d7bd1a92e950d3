"""The model's density on a grid."""

from playground.core.panels import Arrays, Values

from .context import Context


def compute(values: Values, context: Context) -> Arrays:
    size = int(values["size"])
    return {"log_p": context.log_prob(context.grid(size).reshape(-1, 2)).reshape(size, size)}
